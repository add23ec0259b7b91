/** The data that the contract suite runs on, in terms that any system can lay out. Small but for `big`, and awkward on purpose. */
import type { Cell } from "./contract.ts";

export type WorldType =
  | "text"
  | "varchar(20)"
  | "integer"
  | "bigint"
  | "decimal"
  | "boolean"
  | "uuid"
  | "date"
  | "timestamp"
  | "json"
  /** Values are hexadecimal digits. */
  | "bytes";

export interface WorldField {
  readonly name: string;
  readonly type: WorldType;
  readonly nullable?: boolean;
  readonly unique?: boolean;
  /** A value that the system refuses to store in the field. */
  readonly never?: string;
}

export interface WorldCollection {
  readonly name: string;
  readonly fields: readonly WorldField[];
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
  readonly foreignKeys?: readonly WorldForeignKey[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Without an action on delete the referring row has to go first, or together with the row that it refers to. */
export interface WorldForeignKey {
  readonly from: readonly string[];
  readonly to: { readonly collection: string; readonly fields: readonly string[] };
  readonly onDelete?: "cascade" | "set null";
}

/** Foreign keys may form cycles: lay them out after the rows. */
export type World = readonly WorldCollection[];

const field = (name: string, type: WorldType, more: Omit<WorldField, "name" | "type"> = {}): WorldField => ({
  name,
  type,
  ...more,
});
const nullable = { nullable: true };

export const AWKWARD = 'Wéird "table" select';
/** Beyond 2^53: the neighbours differ by one, and are the same number to a careless driver. */
export const BIG_ID = "9007199254740993";
export const BIG_NEIGHBOUR = "9007199254740992";

const users: WorldCollection = {
  name: "users",
  key: ["id"],
  fields: [
    field("id", "bigint"),
    field("email", "text", { nullable: true, unique: true }),
    field("phone", "varchar(20)", nullable),
    field("name", "text"),
    field("born", "date", nullable),
    field("seen_at", "timestamp", nullable),
    field("credit", "decimal"),
    field("active", "boolean"),
    field("ref", "uuid", nullable),
    field("extra", "json", nullable),
  ],
  rows: [
    [
      "1",
      "ann@example.org",
      "+49 30 901820",
      "Ann",
      "1980-02-29",
      "2024-01-01 00:00:00",
      "10.50",
      "true",
      "6f8b0c1e-3a52-4f0e-9d0b-7c1f2e3d4a5b",
      '{"a": 1}',
    ],
    [
      "2",
      "  Bob@Example.ORG\t",
      "0049 (30) 90-18-20",
      "Bob 'the' \"builder\"; -- \\",
      null,
      "2025-06-30 12:00:00.123456",
      "0.00",
      "false",
      null,
      null,
    ],
    [
      BIG_ID,
      "ÉMILE@example.org",
      null,
      "Émile 名前 🦊",
      "2001-12-31",
      null,
      "123456789012345678.90",
      "true",
      null,
      '{"card": "4111 1111 1111 1111"}',
    ],
    [BIG_NEIGHBOUR, null, null, "", null, "2020-05-05 05:05:05", "-1.00", "false", null, null],
  ],
};

const memberships: WorldCollection = {
  name: "memberships",
  key: ["org", "user_id"],
  indexes: [["user_id"]],
  foreignKeys: [{ from: ["user_id"], to: { collection: "users", fields: ["id"] } }],
  fields: [
    field("org", "text"),
    field("user_id", "bigint"),
    field("invited_by", "bigint", nullable),
    field("role", "text"),
  ],
  rows: [
    ["a,b", "1", null, "admin"],
    ["a", "2", "1", "guest"],
    ["a", BIG_ID, "1", "guest"],
    ['{"x"}', "1", "2", "guest"],
  ],
};

const awkward: WorldCollection = {
  name: AWKWARD,
  key: ["order", "Ünïcode ☃"],
  fields: [
    field("order", "integer"),
    field("Ünïcode ☃", "text"),
    field('with "quotes"', "text", nullable),
    field("Case", "text", { never: "erased" }),
  ],
  rows: [
    ["1", "x", 'a "b"', "first"],
    ["1", "y", null, "second"],
    ["2", "x", "NULL", "third"],
  ],
};

const cycles: World = [
  {
    name: "carts",
    key: ["id"],
    foreignKeys: [{ from: ["last_order_id"], to: { collection: "orders", fields: ["id"] } }],
    fields: [field("id", "integer"), field("last_order_id", "integer")],
    rows: [
      ["1", "10"],
      ["2", "20"],
    ],
  },
  {
    name: "orders",
    key: ["id"],
    foreignKeys: [{ from: ["cart_id"], to: { collection: "carts", fields: ["id"] } }],
    fields: [field("id", "integer"), field("cart_id", "integer")],
    rows: [
      ["10", "1"],
      ["20", "2"],
    ],
  },
  {
    name: "referrals",
    key: ["id"],
    foreignKeys: [{ from: ["parent_id"], to: { collection: "referrals", fields: ["id"] } }],
    fields: [field("id", "integer"), field("parent_id", "integer", nullable)],
    rows: [
      ["1", null],
      ["2", "1"],
      ["3", "2"],
    ],
  },
];

/** Keys that differ only in a byte of zero at the end, in what a text would call case, and not at all but for it. */
const tokens: WorldCollection = {
  name: "tokens",
  key: ["token"],
  fields: [field("token", "bytes"), field("secret", "bytes", nullable), field("note", "text")],
  rows: [
    ["6162", "00ff", "ab"],
    ["616200", null, "ab and zero"],
    ["4142", "", "AB"],
  ],
};

/** What a store may take for one text, and what is not. */
const spellings: WorldCollection = {
  name: "spellings",
  key: ["id"],
  indexes: [["text"]],
  fields: [field("id", "integer"), field("text", "text")],
  rows: [
    ["1", "ann"],
    ["2", "Ann"],
    ["3", "ann "],
    ["4", "änn"],
    ["5", "ann\t"],
    ["6", "ａｎｎ"],
    ["7", " ann"],
  ],
};

const actions: World = [
  {
    name: "threads",
    key: ["id"],
    fields: [field("id", "integer")],
    rows: [["1"], ["2"]],
  },
  {
    name: "posts",
    key: ["id"],
    foreignKeys: [
      { from: ["thread_id"], to: { collection: "threads", fields: ["id"] }, onDelete: "cascade" },
      { from: ["reply_to"], to: { collection: "posts", fields: ["id"] }, onDelete: "set null" },
    ],
    fields: [field("id", "integer"), field("thread_id", "integer"), field("reply_to", "integer", nullable)],
    rows: [
      ["1", "1", null],
      ["2", "1", "1"],
      ["3", "2", "1"],
    ],
  },
];

/** The same in a field for JSON and in one for any text, which now and then holds something else. */
const DOCUMENTS: readonly (readonly [string, string | null, string | null])[] = [
  [
    "1",
    `{"user": {"id": 1, "email": " Ann@Example.org\\t"}, "n": ${BIG_ID}, "great": [${BIG_ID}], "members": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}], "tags": ["a", 1, "1", null]}`,
    null,
  ],
  [
    "2",
    '{"user": {"id": "1"}, "members": [{"id": "2", "name": "Bob"}, {"name": "nobody"}], "tags": ["b"]}',
    null,
  ],
  ["3", '{"user": {"id": null}, "members": "none"}', null],
  ["4", '{"user": {"id": {"x": 1}}, "members": []}', null],
  ["5", null, "{no json"],
  ["6", '[{"id": 1}]', null],
  ["7", '{"user": {"id": 7.0}, "odd.key": {"q\\"t": "x"}, "members": [{"id": [1]}]}', null],
  ["8", '{"user": {"id": true}, "members": null}', null],
  ["9", '"text"', null],
];
const documents: WorldCollection = {
  name: "documents",
  key: ["id"],
  fields: [
    field("id", "integer"),
    field("org", "integer"),
    field("doc", "json", nullable),
    field("raw", "text", nullable),
  ],
  rows: DOCUMENTS.map(([id, doc, raw]) => [id, id === "2" ? "2" : "1", doc, raw ?? doc]),
};

/** Each row refers to the one before it: as deep as it is long. */
export const CHAIN_ROWS = 400;
const chain: WorldCollection = {
  name: "chain",
  key: ["id"],
  foreignKeys: [{ from: ["before_id"], to: { collection: "chain", fields: ["id"] } }],
  fields: [field("id", "integer"), field("before_id", "integer", nullable)],
  rows: Array.from({ length: CHAIN_ROWS }, (_, i) => [String(i + 1), i === 0 ? null : String(i)]),
};

export const DEEP_ROWS = 3_000;
export const WIDE_ROWS = 50_000;
export const codeOf = (n: number): string => `6f8b0c1e-3a52-4f0e-9d0b-${String(n).padStart(12, "0")}`;
const replyTo = (id: number, up: number | null, owner: string | null = null): readonly Cell[] => [
  ...[String(id), up === null ? null : String(up), codeOf(id), up === null ? null : codeOf(up)],
  ...[`note ${id}`, up === null ? null : `note ${up}`, owner],
];
/** What hangs on itself: a ring that ends where it began, a branch, a row that hangs on itself; in the long world a deep and a wide one. */
const replies = (bigRows: number): WorldCollection => ({
  name: "replies",
  key: ["id"],
  indexes: [["up"], ["up_code"], ["up_note"], ["owner"]],
  fields: [
    ...[field("id", "integer"), field("up", "integer", nullable)],
    ...[field("code", "uuid"), field("up_code", "uuid", nullable)],
    ...[field("note", "varchar(20)"), field("up_note", "varchar(20)", nullable)],
    field("owner", "varchar(20)", nullable),
  ],
  rows: [
    ...[replyTo(1, 3, "ring"), replyTo(2, 1), replyTo(3, 2)],
    ...[
      replyTo(11, null, "branch"),
      replyTo(12, 11),
      replyTo(13, 11),
      replyTo(14, 13),
      replyTo(15, 14, "leaf"),
    ],
    ...[replyTo(21, 21, "self"), replyTo(31, 99, "lost")],
    ...Array.from({ length: bigRows < WIDE_ROWS ? 0 : DEEP_ROWS }, (_, i) =>
      replyTo(1_001 + i, i === 0 ? null : 1_000 + i, i === 0 ? "deep" : null),
    ),
    ...Array.from({ length: bigRows < WIDE_ROWS ? 0 : WIDE_ROWS }, (_, i) =>
      replyTo(10_000 + i, i === 0 ? null : 10_000, i === 0 ? "wide" : null),
    ),
  ],
});

/** Boards that hang on cards, which hang on boards (or on photos of the same number), and on one another. */
const boards: World = [
  {
    name: "boards",
    key: ["id"],
    indexes: [["card"], ["owner"]],
    fields: [
      ...[field("id", "integer"), field("card", "uuid", nullable), field("owner", "varchar(20)", nullable)],
    ],
    rows: [
      ["1", null, "ann"],
      ["2", codeOf(5), null],
      ["3", codeOf(7), null],
      ["4", codeOf(8), null],
      ["5", codeOf(6), "bob"],
    ],
  },
  {
    name: "cards",
    key: ["code"],
    indexes: [["item"], ["up"]],
    fields: [
      ...[field("code", "uuid"), field("kind", "varchar(20)"), field("item", "integer", nullable)],
      ...[field("up", "uuid", nullable), field("note", "text", nullable)],
    ],
    rows: [
      [codeOf(4), "board", "1", null, "four"],
      [codeOf(5), "board", "1", codeOf(4), null],
      [codeOf(6), "photo", "1", null, "six"],
      [codeOf(7), "board", "2", null, "seven"],
      [codeOf(8), "photo", "2", codeOf(7), "eight"],
      [codeOf(9), "board", "4", codeOf(9), "nine"],
    ],
  },
];

const big = (rows: number): WorldCollection => ({
  name: "big",
  key: ["id"],
  indexes: [["grp"]],
  fields: [field("id", "integer"), field("grp", "integer"), field("note", "text")],
  rows: Array.from({ length: rows }, (_, i) => [String(i), String(i % 1_000), `note ${i}`]),
});

export const worldOf = (options: { readonly bigRows: number }): World => [
  users,
  memberships,
  awkward,
  ...cycles,
  tokens,
  spellings,
  ...actions,
  documents,
  chain,
  replies(options.bigRows),
  ...boards,
  {
    name: "empty",
    key: ["id"],
    fields: [field("id", "integer"), field("at", "timestamp", nullable)],
    rows: [],
  },
  big(options.bigRows),
];
