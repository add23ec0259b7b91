/** What a store vouches for is asked in one statement: no row of it is read. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { Open } from "./model.ts";
import { asCompared } from "./parents.ts";

const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  letters:
    class: order
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
`;

async function normalisersWith(holds: boolean) {
  const key = {
    ...{ name: "letters_email", from: ["email"], to: { collection: "users", fields: ["email"] } },
    ...{ onDelete: "no action" as const, ...(holds ? { holds } : {}) },
  };
  const reader = arrayStore([
    { name: "users", fields: ["id", "email"], rows: [] },
    { name: "letters", fields: ["id", "email"], rows: [], foreignKeys: [key] },
  ]);
  const described = await reader.describe();
  if (!described.ok) throw new Error(described.reason);
  const collections = new Map(described.value.collections.map((c) => [c.name, c]));
  const stores = new Map<string, Open>([["app", { reader, collections }]]);
  const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
  const letters = asCompared(map, stores).stores[0]?.collections.find((c) => c.name === "letters");
  return letters?.links.map((l) => l.normalisers ?? null);
}

test.each([
  { holds: true, asked: [null] },
  { holds: false, asked: [["email"]] },
])(
  "an address link over a foreign key is compared as addresses unless the key holds ($holds)",
  async (given) => {
    expect(await normalisersWith(given.holds)).toEqual(given.asked);
  },
);
