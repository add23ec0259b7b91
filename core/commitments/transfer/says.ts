import { dataInWords, inList } from "../keys.ts";
import type { TransferSpec } from "./schema.ts";

const MECHANISMS = {
  scc: "standard contractual clauses",
  adequacy: "an adequacy decision",
  bcr: "binding corporate rules",
  certification: "a certification",
  consent: "explicit consent",
  derogation: "a derogation in law",
};

export const says = (spec: TransferSpec): string =>
  `${dataInWords(spec.transfer)} goes abroad${spec.to === undefined ? "" : ` to ${inList(spec.to)}`} only under ${inList(
    spec.mechanisms.map((m) => MECHANISMS[m]),
    "or",
  )}`;
