import { dataInWords, periodInWords } from "../keys.ts";
import type { RetainSpec } from "./schema.ts";

const WHY = { law: "by law", interest: "for a legitimate interest", hold: "under a legal hold" };

export function says(spec: RetainSpec): string {
  const keeps =
    spec.keeps === undefined
      ? ""
      : `; it outlasts an erasure request ${WHY[spec.keeps.why]} (${spec.keeps.reason})`;
  if (spec.for === "indefinitely") return `${dataInWords(spec.retain)} is kept indefinitely${keeps}`;
  const then = spec.then === "erase" ? "erased" : "anonymised";
  return `${dataInWords(spec.retain)} is ${then} ${periodInWords(spec.for)} after ${(spec.from ?? "").replaceAll("_", " ")}${keeps}`;
}
