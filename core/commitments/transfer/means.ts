import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { TransferSpec } from "./schema.ts";

export const means: Means<TransferSpec> = (spec) => ({
  clauses: [clause({ act: "transfer", mode: "may", data: spec.transfer, recipients: spec.with })],
  mechanisms: [{ data: spec.transfer, to: spec.to ?? [], mechanisms: spec.mechanisms }],
});
