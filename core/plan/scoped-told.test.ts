/** What an erasure with a scope takes for done, and what it says of what stays. */
import { expect, test } from "vitest";
import { parseDuration } from "../terms/duration.ts";
import { STANDS } from "./account.ts";
import { Capture } from "./capture.ts";
import { planErase } from "./erase.ts";
import type { LiveFields } from "./fate.ts";
import type { KeepRule } from "./keep.ts";
import { fieldsToErase } from "./scope.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

/** Lines and acts of an erasure of person 1 in a scope, of one map. */
function partOf(
  map: string,
  rows: Rows,
  scope: { readonly categories?: readonly string[]; readonly until?: string },
  more: {
    readonly keep?: KeepRule;
    readonly live?: Readonly<Record<string, Partial<Live>>>;
    readonly unique?: string;
  } = {},
) {
  const { graph, keys } = groundOf(map);
  const asked = { categories: [], products: [], since: null, until: null, ...scope };
  const who = [{ namespace: "user_id", value: "1" }];
  const capture = ask(new Capture(graph, keys, who, fieldsToErase(graph, asked)), rows);
  const field = (name: string): Live => ({ name, nullable: true, generated: false, ...more.live?.[name] });
  const live = ([id, all]: [string, Rows[string]]) =>
    [
      id,
      {
        ...{ fields: Object.keys(all[0] ?? {}).map(field), foreignKeys: [] },
        uniques: more.unique === undefined ? [] : [[more.unique]],
      },
    ] as const;
  const { lines, steps } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [] },
    keepRules: new Map(more.keep === undefined ? [] : [[more.keep.commitment, more.keep]]),
    now: new Date("2026-02-01T00:00:00Z"),
    scope: asked,
    lives: new Map(Object.entries(rows).map(live)),
  });
  return {
    lines,
    acts: steps.flatMap((s) => s.changes).map((c) => [c.collection, c.act, ...Object.keys(c.set)]),
  };
}
type Live = LiveFields["fields"][number];

const KEPT = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  answers:
    class: team
    key: [id]
    owner: user -> users.id
    consents: { purpose: purpose, given: given, at: made, by: way }
    fields: { id: system, user: user.unique_id, purpose: system, given: user.behavior, way: system, made: system, ended: system }
    anchors: { creation: made, closure: ended }
    erase: { keep: proof, mask: { ended: now } }
`;

test("a consent that a commitment keeps is told with its end; one that counts from a closure has none yet", () => {
  const rows: Rows = {
    "app.users": [{ id: "1" }],
    "app.answers": [
      { id: "6", user: "1", purpose: "mail", given: "no", way: "form", made: "2026-01-01", ended: null },
    ],
  };
  const kept = (anchor: string) =>
    partOf(
      KEPT,
      rows,
      { until: "2026-06-01" },
      {
        keep: {
          ...{ commitment: "proof", why: "law", reason: "Art. 7(1) GDPR", anchor, classes: ["team"] },
          period: parseDuration("P3Y"),
        },
      },
    );
  const line = { collection: "answers", action: "keep", why: "law", commitment: "proof" };
  const created = kept("creation");
  expect(created.acts).toEqual([]);
  expect(created.lines).toMatchObject([{ ...line, until: "2029-01-01T00:00:00.000Z" }]);
  expect(kept("closure").lines).toMatchObject([{ ...line, until: null }]);
});

const ONE = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  cards:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, phone: user.contact, note: user.content, copy: user.contact }
`;

const card = (phone: string, copy: string | null): Rows => ({
  "app.users": [{ id: "1" }],
  "app.cards": [{ id: "7", user: "1", phone, note: "n", copy }],
});

const BADGES = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  badges:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, badge: user.contact }
    erase: { mask: { badge: tombstone } }
