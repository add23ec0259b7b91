/** What was found as a Fides dataset, for those who keep theirs there (spec/discovery.md, "Fides"). */
import { stringify } from "yaml";
import type { Found, FoundCollection, FoundField } from "./model.ts";

export function fidesDataset(found: Found): string {
  return stringify({
    dataset: [
      {
        fides_key: found.store,
        name: found.store,
        description: "made by avow discover; to be reviewed",
        collections: found.collections.map((c) => ({
          name: c.name,
          fields: c.fields.map((f) => fieldOf(found.store, c, f)),
        })),
      },
    ],
  });
}

const IDENTITY: Readonly<Record<string, string>> = {
  "user.contact.email": "email",
  "user.contact.phone_number": "phone_number",
};

function fieldOf(store: string, c: FoundCollection, f: FoundField): Record<string, unknown> {
  const links = c.links.filter(
    (l) => l.from.length === 1 && l.from[0] === f.name && l.when === undefined && l.role !== null,
  );
  const identity = c.about === "person" ? IDENTITY[f.category ?? ""] : undefined;
  const meta = {
    ...(c.key.includes(f.name) ? { primary_key: true } : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(links.length === 0
      ? {}
      : {
          references: links.map((l) => ({
            dataset: store,
            field: `${l.to.collection}.${l.to.fields[0] ?? ""}`,
            direction: "from",
          })),
        }),
  };
  return {
    name: f.name,
    data_categories: [f.category === null || f.category === "system" ? "system.operations" : f.category],
    ...(Object.keys(meta).length === 0 ? {} : { fides_meta: meta }),
  };
}
