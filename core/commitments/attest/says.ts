import { listIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { AttestSpec } from "./schema.ts";

export const says: Says<AttestSpec> = {
  en: (spec, t) =>
    `${t.label(spec.owner)} vouches for ${listIn("en", spec.attest.map(t.label))} with ${spec.document}, until ${spec.expires}`,
  zh: (spec, t) =>
    `${t.label(spec.owner)}以${spec.document}为${listIn("zh", spec.attest.map(t.label))}作证，有效期至${spec.expires}`,
};