`;

test.each([
  ["timestamp with time zone", "1970-01-01 00:00:00+00", "1970-01-01 05:00:00+00"],
  ["timestamp without time zone", "1970-01-01 00:00:00", "1970-01-01 00:00:01"],
  ["timestamp", "1970-01-01 00:00:01.000000", "1970-01-01 00:00:02"],
  ["datetime", "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00.001"],
  ["date", "1970-01-01", "1970-01-02"],
  ["time with time zone", "00:00:00+00", "00:00:01+00"],
  ["numeric(6,2)", "0.00", "0.01"],
  ["uuid", "00000000-0000-4e4a-a123-0123456789ab", "00000000-0000-4000-8000-0123456789ab"],
  ["integer", "0", "1"],
  ["int_code", "erased", "0"],
  ["date_text", "erased", "1970-01-01"],
  ["year(4)", "0000", "2000"],
  ["money", "$0.00", "$0.10"],
  ["text[]", "{}", "{0}"],
  ["jsonb", "{}", "[]"],
  ["bytea", "\\x", "\\x00"],
  ["binary(2)", "0x0000", "0x0001"],
  ["inet", "0.0.0.0/32", "0.0.0.1/32"],
  ["character varying(3)", "era", "e12"],
  ["varchar(20)", "erased-0123456789abc", "erased-0123456789abcd"],
])("of type %s `%s` is a tombstone, and `%s` a value", (type, tombstone, value) => {
  const acts = (phone: string) =>
    partOf(
      ONE,
      card(phone, null),
      { categories: ["user.contact"] },
      { live: { phone: { type, nullable: false } } },
    ).acts;
  expect(acts(tombstone)).toEqual([]);
  expect(acts(value)).toEqual([["app.cards", "set", "phone", "copy"]]);
});

test.each([
  ["integer", "0"],
  ["INT", "0"],
  ["int(11) unsigned", "0"],
  ["numeric(6,2)", "0.00"],
  ["boolean", "f"],
  ["bit(1)", "0"],
  ["date", "1970-01-01"],
  ["datetime", "1970-01-01 00:00:00"],
  ["timestamp", "1970-01-01 00:00:01"],
  ["money", "$0.00"],
  ["inet", "0.0.0.0"],
  ["binary(2)", "0x0000"],
])("of a unique field of type %s `%s` is somebody's value: a mask leaves null there", (type, value) => {
  const badge = (cell: string | null) =>
    partOf(
      BADGES,
      { "app.users": [{ id: "1" }], "app.badges": [{ id: "7", user: "1", badge: cell }] },
      { categories: ["user.contact"] },
      { live: { badge: { type } }, unique: "badge" },
    ).acts;
  expect(badge(value)).toEqual([["app.badges", "set", "badge"]]);
  expect(badge(null)).toEqual([]);
});

test("bits and labels are what the store says, and in a unique field none is", () => {
  const acts = (type: string, label: string | undefined, unique?: string) =>
    partOf(
      ONE,
      card("0", null),
      { categories: ["user.contact"] },
      {
        live: { phone: { type, nullable: false, ...(label === undefined ? {} : { label }) } },
        ...(unique === undefined ? {} : { unique }),
      },
    ).acts;
  const planned = [["app.cards", "set", "phone", "copy"]];
  expect(acts("bit(1)", "0")).toEqual([]);
  expect(acts("bit(1)", undefined)).toEqual(planned);
  expect(acts("mood", "0")).toEqual([]);
  expect(acts("mood", "0", "phone")).toEqual(planned);
});

test("what the store makes out of what is emptied is not told as staying", () => {
  const made = partOf(
    ONE,
    card("555", "555"),
    { categories: ["user.contact"] },
    { live: { copy: { generated: true } } },
  );
  expect(made.acts).toEqual([["app.cards", "set", "phone"]]);
  expect(made.lines.map((l) => [l.action, l.why])).toEqual([["mask", undefined]]);
});

const NOTED = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  purposes:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, made: system }
    anchors: { creation: made }
  answers:
    class: team
    key: [id]
    owner: user -> users.id
    links:
      - { role: mention, from: [purpose], to: { collection: purposes, fields: [id] } }
      - { role: mention, from: [seen], to: { collection: purposes, fields: [id] } }
    consents: { purpose: purpose, given: given, at: made, by: way }
    fields: { id: system, user: user.unique_id, purpose: system, seen: system, given: system, way: system, made: system }
`;

test("what a record names stays with it; what it mentions beside goes, and is cut out", () => {
  const made = "2026-01-01";
  const rows: Rows = {
    "app.users": [{ id: "1" }],
    "app.purposes": [
      { id: "3", user: "1", made },
      { id: "4", user: "1", made },
    ],
    "app.answers": [{ id: "6", user: "1", purpose: "3", seen: "4", given: "no", way: "form", made }],
  };
  const { acts, lines } = partOf(NOTED, rows, { until: "2026-06-01" });
  expect(acts.toSorted()).toEqual([
    ["app.answers", "set", "seen"],
    ["app.purposes", "delete"],
  ]);
  expect(lines.filter((l) => l.collection === "purposes")).toMatchObject([
    { action: "delete", rows: 1 },
    { action: "leave", why: "account", reason: STANDS.needed, rows: 1 },
  ]);
});

const STAMPED = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  bills:
    class: payment
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, name: user.name, sum: user.financial, made: system }
    anchors: { creation: made }
    erase: { keep: books, mask: { name: 'null' } }
