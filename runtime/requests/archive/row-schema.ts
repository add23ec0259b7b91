/** The JSON Schema beside a file of a portable archive: what a row's fields are, in the store's words and in the map's. */
import { idOf } from "@avow/core/datamap/model";
import type { Shown } from "@avow/core/plan/shown";
import type { BoundEstate } from "../run/estate.ts";
import { jsonTypes, LIST } from "./json.ts";

export function rowSchema(
  estate: BoundEstate,
  { captured, fields }: Pick<Shown, "captured" | "fields">,
): unknown {
  const { collection, key } = captured;
  const live = estate.lives.get(idOf(collection));
  const names = new Set(fields.map((f) => f.name));
  const properties = fields.map(({ name, category, path }) => {
    const found = live?.fields.find((f) => f.name === name);
    const list = path !== undefined && path.each !== null;
    return [
      name,
      {
        type: jsonTypes(list ? LIST : (found?.type ?? null), found?.nullable !== false),
        ...(found === undefined ? {} : { description: `${found.type}, in the store's own notation` }),
        "x-category": category,
      },
    ];
  });
  const links = collection.links
    .filter((l) => l.from.every((f) => names.has(f)))
    .map(({ from, to }) => ({ from, to: { collection: to.collection, fields: to.fields } }));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: collection.name,
    type: "array",
    items: {
      type: "object",
      properties: Object.fromEntries(properties),
      required: [...names],
      additionalProperties: false,
      "x-class": collection.class,
      "x-key": key,
      "x-links": links,
    },
  };
}
