import { defineKind } from "../kind.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const attest = defineKind({ name: "attest", schema, says, means, attests: true });