`;

test("what was emptied before is neither planned nor told as staying", () => {
  const lines = (name: string | null, scope: Parameters<typeof partOf>[2]) =>
    partOf(
      STAMPED,
      {
        "app.users": [{ id: "1" }],
        "app.bills": [{ id: "7", user: "1", name, sum: "12", made: "2026-01-01" }],
      },
      scope,
      { keep: { ...books, classes: ["payment"] } },
    ).lines.map((l) => [l.action, l.blanked, l.stays]);
  const taken = { until: "2026-06-01" };
  expect(lines("Ann", taken)).toEqual([["keep", ["name"], ["user", "sum"]]]);
  expect(lines(null, taken)).toEqual([["keep", [], ["user", "sum"]]]);
  // Of a row that is not taken, as its sum was not asked for.
  const part = { categories: ["user.name", "user.unique_id"] };
  const bills = (name: string | null) => lines(name, part).filter(([action]) => action === "keep");
  expect(bills("Ann")).toEqual([["keep", ["name"], ["user", "sum"]]]);
  expect(bills(null)).toEqual([["keep", [], ["user", "sum"]]]);
});

const TIED = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  answers:
    class: team
    key: [id]
    owner: user -> users.id
    consents: { purpose: purpose, given: given, at: made, by: way }
    fields: { id: user.content, user: user.unique_id, purpose: system, given: user.behavior, way: system, made: system, phone: user.contact }
`;

test("the reason is that of the field that is left", () => {
  const rows: Rows = {
    "app.users": [{ id: "1" }],
    "app.answers": [
      { id: "6", user: "1", purpose: "mail", given: "no", way: "form", made: "2026-01-01", phone: "555" },
    ],
  };
  const reason = (category: string) =>
    partOf(TIED, rows, { categories: [category] })
      .lines.filter((l) => l.collection === "answers")
      .map((l) => l.reason);
  expect(reason("user.behavior")).toEqual([STANDS.record]);
  expect(reason("user.content")).toEqual([STANDS.tied]);
  expect(reason("user.unique_id")).toEqual([STANDS.person]);
});

const HELD = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: mail }
    fields: { id: user.unique_id, name: user.name, mail: user.contact.email, made: system }
    anchors: { creation: made }
    erase: { keep: books }
`;

const books: KeepRule = {
  ...{ commitment: "books", why: "law", reason: "§ 147 AO", anchor: "creation" },
  ...{ classes: ["account"], period: parseDuration("P8Y") },
};
const ends = "2034-01-01T00:00:00.000Z";

test("a row of a person is told as kept only for what a commitment holds in it; the rest stays with the account, and beyond", () => {
  const held = (scope: Parameters<typeof partOf>[2], mask = "") =>
    partOf(
      mask === "" ? HELD : HELD.replace("keep: books", `keep: books, mask: ${mask}`),
      { "app.users": [{ id: "1", name: "Ann", mail: "a@b.example", made: "2026-01-01" }] },
      scope,
      { keep: books },
    ).lines.map((l) => [l.action, l.why, l.reason, l.commitment, l.until]);
  const of = (...categories: string[]) => ({ categories });
  expect(held(of("user.name"))).toEqual([["keep", "law", books.reason, "books", ends]]);
  // An erasure of all keeps that very id for years.
  const beyond = ["account", STANDS.person, "books", ends];
  expect(held(of("user.unique_id"))).toEqual([["leave", ...beyond]]);
  expect(held({ until: "2026-06-01" })).toEqual([["leave", ...beyond]]);
  expect(held(of("user.unique_id", "user.name"), "{ name: 'null' }")).toEqual([["mask", ...beyond]]);
  // What the commitment does not keep goes with the account.
  const gone = "{ mail: tombstone }";
  expect(held(of("user.contact.email"), gone)).toEqual([
    ["leave", "account", STANDS.person, undefined, null],
  ]);
  expect(held(of("user.contact.email", "user.unique_id"), gone)).toEqual([["leave", ...beyond]]);
});

const WRITTEN = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  reviews:
    class: team
    key: [id]
    links: [{ role: about, from: [on], to: { collection: users, fields: [id] } }]
    fields: { id: system, on: user.unique_id, body: user.content, by: user.name }
`;

test("what others wrote about the person is told while something of the category is in it", () => {
  const told = (body: string | null, categories: readonly string[]) =>
    partOf(
      WRITTEN,
      { "app.users": [{ id: "1" }], "app.reviews": [{ id: "7", on: "1", body, by: "Bob" }] },
      { categories },
    ).lines.map((l) => [l.collection, l.action, l.why]);
  expect(told("slow", ["user.content"])).toEqual([["reviews", "leave", "about"]]);
  expect(told(null, ["user.content"])).toEqual([]);
  // All of it was asked for: it lets go of the person.
  expect(told("slow", ["user.content", "user.name"])).toEqual([["reviews", "leave", "names"]]);
});
