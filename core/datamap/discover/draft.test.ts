import { expect, test } from "vitest";
import { must } from "../../terms/assert.ts";
import { UNDECIDED } from "../../terms/category.ts";
import { readDataMap, readStoreMap } from "../read.ts";
import { type DraftField, draftMap, markedFields } from "./draft.ts";
import { driftOf, linksNotToAdd, type Snapshot, snapshotOf } from "./drift.ts";
import type { Found, FoundCollection, FoundField } from "./model.ts";
import { proposeMap } from "./propose.ts";

const field = (
  name: string,
  category: string | null,
  confidence = 0.9,
  reason = "it is named so",
): FoundField => ({ name, type: "text", category, confidence, reason });

const USERS: FoundCollection = {
  name: "users",
  rows: 10,
  examined: 10,
  about: "person",
  key: ["id"],
  keyFrom: "declared",
  fields: [
    field("id", "user.unique_id", 0.92, "names a person's row"),
    field("email", "user.contact.email"),
    field("phone", "user.contact.phone_number"),
    field("zz", null, 0.3, "nothing says it"),
  ],
  links: [],
  suspected: [],
};
const ORDERS: FoundCollection = {
  name: "order items",
  rows: 10,
  examined: 10,
  about: "owned",
  key: ["id"],
  keyFrom: "guessed",
  fields: [
    field("id", "system", 0.85),
    field("user_id", "user.unique_id"),
    { ...field("created_at", "system", 0.8), type: "timestamp" },
    field("total", "user.financial", 0.55),
  ],
  links: [
    {
      role: "owner",
      from: ["user_id"],
      to: { collection: "users", fields: ["id"] },
      source: "name",
      confidence: 0.9,
      reason: "named after `users`",
    },
    {
      role: null,
      from: ["product_id"],
      to: { collection: "products", fields: ["id"] },
      source: "name",
      confidence: 0.9,
      reason: "x",
    },
  ],
  suspected: [],
};
const TAGS: FoundCollection = {
  ...USERS,
  name: "tags",
  about: "other",
  fields: [field("id", "system"), field("name", "system")],
};
const FOUND: Found = { store: "app", collections: [USERS, ORDERS, TAGS], combinations: [] };

const draft = (found: Found, existing: string | null = null, reviewed: readonly string[] = []) =>
  draftMap(
    {
      store: "app",
      connector: "postgres",
      collections: proposeMap(found, {
        classes: { payment: ["user.financial"] },
        reviewed: new Set(reviewed),
      }),
    },
    existing,
  );
const read = (text: string) => readDataMap([{ file: "app.yaml", text }]);

