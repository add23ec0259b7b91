/**
 * Statements of one transaction that are sent without waiting for each other. Only when all have ended does a failure go on: what is still under way
 * could otherwise send its next statement after the rollback, on a connection that is somebody else's by then.
 */
export async function allOf(sent: readonly (PromiseLike<unknown> | null)[]): Promise<void> {
  const ended = await Promise.allSettled(sent);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}
