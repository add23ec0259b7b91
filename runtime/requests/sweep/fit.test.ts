/** Which services' requests are never carried out together. */
import { buildGraph } from "@avow/core/datamap/graph";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { expect, test } from "vitest";
import { whyAlone } from "./fit.ts";

const mapOf = (person: string, notes: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: ${person}
    fields: { id: user.unique_id, mails: { category: system, paths: { '[*]': user.contact.email } } }
  notes:
    class: note
    key: [id]
${notes}
`;

const PLAIN = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  notes:
    class: note
    key: [id]
    links: [{ role: owner, from: [user], to: { collection: users, fields: [id] } }]
    fields: { id: system, user: user.unique_id }
`;

const PLACE = `    links: [{ role: owner, from: [user], to: { collection: users, fields: [id] } }]
    fields: { id: system, user: user.unique_id }`;
const LIST = `    links: [{ role: co_owner, from: ['team[*]'], to: { collection: users, fields: [id] } }]
    fields: { id: system, team: { category: system, paths: { '[*]': user.unique_id } } }`;

function why(text: string, more: Partial<Parameters<typeof whyAlone>[0]> = {}): string | null {
  const read = readDataMap([{ file: "app.yaml", text }]);
  expect(read.issues.filter((i) => i.severity === "error")).toEqual([]);
  const graph = buildGraph(must(read.value, "the map is valid"));
  return whyAlone({ estate: { graph, byHand: [] }, grace: null, ...more });
}

test("whole rows in systems alone are swept", () => {
  expect(why(PLAIN)).toBeNull();
});

test("erasures that can be taken back are not", () => {
  expect(why(PLAIN, { grace: must(parseDuration("P14D"), "a duration") })).toContain("`grace`");
});

test("collections of which only people know are not", () => {
  const { collections } = buildGraph(
    must(readDataMap([{ file: "app.yaml", text: PLAIN }]).value, "the map is valid"),
  );
  const byHand = [...collections.values()].slice(0, 1);
  expect(why(PLAIN, { estate: { graph: { collections }, byHand } })).toContain("by hand");
});

test.each([
  ["a place", mapOf("{ user_id: id }", PLACE), "app.users.mails"],
  ["a list of identities", mapOf("{ user_id: id, email: 'mails[*]' }", PLACE), "app.users.mails"],
  ["a list of rows elsewhere", PLAIN.replace(/ {4}links.*\n.*\n$/, `${LIST}\n`), "app.notes.team"],
])("%s is not", (_, text, names) => {
  expect(why(text)).toContain(names);
});

test("rows that go on under pseudo-people are left to one request at a time", () => {
  const text = PLAIN.replace(
    "fields: { id: user.unique_id }",
    "fields: { id: user.unique_id }\n    stand_in: {}",
  ).trimEnd();
  const map = must(
    readDataMap([{ file: "a.yaml", text: `${text}\n    erase: { stand_in: each }\n` }]).value,
    "the map is sound",
  );
  expect(whyAlone({ estate: { graph: buildGraph(map), byHand: [] }, grace: null })).toBe(
    "rows of `app.notes` go on under pseudo-people, which are made request by request",
  );
});
