/** What went wrong, without the data: a trigger's `raise` may put anything into a message, so none is repeated but for names of the schema. */
import type { ConnectorFailure } from "@avow/runtime/connector-kit/contract";
import { Refused } from "@avow/runtime/connector-kit/refused";
import { conditionOf } from "./conditions.ts";

/** As the keeper process tells it. `names`: fields that a constraint names. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: number;
  readonly names: string;
  constructor(code: number, names: string) {
    super(`sqlite error ${code}`);
    this.code = code;
    this.names = names;
  }
}

/** Null for what is no operating error: a bug, to be thrown on. */
export function failureOf(error: unknown): ConnectorFailure | null {
  if (error instanceof Refused) return error.failure;
  if (!(error instanceof StoreError)) return null;
  const [name, verdict] = conditionOf(error.code);
  const reason = [`${name} (${error.code})`, ...(error.names === "" ? [] : [`\`${error.names}\``])].join(
    ", ",
  );
  return { ok: false, ...verdict, reason };
}
