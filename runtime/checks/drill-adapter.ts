/** What a service brings so that an invented person can be taken through its front door (services/<service>/drill.ts). */
export interface Canary {
  /** Letters and digits, lower case; stands in every free text that the canary writes. */
  readonly token: string;
}

export interface DrillAdapter<Session = unknown> {
  signUp(
    base: string,
    canary: Canary,
  ): Promise<{ readonly identities: Readonly<Record<string, string>>; readonly session: Session }>;
  /** A session of a canary that may have signed up before a crash; null when it has no account. */
  signIn(base: string, canary: Canary): Promise<Session | null>;
  populate(base: string, session: Session, canary: Canary): Promise<void>;
  requestRight(base: string, session: Session, right: "access" | "erase"): Promise<string>;
  status(base: string, session: Session, request: string): Promise<string>;
  archive(base: string, session: Session, request: string): Promise<Uint8Array | null>;
  cleanup(base: string, session: Session): Promise<void>;
}

const ACTS = ["signUp", "signIn", "populate", "requestRight", "status", "archive", "cleanup"] as const;

export const isDrillAdapter = (value: unknown): value is DrillAdapter =>
  typeof value === "object" &&
  value !== null &&
  ACTS.every((act) => act in value && typeof Reflect.get(value, act) === "function");
