/** Work that a clock begins again and again, and that never runs twice at a time. */

export interface Alone {
  /** Unless it runs already; until that has ended. What it fails of is told to `onError`. */
  begin(): Promise<void>;
  /** Until what runs has ended; at once where nothing does. */
  ended(): Promise<void>;
}

export function alone(act: () => Promise<unknown>, onError: (error: unknown) => void): Alone {
  let running: Promise<void> | null = null;
  return {
    begin() {
      running ??= act()
        .then(() => undefined, onError)
        .finally(() => {
          running = null;
        });
      return running;
    },
    async ended() {
      await running;
    },
  };
}
