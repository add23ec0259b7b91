import { inList, periodInWords } from "../keys.ts";
import type { NotifySpec } from "./schema.ts";

const WHO = {
  people: "people are",
  affected: "the people affected are",
  authority: "the authority is",
  guardians: "guardians are",
};

export function says(spec: NotifySpec): string {
  const by = spec.by === undefined ? "" : ` by ${inList(spec.by, "or")}`;
  const within = spec.within === undefined ? "" : ` within ${periodInWords(spec.within)}`;
  const contents = spec.contents === undefined ? "" : `; the notice says: ${inList(spec.contents)}`;
  return `${WHO[spec.notify]} told of ${inList(spec.on, "or")}${by}${within}${contents}`;
}
