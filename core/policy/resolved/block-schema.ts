/**
 * JSON Schema of a `commit` block, for editors (spec/commit-block.schema.json): every kind with its keys, the frame around them, and
 * lists that may be written as one value.
 */
import { z } from "zod";
import type { KindLanguage } from "../kinds.ts";
import { frame, informs } from "./entries.ts";

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Draft 2020-12. */
export function blockSchema(kinds: readonly KindLanguage[]): unknown {
  const around = propertiesOf(frame);
  const entries = kinds.map((kind) => {
    const own = propertiesOf(kind.schema);
    return {
      title: kind.name,
      type: "object",
      properties: { ...around.properties, ...own.properties },
      required: ["id", kind.name, ...own.required.filter((key) => key !== kind.name)],
      additionalProperties: false,
    };
  });
  const said = propertiesOf(informs);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A block of commitments",
    type: "array",
    minItems: 1,
    items: {
      anyOf: [...entries, { title: "informs", type: "object", ...said, additionalProperties: false }],
    },
  };
}

function propertiesOf(schema: z.ZodType): {
  readonly properties: Json;
  readonly required: readonly string[];
} {
  const json: unknown = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  const properties = isJson(json) && isJson(json["properties"]) ? json["properties"] : {};
  const shape = schema instanceof z.ZodObject ? schema.shape : {};
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, oneOrMany(value)])),
    required: Object.keys(properties).filter((key) => !mayLack(shape[key])),
  };
}

/** What the schema reads as a list may be written as one value. */
function oneOrMany(json: unknown): unknown {
  if (!isJson(json) || json["type"] !== "array") return json;
  return { anyOf: [json["items"] ?? {}, json] };
}

const mayLack = (schema: unknown): boolean =>
  schema instanceof z.ZodOptional ||
  schema instanceof z.ZodDefault ||
  (schema instanceof z.ZodPipe && mayLack(schema.out));
