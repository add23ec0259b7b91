import type { Means } from "../kind.ts";
import type { AttestSpec } from "./schema.ts";

export const means: Means<AttestSpec> = (spec) => ({
  vouched: [{ measures: spec.attest, expires: spec.expires }],
});
