import { dataInWords, inList } from "../keys.ts";
import type { CollectSpec } from "./schema.ts";

const FROM = {
  person: "the person",
  device: "the person's device",
  use: "the use of the service",
  third_party: "third parties",
};

export function says(spec: CollectSpec): string {
  const sources = spec.sources === undefined ? "" : ` (sources: ${inList(spec.sources)})`;
  const closed = spec.closed ? "; no other personal data is collected" : "";
  return `${dataInWords(spec.collect)} is collected from ${FROM[spec.from]}${sources}${closed}`;
}
