import type { Answer, ConnectorFailure } from "./contract.ts";

export type Verdict = Pick<ConnectorFailure, "error" | "retryable" | "unsure">;

/** A connector's own answer, raised where going on makes no sense. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly failure: ConnectorFailure;
  constructor(failure: ConnectorFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

export const refused = (verdict: Verdict, reason: string): Refused =>
  new Refused({ ok: false, ...verdict, reason });
export const malformed = (reason: string): Refused =>
  refused({ error: "malformed", retryable: false }, reason);

interface Answering {
  /** Null for what is no operating error: a bug, to be thrown on. */
  failureOf(error: unknown): ConnectorFailure | null;
  /** Forgets what is cached of the schema: a malformed query may be one for a schema that has changed since. */
  forget(): void;
}

/** What an act gives or throws, as the contract's answer. */
export async function answer<T>(act: () => Promise<T>, { failureOf, forget }: Answering): Promise<Answer<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.error === "malformed") forget();
    return failure;
  }
}
