/** Who is named in an archive, row by row. */
import { Capture } from "@avow/core/plan/capture";
import { ask, groundOf, type Rows } from "@avow/core/plan/testing/in-rows";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { pack } from "../../connector-kit/packed.ts";
import { redaction, SOMEBODY_ELSE, WITHHELD } from "./cells.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  comments:
    class: content
    key: [id]
    owner: author -> users.id
    links: [{ role: mention, from: [parent], to: { collection: comments, fields: [id] } }]
    fields: { id: system, author: user.unique_id, parent: system }
`;

const ROWS: Rows = {
  "app.users": [{ id: "1" }],
  "app.comments": [
    { id: "1", author: "1", parent: null },
    { id: "2", author: "2", parent: "1" },
    { id: "3", author: "1", parent: "2" },
    { id: "4", author: "1", parent: "1" },
  ],
};

/** What person 1 is found to have. */
function captured(map: string, all: Rows): Capture {
  const { graph, keys } = groundOf(map);
  return ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }]), all);
}

test("a row that only mentions the person is somebody else's: what leads to it does not say to whom", () => {
  const capture = captured(MAP, ROWS);
  const comments = must(capture.collections.get("app.comments"), "the map has it");
  expect([...comments.rows.values()].map((r) => r.reach).sort()).toEqual([
    "mention",
    "owned",
    "owned",
    "owned",
  ]);
  const { row: redact } = redaction(comments.collection, capture, ["id", "author", "parent"]);
  expect(redact(["3", "1", "2"])).toEqual(["3", "1", SOMEBODY_ELSE]);
  expect(redact(["4", "1", "1"])).toEqual(["4", "1", "1"]);
});

test("rows that come as bytes stay so only where none of them leads to somebody else", () => {
  const capture = captured(MAP, ROWS);
  const { collection } = must(capture.collections.get("app.comments"), "the map has it");
  const { areShownAsTheyAre } = redaction(collection, capture, ["id", "author", "parent"]);
  const shown = (...rows: (readonly (string | null)[])[]): boolean | undefined =>
    areShownAsTheyAre?.(pack(rows));
  const [own, others, alone] = [
    ["4", "1", "1"],
    ["3", "1", "2"],
    ["1", "1", null],
  ] as const;
  // Twice: what was looked at once is known.
  for (let n = 0; n < 2; n += 1) {
    expect(shown()).toBe(true);
    expect(shown(own, alone, own)).toBe(true);
    expect(shown(own, others, alone)).toBe(false);
    expect(shown(["9", "1", "x".repeat(100)])).toBe(false);
  }
});

test("of a collection with what one signs in with, no row stays as it comes", () => {
  const map = MAP.replace(
    "fields: { id: user.unique_id }",
    "fields: { id: user.unique_id, hash: user.authorization.password }",
  );
  const capture = captured(map, { ...ROWS, "app.users": [{ id: "1", hash: "secret" }] });
  const users = must(capture.collections.get("app.users"), "the map has it");
  const { row, areShownAsTheyAre } = redaction(users.collection, capture, ["id", "hash"]);
  expect(areShownAsTheyAre).toBeNull();
  expect(row(["1", "secret"])).toEqual(["1", WITHHELD]);
});

const LISTS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  posts:
    class: content
    key: [id]
    owner: author -> users.id
    links: [{ role: mention, from: ['seen_by[*]'], to: { collection: users, fields: [id] } }]
    fields:
      id: system
      author: user.unique_id
      seen_by: { category: user.content, paths: { '[*]': user.unique_id } }
`;

test("of a list, elements that name somebody else say that they are there, and the person's own who they are", () => {
  const capture = captured(LISTS, {
    "app.users": [{ id: "1" }],
    "app.posts": [{ id: "1", author: "1", "seen_by[*]": '["2","1",null,"3"]' }],
  });
  const posts = must(capture.collections.get("app.posts"), "the map has it");
  const { row: redact } = redaction(posts.collection, capture, ["id", "author", "seen_by", "seen_by[*]"]);
  const list = JSON.stringify([SOMEBODY_ELSE, "1", null, SOMEBODY_ELSE]);
  expect(redact(["1", "1", '["2", "1", null, "3"]', '["2","1",null,"3"]'])).toEqual(["1", "1", list, list]);
});
