/** What the app needs from outside. The offline stand-ins lie beside this file; a deployment hands in its own. */

export interface Turn {
  readonly role: "user" | "specialist";
  readonly body: string;
}

/** An AI provider: answers in pieces, as they come. Throws when it has to give up. */
export interface Provider {
  readonly name: string;
  answer(question: {
    readonly specialist: { readonly name: string; readonly field: string; readonly persona: string };
    readonly history: readonly Turn[];
    readonly prompt: string;
  }): AsyncIterable<string>;
}

/** A payment processor. The card number never comes here: `method` is the processor's own name for a card that the browser gave it. */
export interface PaymentPort {
  readonly methods: readonly { readonly method: string; readonly label: string }[];
  charge(order: { readonly amount: number; readonly currency: string; readonly method: string }): Promise<
    | {
        readonly ok: true;
        readonly payment: string;
        readonly customer: string;
        readonly brand: string;
        readonly last4: string;
      }
    | { readonly ok: false; readonly reason: "declined" | "unreachable" }
  >;
}

export const RIGHTS = ["access", "portability", "rectify", "supplement", "restrict", "erase"] as const;
export type Right = (typeof RIGHTS)[number];

export interface RequestState {
  readonly request: string;
  readonly right: string;
  readonly state: string;
  /** When it goes on by itself, as far as that is known. */
  readonly nextTryAt?: string | null | undefined;
  /** What an erasure leaves, and for how long; none of it is an empty list. */
  readonly kept?: readonly KeptData[] | undefined;
}

export interface KeptData {
  /** A table's name. */
  readonly collection: string;
  /** In the policy's words, as far as it has some. */
  readonly reason: string | null;
  /** ISO 8601; null: until the reason ends. */
  readonly until: string | null;
}

export type RightsAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: "unreachable" | "refused" | "unknown" };

/** Where a person's rights are carried out. The app only passes the wish on and shows what became of it. */
export interface RightsPort {
  request(wish: {
    readonly right: Right;
    readonly identities: Readonly<Record<string, string>>;
    readonly actor: "person";
    /** What is right instead: field → value. */
    readonly set?: Readonly<Record<string, string>>;
    /** Ends a restriction. */
    readonly lift?: boolean;
  }): Promise<RightsAnswer<{ readonly request: string; readonly state: string }>>;
  /** Whether the person's data may only be kept. Without an answer it must not be used. */
  restricted(identities: Readonly<Record<string, string>>): Promise<RightsAnswer<boolean>>;
  status(request: string): Promise<RightsAnswer<RequestState>>;
  /** A zip file; null as long as there is none. */
  archive(request: string): Promise<RightsAnswer<ReadableStream<Uint8Array> | null>>;
  /** The proof of what was done, for the person to keep; null as long as there is none. */
  receipt(request: string): Promise<RightsAnswer<ReadableStream<Uint8Array> | null>>;
  /** A page that checks receipts by itself, with nothing from anywhere else. */
  verifier(): Promise<RightsAnswer<ReadableStream<Uint8Array> | null>>;
}
