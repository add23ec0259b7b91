import { dataInWords, inList } from "../keys.ts";
import type { UseSpec } from "./schema.ts";

export function says(spec: UseSpec): string {
  const basis = spec.basis === undefined ? "" : `, on the ground of ${inList([spec.basis])}`;
  const when = spec.when === undefined ? "" : `, when ${spec.when}`;
  return `${dataInWords(spec.data)} is used for ${inList(spec.use)}${basis}${when}`;
}
