import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { cutOf } from "./cut.ts";
import { readDataMap } from "./read.ts";

/** What cutting each link does; `links`: the fields of each, in a collection with the key `id` unless another is named. */
function cuts(links: readonly string[], onLeave = "{}", key = "id"): string[] {
  const fields = ["id", "tenant", "a", "b"];
  const mentions = links.map(
    (l) =>
      `      - { role: mention, from: [${l}], to: { collection: users, fields: [${l.replace(/\w+/g, "id")}] } }`,
  );
  const text = `store: app
connector: postgres
collections:
  users: { class: account, person: { user_id: id }, fields: { id: user.unique_id } }
  notes:
    class: note
    fields: { ${fields.map((f) => `${f}: system`).join(", ")} }
    on_leave: ${onLeave}
    links:
${mentions.join("\n")}
`;
  const notes = must(readDataMap([{ file: "app.yaml", text }]).value?.stores[0]?.collections[1], "read");
  return notes.links.map((l) =>
    [...cutOf(notes, l, key.split(" "))].map(([f, act]) => `${f}: ${act}`).join(", "),
  );
}

test("fields are emptied, or become what on_leave says", () => {
  expect(cuts(["a, b"])).toEqual(["a: null, b: null"]);
  expect(cuts(["a, b"], "{ a: tombstone, b: keep }")).toEqual(["a: tombstone"]);
});

test("the key stays", () => {
  expect(cuts(["tenant, a"], "{}", "tenant id")).toEqual(["a: null"]);
  expect(cuts(["tenant, a"], "{}", "tenant a")).toEqual([""]);
});

test("what another link needs stays, unless nothing else would cut the link or on_leave names it", () => {
  expect(cuts(["tenant, a", "tenant, b"])).toEqual(["a: null", "b: null"]);
  expect(cuts(["tenant, a", "tenant, b"], "{ tenant: 'null' }")).toEqual([
    "tenant: null, a: null",
    "tenant: null, b: null",
  ]);
  expect(cuts(["tenant", "tenant, b"])).toEqual(["tenant: null", "b: null"]);
});

test("links over the same fields are cut together", () => {
  expect(cuts(["a", "a"])).toEqual(["a: null", "a: null"]);
  expect(cuts(["tenant, a", "tenant, a", "tenant, b"])).toEqual(["a: null", "a: null", "b: null"]);
});
