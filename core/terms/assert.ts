/** A bug of ours, never a fault of the input: it stops the act at once. */
export class BugError extends Error {
  override readonly name = "BugError";
}

export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new BugError(why);
}

/** The value, where the code knows that there is one. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new BugError(why);
  return value;
}

/** The branch that a closed union can not reach. */
export function unreachable(value: never): never {
  throw new BugError(`unreachable: ${JSON.stringify(value)}`);
}
