/** Polymorphic links and links via a join collection: how they are read, what is refused, and when a row must be able to let go. */
import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { excludesOther } from "./conditions.ts";
import { cutOf, mayBeCut } from "./cut.ts";
import { readDataMap } from "./read.ts";

const USERS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
`;
const map = (rest: string) => readDataMap([{ file: "app.yaml", text: `${USERS}${rest}` }]);
/** Without notes: that a polymorphic row may be nobody's is one. */
const wrong = (rest: string) => map(rest).issues.filter((i) => i.severity !== "info");
const codes = (rest: string): string[] => wrong(rest).map((i) => i.code);

const MEMBERS = (link: string) => `  groups:
    class: content
    key: [id]
    links: [{ role: owner, from: [id], via: { collection: members, fields: [group_id] } }]
    fields: { id: system, title: user.content }
  members:
    class: content
    key: [id]
    links:
      - { role: owner, from: [user_id], to: { collection: users, fields: [id] } }
      ${link}
    fields: { id: system, user_id: user.unique_id, group_id: system }
`;

test("a row is owned via a join collection, and never cut off from it", () => {
  const read = map(MEMBERS(""));
  expect(read.issues).toEqual([]);
  const [users, groups, members] = must(read.value, "the map is valid").stores[0]?.collections ?? [];
  const link = must(groups?.links[0], "groups have a link");
  expect(link).toEqual({
    role: "owner",
    from: ["id"],
    to: { store: "app", collection: "members", fields: ["group_id"] },
    via: true,
  });
  expect(users?.links).toEqual([]);
  expect(mayBeCut(must(groups, "groups"), link, must(members, "members"), () => [])).toBe(false);
  expect(cutOf(must(groups, "groups"), link, []).size).toBe(0);
});

test("a join collection that belongs to what it joins is refused, and one that only mentions it is not", () => {
  const back = (role: string) =>
    `- { role: ${role}, from: [group_id], to: { collection: groups, fields: [id] } }`;
  expect(codes(MEMBERS(back("co_owner")))).toEqual(["owned-by-what-it-joins"]);
  expect(codes(MEMBERS(back("mention")))).toEqual([]);
});

const COMMENTS = (links: string) => `  comments:
    class: content
    key: [id]
    links:
${links}
    fields: { id: system, target_id: user.unique_id, kind: system, text: user.content }
`;
const onUsers = (when: string): string =>
  `      - { role: owner, from: [target_id], ${when}, to: { collection: users, fields: [id] } }`;

test("a discriminator is a value or a list of them, as text", () => {
  const rest = COMMENTS(`${onUsers("when: { kind: 1 }")}\n${onUsers("when: { kind: [user, true] }")}`);
  expect(wrong(rest)).toEqual([]);
  const read = map(rest);
  const links = read.value?.stores[0]?.collections[1]?.links ?? [];
  expect(links.map((l) => l.when)).toEqual([{ kind: ["1"] }, { kind: ["user", "true"] }]);
  const [a, b] = links;
  expect(excludesOther(must(a, "a link"), must(b, "a link"))).toBe(true);
  expect(excludesOther(must(a, "a link"), must(a, "a link"))).toBe(false);
});

test("links that exclude one another need not be cut for each other's sake; others do", () => {
  const cuttable = (links: string): boolean[] => {
    const [users, comments] = must(map(COMMENTS(links)).value, "valid").stores[0]?.collections ?? [];
    const c = must(comments, "comments");
    return c.links.map((l) => mayBeCut(c, l, must(users, "users"), () => [["id"]]));
  };
  expect(cuttable(`${onUsers("when: { kind: user }")}\n${onUsers("when: { kind: order }")}`)).toEqual([
    false,
    false,
  ]);
  expect(cuttable(`${onUsers("when: { kind: user }")}\n${onUsers("when: { kind: [user, order] }")}`)).toEqual(
    [true, true],
  );
});

test("what a discriminator names has to be there, and a link leads to one place", () => {
  expect(codes(COMMENTS(onUsers("when: { sort: user }")))).toEqual(["unknown-field"]);
  expect(codes(COMMENTS(onUsers("when: { kind: [] }")))).toEqual(["bad-value"]);
  expect(codes(COMMENTS(onUsers("via: { collection: users, fields: [id] }")))).toEqual(["bad-value"]);
  expect(codes(COMMENTS("      - { role: owner, from: [target_id] }"))).toEqual(["bad-value"]);
});
