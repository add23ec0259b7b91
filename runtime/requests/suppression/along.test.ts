/** Which of the rows that a backup brought back go. The stores are arrays here (spec/suppression.md). */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type ArrayRow, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { bindEstate } from "../run/estate.ts";
import { goingRows, nameOfRow } from "./along.ts";

const mapOf = (leaving: string): string => `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  posts:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, other: user.unique_id }
    on_leave: ${leaving}
`;

/** Of the account 1 and the post 1, which were erased once and are there again. */
async function going(leaving: string, other: string | null, newer: readonly string[]) {
  const posts: ArrayRow[] = [{ id: "1", author: "1", other }];
  const store = arrayStore([
    { name: "users", fields: ["id"], rows: [{ id: "1" }, { id: "2" }] },
    { name: "posts", fields: ["id", "author", "other"], rows: posts },
  ]);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: mapOf(leaving) }]).value, "the map is valid"),
    ...{ keepRules: new Map(), stores: { app: { reader: store, eraser: store } } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  const cells = ["1", "1", other];
  const older = {
    identities: [],
    collections: [
      { id: "app.users", fields: ["id"], rows: [{ key: ["1"], cells: ["1"], reach: "owned" as const }] },
      {
        ...{ id: "app.posts", fields: ["id", "author", "other"] },
        rows: [{ key: ["1"], cells, reach: "owned" as const }],
      },
    ],
  };
  const names = new Set(newer.map((id) => nameOfRow(id, ["1"])));
  return [...(await goingRows(bound.estate, older, names))].map((name) => name.split(" ")[0]).sort();
}

test("what hangs on a row that goes goes, too, unless somebody else owns it by now", async () => {
  expect(await going("{ other: 'null' }", null, [])).toEqual(["app.posts", "app.users"]);
  expect(await going("{ other: 'null' }", "2", [])).toEqual(["app.users"]);
});

test("where a row goes with the first owner who leaves, it goes with an account that does, and with no other", async () => {
  expect(await going("delete", "2", [])).toEqual(["app.posts", "app.users"]);
  // Somebody has signed up again.
  expect(await going("delete", "2", ["app.users"])).toEqual([]);
  expect(await going("delete", null, ["app.users"])).toEqual([]);
});

test("what may be somebody's new row stays, and what it hung on goes", async () => {
  expect(await going("delete", null, ["app.posts"])).toEqual(["app.users"]);
});
