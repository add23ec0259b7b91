import { expect, test } from "vitest";
import { readDataMap } from "./read.ts";

const HEAD = `store: app
connector: postgres
collections:
  users: { class: account, key: [id], person: { user_id: id }, fields: { id: user.unique_id } }
`;
const said = (rest: string): string[] =>
  readDataMap([{ file: "app.yaml", text: `${HEAD}${rest}` }]).issues.map((i) => `${i.severity} ${i.code}`);
const link = (role: string, from: string, to = "to: { collection: users, fields: [id] }"): string =>
  `{ role: ${role}, from: ['${from}'], ${to} }`;
const table = (name: string, links: readonly string[], fields: string, rest = ""): string =>
  `  ${name}: { class: x, key: [id], links: [${links.join(", ")}], fields: { id: system, ${fields} }${rest} }\n`;
const via = (join: string, from = "id", field = "joined") =>
  link("owner", from, `via: { collection: ${join}, fields: [${field}] }`);

const FILES_OF_GROUPS = [
  table("files", [via("shares")], "name: user.content"),
  table("groups", [via("members")], "name: user.content"),
  table("members", [link("owner", "u")], "u: user.unique_id, joined: system"),
];

test("one join collection is fine; a second one above it multiplies owners", () => {
  const shares = (to: string) =>
    table("shares", [link("owner", "u", to)], "u: user.unique_id, joined: system");
  expect(said([...FILES_OF_GROUPS, shares("to: { collection: users, fields: [id] }")].join(""))).toEqual([]);
  expect(said([...FILES_OF_GROUPS, shares("to: { collection: groups, fields: [id] }")].join(""))).toEqual([
    "warning many-to-many-twice",
  ]);
});

test("many owners in several ways, and too many of them", () => {
  const fields = Array.from({ length: 6 }, (_, i) => `u${i}`);
  const owners = fields.map((f) => link("co_owner", f));
  const columns = fields.map((f) => `${f}: user.unique_id`).join(", ");
  const doc = "doc: { category: system, paths: { '[*]': user.unique_id } }";
  expect(said(table("a", owners.slice(0, 5), columns))).toEqual([]);
  expect(said(table("a", owners, columns))).toEqual(["warning many-owners"]);
  const list = link("co_owner", "doc[*]");
  expect(said(table("a", [list, owners[0] ?? ""], `${columns}, ${doc}`))).toEqual([]);
  expect(said(table("a", [list, ...owners.slice(0, 2)], `${columns}, ${doc}`))).toEqual([
    "warning many-owners",
  ]);
});

test("ownership that may hold for no link at all", () => {
  const when = "when: { kind: user }, to: { collection: users, fields: [id] }";
  expect(said(table("a", [link("owner", "u", when)], "u: user.unique_id, kind: system"))).toEqual([
    "info maybe-nobodys",
  ]);
  const both = [link("owner", "u", when), link("owner", "v")];
  expect(said(table("a", both, "u: user.unique_id, v: user.unique_id, kind: system"))).toEqual([]);
});

test("what nobody owns and sounds personal", () => {
  const of = (fields: string): string[] =>
    said(`  a: { class: system, fields: { id: system, ${fields} } }\n`);
  expect(of("mail_host: system")).toEqual([]);
  expect(of("first_name: system, e_mail: system")).toEqual(["warning looks-personal"]);
});

test("each collection of personal data has a way to be deleted, or a reason to stay", () => {
  const a = (rest: string): string[] =>
    said(`  a: { class: x, key: [id], fields: { id: system, u: user.name }${rest} }\n`);
  expect(a("")).toEqual(["error unreachable"]);
  expect(a(", erase: { stays: invented names for tests }")).toEqual([]);
  expect(a(", owner: id -> users.id, erase: { stays: we like it }")).toEqual(["error stays-with-owner"]);
});

test("both sides of a join name the same fields", () => {
  const members = (field: string): string =>
    table(
      "members",
      [link("owner", "u"), link("mention", "joined", `to: { collection: groups, fields: [${field}] }`)],
      "u: user.unique_id, joined: system",
    );
  const groups = table("groups", [via("members", "code")], "code: system, name: user.content");
  expect(said(`${groups}${members("code")}`)).toEqual([]);
  expect(said(`${groups}${members("id")}`)).toEqual(["error inverse-disagrees"]);
});

test("a link to an address is compared as people write it: nothing to say", () => {
  const mails =
    "  mails: { class: account, key: [id], person: { email: mail }, fields: { id: system, mail: user.contact.email } }\n";
  const to = "to: { collection: mails, fields: [mail] }";
  expect(said(`${mails}${table("a", [link("owner", "who", to)], "who: user.unique_id")}`)).toEqual([]);
});
