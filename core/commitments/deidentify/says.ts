import { dataInWords, inList } from "../keys.ts";
import type { DeidentifySpec } from "./schema.ts";

const METHOD = {
  remove: "is stripped of identifiers",
  mask: "is masked",
  pseudonymise: "is pseudonymised",
  aggregate: "is aggregated",
};

export function says(spec: DeidentifySpec): string {
  const purpose = spec.for === undefined ? "" : ` for ${inList(spec.for)}`;
  const k = spec.k === undefined ? "" : `, in groups of at least ${spec.k}`;
  return `${dataInWords(spec.deidentify)} ${METHOD[spec.method]}${purpose}${k}`;
}
