/** Which fields say what somebody was told, agreed to or answered. */
import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { recordsOf, standingOf } from "./account.ts";
import { groundOf } from "./testing/in-rows.ts";

const mapWith = (key: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, made: system, seen: system }
    anchors: { creation: made, activity: seen }
  leaks:
    class: team
    key: [id]
    incidents: { found: found, risk: { risk: true }, rows_of: rows, since: since, until: until }
    fields: { id: system, found: system, risk: system, rows: system, since: system, until: system }
  told:
    class: team
    key: [id]
    owner: user -> users.id
    ${key}
    fields:
      id: system
      user: user.unique_id
      one: user.behavior
      two: user.behavior
      three: user.behavior
      other: user.behavior
      facts: { category: system, paths: { way: user.behavior, page: user.behavior } }
`;

test.each([
  ["notices", "notices: { version: one, at: two, by: facts.way }", ["one", "two"]],
  ["acceptances", "acceptances: { version: one, at: two, by: facts.way }", ["one", "two"]],
  ["consents", "consents: { purpose: one, given: two, at: three, by: facts.way }", ["one", "two", "three"]],
  [
    "incident_notices",
    "incident_notices: { incident: one, of: leaks, at: two, contents: { remedy: facts.way } }",
    ["one", "two"],
  ],
])("fields of `%s` are records, with the document that one lies in; no others are", (_, key, fields) => {
  const { graph } = groundOf(mapWith(key));
  const told = must(graph.collections.get("app.told"), "the map has it");
  expect([...recordsOf(told)].toSorted()).toEqual([...fields, "facts", "facts.way"].toSorted());
  const scope = { categories: ["user.behavior"], products: [], since: null, until: null };
  expect(standingOf(told, scope)).toBe("record");
});
