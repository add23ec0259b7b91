import { createHash } from "node:crypto";
import { buildGraph } from "@avow/core/datamap/graph";
import { readDataMap } from "@avow/core/datamap/read";
import { Capture, type Cells } from "@avow/core/plan/capture";
import { ask, type Rows } from "@avow/core/plan/testing/in-rows";
import { must } from "@avow/core/terms/assert";
import { BlobReader, BlobWriter, TextWriter, ZipReader } from "@zip.js/zip.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { pack } from "../../connector-kit/packed.ts";
import { redaction } from "./cells.ts";
import { jsonCell, jsonTypes } from "./json.ts";
import { label } from "./page.ts";
import { type ArchiveCollection, type ArchiveHead, writeArchive } from "./write.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    links: [{ role: mention, from: [referred_by], to: { collection: users, fields: [id] } }]
    fields: { id: user.unique_id, password_hash: user.authorization.password, referred_by: user.unique_id }
    erase: delete
  gifts:
    class: gift
    key: [id]
    links:
      - { role: owner, from: [tenant, sender], to: { collection: members, fields: [tenant, id] } }
      - { role: co_owner, from: [tenant, recipient], to: { collection: members, fields: [tenant, id] } }
    fields: { id: system, tenant: system, sender: user.unique_id, recipient: user.unique_id, note: user.content }
    erase: delete
  members:
    class: account
    key: [tenant, id]
    owner: user_id -> users.id
    fields: { tenant: system, id: system, user_id: user.unique_id }
    erase: delete
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
const graph = buildGraph(map);
const keys = new Map([
  ["app.users", ["id"]],
  ["app.gifts", ["id"]],
  ["app.members", ["tenant", "id"]],
]);
const WORLD: Rows = {
  "app.users": [
    { id: "1", password_hash: "scrypt$secret", referred_by: "2" },
    { id: "2", password_hash: "scrypt$other", referred_by: null },
  ],
  "app.members": [
    { tenant: "t", id: "m1", user_id: "1" },
    { tenant: "t", id: "m2", user_id: "2" },
  ],
  "app.gifts": [
    { id: "7", tenant: "t", sender: "m1", recipient: "m2", note: "for you" },
    { id: "8", tenant: "t", sender: "m2", recipient: "m1", note: null },
  ],
};

const captured = (): Capture => ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }]), WORLD);

const shown = (id: string, row: number): Record<string, string | null> => {
  const state = captured();
  const { collection } = must(state.collections.get(id), id);
  const names = collection.fields.map((f) => f.name);
  const cells = names.map((f) => must(WORLD[id], id)[row]?.[f] ?? null);
  const seen = redaction(collection, state, names).row(cells);
  return Object.fromEntries(names.map((f, i) => [f, seen[i] ?? null]));
};

test("what one could sign in with is said to be there, and not given", () => {
  expect(shown("app.users", 0)).toEqual({
    id: "1",
    password_hash: "[held, not given out]",
    referred_by: "[somebody else]",
  });
});

test("links to other people do not say to whom; what the person's own link needs stays", () => {
  expect(shown("app.gifts", 0)).toEqual({
    id: "7",
    tenant: "t",
    sender: "m1",
    recipient: "[somebody else]",
    note: "for you",
  });
  expect(shown("app.gifts", 1)).toMatchObject({ sender: "[somebody else]", recipient: "m1", note: null });
});

test.each([
  ["12", "integer", "12"],
  ["9007199254740993", "bigint", '"9007199254740993"'],
  ["1.50", "numeric(12,2)", "1.50"],
  ["NaN", "numeric", '"NaN"'],
  ["007", "integer", '"007"'],
  ["{1,2}", "integer[]", '"{1,2}"'],
  ["1", "interval", '"1"'],
  ["1", "int4range", '"1"'],
  ["true", "boolean", "true"],
  ["true", "text", '"true"'],
  ["42", "text", '"42"'],
  ["42", null, '"42"'],
  [null, "integer", "null"],
  ["P1D", "interval", '"P1D"'],
  [
    '{"a": [1, true, null], "b": "\\"12345678901234567890"}',
    "jsonb",
    '{"a": [1, true, null], "b": "\\"12345678901234567890"}',
  ],
  ["3", "json", '"3"'],
  ["null", "JSON", '"null"'],
  [null, "jsonb", "null"],
  ['"{}"', "jsonb", '"\\"{}\\""'],
  ['{"id": 9007199254740993}', "jsonb", '"{\\"id\\": 9007199254740993}"'],
  ["[held, not given out]", "jsonb", '"[held, not given out]"'],
  ["{1}", "jsonb[]", '"{1}"'],
] as const)("%s of the type %s is %s in JSON", (cell, type, json) => {
  expect(jsonCell(cell, type)).toBe(json);
  JSON.parse(json);
});

test.each(["jsonb", "JSON", "integer", "boolean", "text", null])(
  "the schema of a field of %s allows what is written",
  (type) => {
    for (const cell of ["{}", "[1]", "1", "1.5", "true", "a", null]) {
      const value: unknown = JSON.parse(jsonCell(cell, type));
      const name = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
      expect(jsonTypes(type, true)).toContain(name);
    }
  },
);

