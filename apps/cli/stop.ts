/** Resolves when the process is asked to stop. npm passes Ctrl-C on, so it may come twice: the second must not cut the stopping short. */
export const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
