/** What the terminal shows of a small store and of one with hundreds of collections, as goldens (`vitest -u` writes them anew). */
import type { FoundCollection, FoundField } from "@avow/core/datamap/discover/model";
import type { Discovery } from "@avow/runtime/discovery/discover";
import { expect, test } from "vitest";
import { formatFound } from "./print.ts";

const field = (name: string, category: string | null, confidence: number, type = "text"): FoundField => ({
  name,
  type,
  category,
  confidence,
  reason: category === null ? "nothing says what it is" : "it is named so",
});

const collection = (
  name: string,
  about: FoundCollection["about"],
  rest: Partial<FoundCollection>,
): FoundCollection => ({
  name,
  rows: null,
  examined: 0,
  about,
  key: ["id"],
  keyFrom: "declared",
  fields: [],
  links: [],
  suspected: [],
  ...rest,
});

const owner: FoundCollection["links"][number] = {
  role: "owner",
  from: ["user_id"],
  to: { collection: "users", fields: ["id"] },
  source: "name",
  confidence: 0.93,
  reason: "named after `users`",
};

const USERS = collection("users", "person", {
  rows: 90,
  examined: 90,
  fields: [
    field("id", "user.unique_id", 0.92, "bigint"),
    field("email", "user.contact.email", 0.95),
    field("flags", "system", 0.7),
    field("extra", null, 0.3, "jsonb"),
  ],
});
const NOTES = collection("notes", "owned", {
  fields: [field("user_id", "user.unique_id", 0.93), field("body", "user.content", 0.83)],
  links: [owner],
  suspected: ["`object_id` may lead where `object_type` says; no value of it names a collection"],
});
const COUNTRIES = collection("countries", "other", { fields: [field("name", "system", 0.7)] });

const wide = collection("profiles", "owned", {
  links: [owner],
  fields: Array.from({ length: 30 }, (_, i) =>
    field(`f${i}`, i % 3 === 0 ? null : i % 3 === 1 ? "user.unique_id" : "user.name", 0.5 + i / 100),
  ),
});

const many: readonly FoundCollection[] = Array.from({ length: 60 }, (_, i) =>
  collection(`things_${i}`, i % 7 === 0 ? "other" : "owned", {
    links: i % 7 === 0 ? [] : [owner],
    fields: Array.from({ length: 1 + (i % 3) }, (_, k) => field(`f${k}`, "user.content", 0.5 + i / 200)),
  }),
);

const discovery = (collections: readonly FoundCollection[], rest: Partial<Discovery> = {}): Discovery => ({
  found: { store: "app", collections, combinations: [] },
  spent: { statements: 0, bytes: 0, rows: 0 },
  byNames: [],
  failed: [],
  skipped: [],
  ...rest,
});

const skipped = Array.from({ length: 12 }, (_, i) => ({
  collection: `s${i}`,
  why: "the byte budget was spent",
}));

test.each([
  ["small", discovery([COUNTRIES, NOTES, USERS]), false],
  ["small-all", discovery([COUNTRIES, NOTES, USERS]), true],
  ["large", discovery([...many, COUNTRIES, wide, NOTES, USERS], { skipped }), false],
] as const)("%s", async (name, found, all) => {
  await expect(formatFound(found, { all })).toMatchFileSnapshot(
    `${import.meta.dirname}/print.${name}.golden.txt`,
  );
});

test("--all leaves nothing out", () => {
  const text = formatFound(discovery([...many, wide, USERS], { skipped }), { all: true });
  for (const c of [...many, wide, USERS]) {
    expect(text).toContain(`\n${c.name}: `);
    for (const f of c.fields) expect(text).toMatch(new RegExp(`\\n {2}${f.name} `));
  }
  for (const s of skipped) expect(text).toContain(`\`${s.collection}\``);
});