test("a long document is looked through in one go", () => {
  const cell = JSON.stringify({ id: 1, text: `\\"1234567890123456${"a".repeat(2_000_000)}` });
  expect(jsonCell(cell, "jsonb")).toBe(cell);
  const deep = `${"[".repeat(100_000)}12345678901234567${"]".repeat(100_000)}`;
  expect(JSON.parse(jsonCell(deep, "jsonb"))).toBe(deep);
});

test.each([
  ["created_at", "Created at"],
  ["user_id", "User ID"],
  ["billingName", "Billing name"],
  ["ip", "IP"],
])("%s reads as %s", (key, words) => {
  expect(label(key)).toBe(words);
});

const collection = (
  name: string,
  fields: string[],
  rows: Cells[],
  types: string[] = [],
): ArchiveCollection => ({
  store: "app",
  collection: name,
  class: "account",
  fields: fields.map((f, i) => ({ name: f, category: "user.contact.email", type: types[i] ?? "text" })),
  orderBy: [fields[0] ?? ""],
  async *rows() {
    yield pack(rows);
  },
});

const HEAD: ArchiveHead = {
  ...{ service: "shop", controller: "Shop", title: "access", policyVersion: "1", says: {}, general: [] },
  at: new Date("2026-03-04T05:06:07.089Z"),
};

test("collections whose names differ by a sign, a letter or its case, or by what a schema is called, have a file each; the manifest has every checksum", async () => {
  const blob = new BlobWriter("application/zip");
  const signs = ["odd table", "odd_table", "Odd_Table", "\u8ba2\u5355", "\u7528\u6237"];
  const names = ["users.schema", "users", "Users.Schema", "users.schema.schema", ...signs];
  await writeArchive(
    { head: HEAD, writable: blob.writable },
    names.map((name) => ({ ...collection(name, ["id"], [[name]]), schema: { title: name } })),
  );
  const files = new Map<string, string>();
  for (const entry of await new ZipReader(new BlobReader(await blob.getData()), {
    useWebWorkers: false,
  }).getEntries())
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
  const sum = (text: string): string => createHash("sha256").update(text).digest("hex");
  const manifest = z
    .object({
      page: z.object({ name: z.string(), sha256: z.string() }),
      collections: z.array(
        z.object({
          collection: z.string(),
          files: z.array(z.object({ name: z.string(), sha256: z.string() })),
        }),
      ),
    })
    .parse(JSON.parse(must(files.get("manifest.json"), "a manifest")));
  for (const { collection: name, files: own } of manifest.collections)
    expect(files.get(must(own[0], "a file").name)).toBe(`[\n{"id":${JSON.stringify(name)}}\n]\n`);
  const listed = [manifest.page, ...manifest.collections.flatMap((c) => c.files)];
  for (const { name, sha256 } of listed) expect(sum(must(files.get(name), name))).toBe(sha256);
  expect(new Set([...listed.map((f) => f.name), "manifest.json"])).toEqual(new Set(files.keys()));
});

test("the page: one row as a list, several as a table from the oldest on, words for keys, no backticks, no markup from data", async () => {
  const blob = new BlobWriter("application/zip");
  const head: ArchiveHead = {
    service: "shop",
    controller: "Shop <Ltd>",
    title: "access",
    at: new Date("2026-03-04T05:06:07.089Z"),
    policyVersion: "2026-01-01",
    says: { account: ["`account` data is kept for 2 years"] },
    general: ["all of it is encrypted"],
  };
  await writeArchive({ head, writable: blob.writable }, [
    collection("user_settings", ["seq", "marketing_email"], [["1", "<b>true</b>"]]),
    collection(
      "messages",
      ["seq", "sent_at"],
      [
        ["10", "2026-01-02 03:04:05.678+00"],
        ["9", null],
      ],
      ["integer"],
    ),
  ]);
  const zip = new ZipReader(new BlobReader(await blob.getData()), { useWebWorkers: false });
  const files = new Map<string, string>();
  for (const entry of await zip.getEntries())
    if (!entry.directory) files.set(entry.filename, await entry.getData(new TextWriter()));
  const page = must(files.get("index.html"), "a page");
  expect(page).toContain("<h1>Your data at Shop &#60;Ltd&#62;</h1><p>As of 4 March 2026, 05:06 UTC");
  expect(page).toContain("<dt>Marketing email<small>email</small></dt><dd>&#60;b&#62;true&#60;/b&#62;</dd>");
  expect(page).toContain("<li>account data is kept for 2 years</li>");
  expect(page).toMatch(/For all of it<\/h2><ul class="says"><li>all of it is encrypted/);
  expect(page.indexOf("<td>9</td>")).toBeLessThan(page.indexOf("<td>10</td>"));
  expect(page).toContain('<time datetime="2026-01-02T03:04:05.678Z">2 January 2026, 03:04 UTC</time>');
  expect(page).not.toMatch(/`|overflow-wrap:anywhere}\.scroll/);
  expect(files.get("data/app.messages.json")).toBe(
    '[\n{"seq":10,"sent_at":"2026-01-02 03:04:05.678+00"},\n{"seq":9,"sent_at":null}\n]\n',
  );
  expect(JSON.parse(must(files.get("manifest.json"), "a manifest"))).toMatchObject({ service: "shop" });
});
