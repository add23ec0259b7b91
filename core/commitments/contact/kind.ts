import { defineKind } from "../kind.ts";
import { means } from "./means.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const contact = defineKind({ name: "contact", schema, says, means });
