/** Questions that do not wait for one another. */

/** As many at once as a connector has connections; more would only wait for one. */
const AT_ONCE_MAX = 4;

/** Some at a time, the answers in the order of the questions. */
export async function atOnce<T, A>(all: readonly T[], act: (one: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  const left = [...all.entries()].reverse();
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) answers[next[0]] = await act(next[1]);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE_MAX, all.length) }, work));
  // Only when all have ended: nobody reads on behind the back of a failure.
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return answers;
}
