import type { Means } from "../kind.ts";
import type { AcceptSpec } from "./schema.ts";

export const means: Means<AcceptSpec> = (spec) => ({ acceptances: [{ what: spec.accept, by: spec.by }] });
