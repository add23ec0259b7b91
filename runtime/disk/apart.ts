/** Things to be done of which none may hold up another: what one is refused is told when all have been tried. */
import { DiskRefused } from "./refused.ts";

export interface Apart {
  /** `what`: in words for people, without anything personal. False: it failed, and `end` tells. */
  attempt(what: string, act: () => Promise<unknown>): Promise<boolean>;
  /** Throws, where anything failed: the first error that no disk made; else `DiskRefused` with the first that was refused, and of how many. */
  end(): void;
}

export function apart(): Apart {
  let refused: { readonly what: string; readonly error: DiskRefused } | null = null;
  let refusals = 0;
  let other: { readonly error: unknown } | null = null;
  return {
    async attempt(what, act) {
      try {
        await act();
        return true;
      } catch (error) {
        if (error instanceof DiskRefused) {
          refused ??= { what: error.what ?? what, error };
          refusals += error.times;
        } else other ??= { error };
        return false;
      }
    },
    end() {
      if (other !== null) throw other.error;
      if (refused !== null) throw refused.error.of(refused.what, refusals);
    },
  };
}
