import { dataInWords, inList } from "../keys.ts";
import type { ConsentSpec } from "./schema.ts";

export function says(spec: ConsentSpec): string {
  const withdraw =
    spec.withdraw === undefined ? "" : `; it can be withdrawn by ${inList(spec.withdraw, "or")}`;
  return `${inList(spec.consent)} with ${dataInWords(spec.for)} needs the person's consent${withdraw}`;
}