test("a draft stops its reader only where a human has to decide", () => {
  const { text } = draft(FOUND);
  expect(read(text).issues.map((i) => [i.code, i.message.includes("zz")])).toEqual([
    ["unreviewed", false],
    ["unknown-category", true],
  ]);
  const { value, issues } = read(text.replaceAll(`zz: ${UNDECIDED}`, "zz: system"));
  expect(issues.map((i) => [i.code, i.severity])).toEqual([["unreviewed", "warning"]]);
  expect(read(text.replaceAll(/ # \? .*/g, "")).issues.map((i) => i.code)).toEqual(["unknown-category"]);
  const [users, orders, tags] = must(value, "readable").stores[0]?.collections ?? [];
  expect(users).toMatchObject({
    class: "account",
    identities: [
      { namespace: "user_id", field: "id" },
      { namespace: "email" },
      { namespace: "phone", shared: true },
    ],
  });
  expect(orders).toMatchObject({
    class: "payment",
    anchors: { creation: "created_at" },
    links: [{ role: "owner", to: { collection: "users", fields: ["id"] } }],
  });
  expect(tags).toMatchObject({ class: "system", erase: { rule: "none" } });
  expect([...markedFields(text)].sort()).toEqual([
    "order items.total",
    "order items.user_id",
    "users.email",
    "users.id",
    "users.phone",
    "users.zz",
  ]);
});

test("what somebody has reviewed stays, comments and all; what is new is added", () => {
  const mine = `# ours\nstore: app\nconnector: postgres\ncollections:\n  users:\n    class: account # as the lawyers say\n    person: { user_id: id }\n    fields:\n      id: user.unique_id\n      email: user.contact # on purpose\n      phone: system # ? 0.30 who knows\n    erase: delete\n`;
  const { text, added, changed } = draft(FOUND, mine);
  expect(text).toContain("# ours");
  expect(text).toContain("email: user.contact # on purpose");
  expect(text).toContain("class: account # as the lawyers say");
  expect(text).toContain("phone: user.contact.phone_number # ? 0.90 it is named so");
  expect([added, changed]).toEqual([1 + 4 + 2, 1]);
  expect(draft(FOUND, text)).toMatchObject({ added: 0, changed: 0 });
  expect(draft(FOUND, text).text).toBe(text);
});

const WITH_PLACES = `store: app
connector: postgres
collections:
  users:
    class: account
    fields:
      flow: { category: system, paths: { a.b: user.name, c: user } } # ? 0.40 places
      lines: # ? 0.40 places
        category: system
        paths: { a: user.name } # of the form
      inner:
        category: system # ? 0.40 places
        origin: derived
      seen: { category: system, paths: { a: user.name } } # the lawyers say so
    erase: delete
`;
const drafted = (fields: readonly DraftField[]) => {
  const [users] = proposeMap({ ...FOUND, collections: [USERS] }, { classes: {}, reviewed: new Set() });
  return draftMap(
    { store: "app", connector: "postgres", collections: [{ ...must(users, "proposed"), fields }] },
    WITH_PLACES,
  );
};

test("a field with places inside of it carries its mark, too: it is read, brought up to date, and goes with the decision", () => {
  const open = ["flow", "inner", "lines"].map((n) => `users.${n}`);
  expect([...markedFields(WITH_PLACES)].sort()).toEqual(open);
  const names = ["flow", "lines", "inner", "seen"];
  const said = (more: Partial<DraftField>): readonly DraftField[] =>
    names.map((name) => ({ name, category: "user.content", note: "0.60 texts", ...more }));

  const anew = drafted(said({}));
  expect([anew.added, anew.changed]).toEqual([0, 3]);
  expect(anew.text).toContain(
    "flow: { category: user.content, paths: { a.b: user.name, c: user } } # ? 0.60 texts\n",
  );
  expect(anew.text).toContain(
    "lines:\n        category: user.content # ? 0.60 texts\n        paths: { a: user.name } # of the form\n",
  );
  expect(anew.text).toContain(
    "inner:\n        category: user.content # ? 0.60 texts\n        origin: derived\n",
  );
  expect(anew.text).toContain("seen: { category: system, paths: { a: user.name } } # the lawyers say so\n");
  expect([...markedFields(anew.text)].sort()).toEqual(open);

  const decided = drafted(said({ note: null }));
  expect([decided.changed, [...markedFields(decided.text)]]).toEqual([3, []]);
  expect(decided.text).toContain("flow: { category: user.content, paths: { a.b: user.name, c: user } }\n");

  const moved = drafted(said({ category: "system", paths: { a: "user.name" } }));
  expect(moved.changed).toBe(2);
  expect(moved.text).toContain("flow: { category: system, paths: { a: user.name } } # ? 0.60 texts\n");
  expect(moved.text).toMatch(
    /inner:\n {8}category: system # \? 0\.60 texts\n {8}origin: derived\n {8}paths:/,
  );
});

test("a decision of the review carries no mark", () => {
  const { text } = draft(FOUND, null, ["users.email"]);
  expect(text).toMatch(/email: user\.contact\.email\n/);
});

test("a link that holds for some rows is drafted with what they say, and the map can be read", () => {
  const typed = {
    role: "owner" as const,
    ...{ from: ["id"], to: { collection: "users", fields: ["id"] }, when: { field: "total", value: "user" } },
    ...{ source: "polymorphic" as const, confidence: 0.9, reason: "`total` says so" },
  };
  const { text } = draft({ ...FOUND, collections: [USERS, { ...ORDERS, links: [typed] }, TAGS] });
  const { value, issues } = read(text.replaceAll(`zz: ${UNDECIDED}`, "zz: system"));
  expect(issues.filter((i) => i.severity === "error")).toEqual([]);
  const map = must(value?.stores[0], "the draft can be read");
  expect(map.collections.find((c) => c.name === "order items")?.links).toMatchObject([
    { role: "owner", when: { total: ["user"] } },
  ]);
});

const AGENT: FoundCollection["links"][number] = {
  ...{ role: "mention", from: ["agent"], to: { collection: "users", fields: ["id"] } },
  ...{ source: "declared", confidence: 1, reason: "a declared foreign key" },
};

test("a new link between collections that the map has is told until the map has it; once it was offered, whoever takes it out is believed", () => {
  const fields = [...ORDERS.fields, field("agent", "user.unique_id")];
  const before: Found = { ...FOUND, collections: [USERS, { ...ORDERS, fields, links: [] }, TAGS] };
  const now: Found = {
    ...FOUND,
    collections: [USERS, { ...ORDERS, fields, links: [...ORDERS.links, AGENT] }, TAGS],
  };
  const write = (found: Found, text: string | null, last: Snapshot | null = null) => {
    const map = text === null ? null : mapOf(text);
    const settled = linksNotToAdd(found, map, last);
    const collections = proposeMap(found, { classes: {}, reviewed: new Set() });
    const drafted = draftMap({ store: "app", connector: "postgres", collections, settled }, text);
    return { ...drafted, last: snapshotOf(found, [], { last, map }) };
  };
  const mapOf = (text: string) =>
    must(readStoreMap({ file: "app.yaml", text: text.replaceAll(UNDECIDED, "system") }).value, "readable");
  const first = write(before, null);
  const reviewed = first.text.replaceAll(/ # \? .*/g, "");
  const ids = ["new-link order items.user_id", "new-link order items.agent"];
  // A run that wrote nothing hides nothing; nor does what an older one, which offered none, kept of what it found.
  const older = {
    ...snapshotOf(now),
    links: now.collections.flatMap((c) => c.links.map((l) => l.from.join())),
  };
  for (const last of [first.last, snapshotOf(now), older, null])
    expect(driftOf(now, { map: mapOf(reviewed), last }).map((d) => d.id)).toEqual(ids);

  const second = write(now, reviewed, first.last);
  expect([second.added, second.linked]).toEqual([0, 2]);
  expect(second.text).toContain(
    "- { role: mention, from: [ agent ], to: { collection: users, fields: [ id ] } } # ? 1.00 a declared foreign key\n",
  );
  expect(mapOf(second.text).collections[1]?.links).toMatchObject([
    { from: ["user_id"] },
    { from: ["agent"] },
  ]);
  expect(driftOf(now, { map: mapOf(second.text), last: second.last })).toEqual([]);
  expect(write(now, second.text, second.last)).toMatchObject({ text: second.text, linked: 0 });

  // A guess that is not sure changes no map that somebody has read.
  const guess = { ...AGENT, source: "name" as const, confidence: 0.58 };
  const guessed: Found = {
    ...now,
    collections: [USERS, { ...ORDERS, fields, links: [...ORDERS.links, guess] }, TAGS],
  };
  expect(write(guessed, reviewed, first.last)).toMatchObject({ linked: 1 });
  expect(driftOf(guessed, { map: mapOf(reviewed), last: first.last }).map((d) => d.id)).toEqual([ids[0]]);

  // One of a draft that somebody took out stays out, also where rows make it sure later on.
  const drafted = write(guessed, null);
  const cleaned = drafted.text.replace(/ *- \{ role: mention.*\n/, "").replaceAll(/ # \? .*/g, "");
  expect(driftOf(now, { map: mapOf(cleaned), last: drafted.last })).toEqual([]);
  expect(write(now, cleaned, drafted.last)).toMatchObject({ text: cleaned, linked: 0 });

  const without = second.text.replace(/ *- \{ role: mention.*\n/, "");
  expect(driftOf(now, { map: mapOf(without), last: second.last })).toEqual([]);
  const third = write(now, without, second.last);
  expect(third).toMatchObject({ text: without, linked: 0 });
  expect(write(now, without, third.last)).toMatchObject({ text: without });
});

test("links, and collections, that are shared by an anchor stay as they are", () => {
  const shared =
    `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { user_id: id }\n    links: &none []\n    fields: { id: user.unique_id, email: system, phone: system, zz: system }\n    erase: delete\n  order items:\n    class: payment\n    links: *none\n    fields: { id: system, user_id: user.unique_id, created_at: system, total: system }\n    erase: delete\n  tags: *tags\n`.replace(
      "  users:\n",
      "  other: &tags { class: account, fields: { id: system, name: system } }\n  users:\n",
    );
  const collections = proposeMap(FOUND, { classes: {}, reviewed: new Set() });
  const drafted = draftMap({ store: "app", connector: "postgres", collections, settled: new Set() }, shared);
  expect(drafted).toEqual({ text: shared, added: 0, changed: 0, linked: 0 });
});

test("links in the short form, and those of somebody's own, are links that the map has; a list in one line takes another", () => {
  const mine = (links: string): string =>
    `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { user_id: id }\n    fields: { id: user.unique_id, email: system, phone: system, zz: system }\n    erase: delete\n  order items:\n    class: payment\n    ${links}\n    fields: { id: system, user_id: user.unique_id, created_at: system, total: system }\n    erase: delete\n`;
  const linked = (text: string) => {
    const map = must(read(text).value?.stores[0], "readable");
    const collections = proposeMap(FOUND, { classes: {}, reviewed: new Set() });
    return draftMap(
      { store: "app", connector: "postgres", collections, settled: linksNotToAdd(FOUND, map, null) },
      text,
    );
  };
  expect(linked(mine("owner: user_id -> users.id")).linked).toBe(0);
  const other = linked(
    mine("links: [{ role: about, from: [total], to: { collection: users, fields: [id] } }]"),
  );
  expect(other.linked).toBe(1);
  const links = read(other.text).value?.stores[0]?.collections[1]?.links;
  expect(links).toMatchObject([{ from: ["total"] }, { from: ["user_id"], role: "owner" }]);
});

test("drift: of a collection that could not be looked into types count, and guesses from its names do not", () => {
  const last = snapshotOf(FOUND);
  const unseen = USERS.fields.map((f) => ({ ...f, type: "other", category: "user" }));
  const partly = (fields: FoundCollection["fields"]): Found => ({
    ...FOUND,
    collections: [{ ...USERS, examined: 0, fields }, ORDERS, TAGS],
  });
  expect(driftOf(partly(unseen), { map: null, last }).map((d) => d.id)).toEqual(
    USERS.fields.map((f) => `changed-type users.${f.name}`),
  );
  const more = [...USERS.fields, field("ssn", "user.government_id", 0.9)];
  expect(driftOf(partly(more), { map: null, last }).map((d) => d.id)).toEqual(["new-field users.ssn"]);
});

test("drift: what is new, gone, changed; nothing when nothing has changed", () => {
  const map = must(
    read(draft(FOUND).text.replaceAll(`zz: ${UNDECIDED}`, "zz: system")).value?.stores[0],
    "readable",
  );
  const last = snapshotOf(FOUND);
  expect(driftOf(FOUND, { map, last })).toEqual([]);
  expect(driftOf(FOUND, { map: null, last: null })).toEqual([]);
  const fromFiles = {
    ...FOUND,
    collections: FOUND.collections.map((c) => ({
      ...c,
      examined: 0,
      fields: c.fields.map((f) => ({ ...f, type: "other", category: "user" })),
    })),
  };
  expect(driftOf(fromFiles, { map, last })).toEqual([]);
  const now: Found = {
    ...FOUND,
    collections: [
      {
        ...USERS,
        fields: [
          ...USERS.fields.slice(0, 2),
          { ...field("phone", "user.contact.phone_number"), type: "bigint" },
          field("zz", "user.health_and_medical", 0.9),
          field("ssn", "user.government_id", 0.9),
        ],
      },
      {
        ...ORDERS,
        links: [
          ...ORDERS.links,
          {
            role: "co_owner",
            from: ["total"],
            to: { collection: "users", fields: ["id"] },
            source: "declared",
            confidence: 1,
            reason: "a declared foreign key",
          },
        ],
      },
      { ...USERS, name: "patients" },
    ],
  };
  const drift = driftOf(now, { map, last });
  expect(drift.map((d) => d.id)).toEqual([
    "changed-type users.phone",
    "changed-category users.zz",
    "new-field users.ssn",
    "new-collection patients",
    "new-field patients.id",
    "new-field patients.email",
    "new-field patients.phone",
    "new-field patients.zz",
    "removed-collection tags",
    "new-link order items.total",
  ]);
  expect(
    driftOf(
      { ...FOUND, collections: [{ ...USERS, fields: USERS.fields.slice(0, 2) }] },
      { map: { ...map, collections: map.collections.slice(0, 1) }, last: null },
    ).map((d) => d.id),
  ).toEqual(["removed-field users.phone", "removed-field users.zz"]);
});
