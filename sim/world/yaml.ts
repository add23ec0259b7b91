/** A world's map as a person would write it. */
import type { Collection } from "@avow/core/datamap/model";
import { stringify } from "yaml";
import type { RandomWorld } from "./world.ts";

export function mapYaml({ map }: RandomWorld): string {
  return map.stores
    .map(({ store, connector, collections }) =>
      stringify({
        store,
        connector,
        collections: Object.fromEntries(collections.map((c) => [c.name, shapeOf(c)])),
      }),
    )
    .join("---\n");
}

function shapeOf(c: Collection): Record<string, unknown> {
  const person = [...Map.groupBy(c.identities, (i) => i.namespace)].map(([namespace, all]) => {
    const held = all.map((i) => (i.shared ? { field: i.field, shared: true } : i.field));
    return [namespace, held.length === 1 ? held[0] : held];
  });
  return {
    class: c.class,
    ...(c.key === null ? {} : { key: c.key }),
    ...(person.length > 0 ? { person: Object.fromEntries(person) } : {}),
    ...(c.links.length > 0
      ? {
          links: c.links.map((l) => ({
            role: l.role,
            from: l.from,
            ...(l.when === undefined ? {} : { when: l.when }),
            [l.via === true ? "via" : "to"]: { collection: l.to.collection, fields: l.to.fields },
          })),
        }
      : {}),
    ...(c.product === undefined ? {} : { product: c.product }),
    ...(c.consents === undefined ? {} : { consents: c.consents }),
    fields: Object.fromEntries(
      c.fields
        .filter((f) => f.path === undefined)
        .map((f) => {
          const places = c.fields.filter((p) => p.path?.column === f.name);
          const paths = places.map((p) => [p.name.slice(f.name.length).replace(/^\./, ""), textOf(p)]);
          const said = textOf(f);
          if (paths.length === 0) return [f.name, said];
          const long = typeof said === "string" ? { category: said } : said;
          return [f.name, { ...long, paths: Object.fromEntries(paths) }];
        }),
    ),
    ...(Object.keys(c.anchors).length > 0 ? { anchors: c.anchors } : {}),
    ...(c.standIn === undefined ? {} : { stand_in: c.standIn }),
    ...ruleOf(c),
    ...(c.leave === "delete" ? { on_leave: "delete" } : {}),
    ...(c.leave === "cut" && Object.keys(c.onLeave).length > 0 ? { on_leave: c.onLeave } : {}),
  };
}

const textOf = (f: Collection["fields"][number]) =>
  f.derived === true ? { category: f.category, origin: "derived" } : f.category;

function ruleOf({ erase }: Collection): Record<string, unknown> {
  switch (erase.rule) {
    case "none":
      return {};
    case "delete":
      return { erase: "delete" };
    case "mask": {
      if (erase.standIn === undefined) return { erase: { mask: erase.mask } };
      const { per } = erase.standIn;
      return { erase: { stand_in: per.length === 0 ? "each" : per, mask: erase.mask } };
    }
    case "keep":
      return { erase: { keep: erase.commitment, mask: erase.mask } };
  }
}
