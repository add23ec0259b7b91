import { inList } from "../keys.ts";
import type { AttestSpec } from "./schema.ts";

export const says = (spec: AttestSpec): string =>
  `${spec.owner} vouches for ${inList(spec.attest)} with ${spec.document}, until ${spec.expires}`;
