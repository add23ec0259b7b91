import { defineKind } from "../kind.ts";
import { says } from "./says.ts";
import { schema } from "./schema.ts";

export const cookies = defineKind({ name: "cookies", schema, says });
