/** Counts failures per key within a window, in memory and bounded: the oldest key makes room. */
export interface Attempts {
  allowed(key: string): boolean;
  failed(key: string): void;
  /** It went well after all: what was counted is forgotten. */
  cleared(key: string): void;
}

export function attempts(limits: {
  readonly most: number;
  readonly windowMs: number;
  readonly keysMax: number;
  readonly now: () => Date;
}): Attempts {
  const seen = new Map<string, { count: number; sinceMs: number }>();
  const current = (key: string): { count: number; sinceMs: number } => {
    const [entry, nowMs] = [seen.get(key), limits.now().getTime()];
    return entry === undefined || nowMs - entry.sinceMs > limits.windowMs
      ? { count: 0, sinceMs: nowMs }
      : entry;
  };
  return {
    allowed: (key) => current(key).count < limits.most,
    cleared: (key) => void seen.delete(key),
    failed(key) {
      const entry = current(key);
      seen.delete(key);
      seen.set(key, { ...entry, count: entry.count + 1 });
      const oldest = seen.keys().next();
      if (seen.size > limits.keysMax && oldest.done !== true) seen.delete(oldest.value);
    },
  };
}
