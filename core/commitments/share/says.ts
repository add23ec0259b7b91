import { dataInWords, inList } from "../keys.ts";
import type { ShareSpec } from "./schema.ts";

export function says(spec: ShareSpec): string {
  const recipients = spec.recipients === undefined ? "" : ` (${inList(spec.recipients)})`;
  const purpose = spec.purpose === undefined ? "" : ` for ${inList(spec.purpose)}`;
  const when = spec.when === undefined ? "" : `, when ${spec.when}`;
  return `${dataInWords(spec.share)} is ${spec.never ? "never shared" : "shared"} with ${inList(spec.with)}${recipients}${purpose}${when}`;
}
