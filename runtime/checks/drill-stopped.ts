/** An adapter that nobody waits for any more once its drill is stopped: what a service, or the adapter, still does is not ours to wait for. */
import type { DrillAdapter } from "./drill-adapter.ts";

/** After these somebody may have an account, or none any more: they are waited for, so that a canary is not looked for before it has come. */
const AWAITED: ReadonlySet<PropertyKey> = new Set<keyof DrillAdapter>([
  ...(["signUp", "signIn", "cleanup", "declareAge", "childFound"] as const),
]);

/** Acts that leave nothing at the service, whenever they end. */
const READING: ReadonlySet<PropertyKey> = new Set<keyof DrillAdapter>([
  ...(["status", "archive", "warnings", "authority"] as const),
]);

/** Acts that lie one level deeper, beside what is no act. */
const WITHIN: Readonly<Partial<Record<PropertyKey, string>>> = {
  ...{ alarm: "raise", correct: "ask", fillIn: "ask" },
} satisfies Partial<Record<keyof DrillAdapter, string>>;

/** `onLeft`: an act that may still write something was begun, and nobody waits for it. */
export function stoppable(
  adapter: DrillAdapter,
  signal: AbortSignal | undefined,
  onLeft: () => void,
): DrillAdapter {
  if (signal === undefined) return adapter;
  const stoppableIn = <T extends object>(acts: T, leaves: Leaves): T =>
    new Proxy(acts, {
      get(target, name) {
        const act: unknown = Reflect.get(target, name);
        const within = target === adapter ? WITHIN[name] : undefined;
        if (within !== undefined && typeof act === "object" && act !== null)
          return stoppableIn(act, (one) => (one === within ? onLeft : null));
        const left = leaves(name);
        if (typeof act !== "function" || left === null) return act;
        return (...given: unknown[]) =>
          orStopped(signal, async () => Reflect.apply(act, target, given), left);
      },
    });
  return stoppableIn(adapter, (name) => {
    if (AWAITED.has(name)) return null;
    return READING.has(name) ? () => undefined : onLeft;
  });
}

/** What is told when nobody waits for an act any more; null: it is waited for. */
type Leaves = (act: PropertyKey) => (() => void) | null;

/** Rejects as soon as the signal is aborted; what the act still comes to, good or bad, is nobody's then. */
function orStopped(signal: AbortSignal, act: () => Promise<unknown>, onLeft: () => void): Promise<unknown> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      onLeft();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    void act()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
