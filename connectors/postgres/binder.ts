/** What conditions are made of: SQL, and the values of its placeholders. */

export interface Binder {
  readonly values: (string | readonly (string | null)[])[];
  /** Takes a value, gives its placeholder. */
  bind(value: string | readonly (string | null)[]): string;
}

export function binder(): Binder {
  const values: (string | readonly (string | null)[])[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

export interface Condition {
  readonly sql: string;
  /** Fit for an OR: no semi-join. */
  readonly plain: boolean;
}
