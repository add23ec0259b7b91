/** A key that was given away again: what belonged to the erased row must not come to belong to a stranger. The stores are arrays. */
import type { ArrayTable } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { takenBack } from "./testing/taken-back.ts";

const mapOf = (person: string) => `store: app
connector: arrays
collections:
  users:
    class: account
    person: ${person}
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  threads:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  posts:
    class: content
    links:
      - { role: owner, from: [thread], to: { collection: threads, fields: [id] } }
    fields: { id: system, thread: system }
  cards:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, name: user.name }
    erase: { mask: { user: 'null', name: 'null' } }
`;
const BY_ID = mapOf("{ user_id: id }");
const BY_EMAIL = mapOf("{ user_id: id, email: email }");

function tables(declared: boolean): Record<"users" | "threads" | "posts" | "cards", ArrayTable> {
  const key = (from: string, collection: string): Pick<ArrayTable, "foreignKeys"> =>
    declared
      ? {
          foreignKeys: [
            { name: from, from: [from], to: { collection, fields: ["id"] }, onDelete: "restrict" },
          ],
        }
      : {};
  return {
    users: {
      name: "users",
      fields: ["id", "email", "name"],
      rows: [{ id: "1", email: "ann@example.org", name: "Ann" }],
    },
    threads: {
      name: "threads",
      fields: ["id", "user"],
      rows: [{ id: "a", user: "1" }],
      ...key("user", "users"),
    },
    posts: {
      name: "posts",
      fields: ["id", "thread"],
      rows: [{ id: "p", thread: "a" }],
      ...key("thread", "threads"),
    },
    cards: {
      name: "cards",
      fields: ["id", "user", "name"],
      rows: [{ id: "k", user: "1", name: "Ann" }],
      ...key("user", "users"),
    },
  };
}

const CARDS_STAY = { store: "app", collection: "cards", result: "stays_erased" };

test.each([
  { by: "foreign keys", declared: true },
  { by: "links of the map", declared: false },
])("a stranger who got the key gets none of the person's rows, by $by", async ({ declared }) => {
  const at = tables(declared);
  const stranger = { id: "1", email: "bob@example.org", name: "Bob" };
  const lines = await takenBack(BY_EMAIL, at, () => at.users.rows.push(stranger));
  expect(at.users.rows).toEqual([stranger]);
  expect(at.threads.rows).toEqual([]);
  expect(at.posts.rows).toEqual([]);
  // A name is nobody's link: it comes back to the card, which is nobody's.
  expect(at.cards.rows).toEqual([{ id: "k", user: null, name: "Ann" }]);
  expect(lines).toContainEqual(
    expect.objectContaining({
      ...{ collection: "users", result: "stays_erased", rows: 1 },
      reason: expect.stringContaining("a row with this key is there again"),
    }),
  );
});

test("nor does one of whom nothing but the key tells who they are", async () => {
  const at = tables(true);
  await takenBack(BY_ID, at, () => at.users.rows.push({ id: "1", email: null, name: "Ann" }));
  expect([...at.threads.rows, ...at.posts.rows]).toEqual([]);
});

test("somebody's thread that has the key now gets none of the person's posts", async () => {
  const at = tables(true);
  await takenBack(BY_EMAIL, at, () => {
    at.users.rows.push({ id: "2", email: "bob@example.org", name: "Bob" });
    at.threads.rows.push({ id: "a", user: "2" });
  });
  expect(at.users.rows).toHaveLength(2);
  expect(at.threads.rows).toEqual([{ id: "a", user: "2" }]);
  expect(at.posts.rows).toEqual([]);
});

test("who was brought back and has written since gets the rest: the address says who they are", async () => {
  const at = tables(true);
  const lines = await takenBack(BY_EMAIL, at, () =>
    at.users.rows.push({ id: "1", email: "ann@example.org", name: "Ann Lee" }),
  );
  expect(at.users.rows).toEqual([{ id: "1", email: "ann@example.org", name: "Ann Lee" }]);
  expect(at.threads.rows).toEqual([{ id: "a", user: "1" }]);
  expect(at.posts.rows).toHaveLength(1);
  expect(lines).toContainEqual(
    expect.objectContaining({ collection: "users", result: "stays_erased", rows: 1 }),
  );
});

test("a card that was given away between the look and the act is the new owner's, and no mask is taken off it", async () => {
  const at = tables(true);
  at.users.rows.push({ id: "2", email: "bob@example.org", name: "Bob" });
  const given = { id: "m", user: "1", name: "Ann" };
  at.cards.rows.push(given);
  const onKept = (): void => {
    Object.assign(given, { user: "2", name: "Bob" });
  };
  const lines = await takenBack(BY_EMAIL, at, () => undefined, { onKept });
  expect(at.cards.rows).toEqual([
    { id: "k", user: "1", name: "Ann" },
    { id: "m", user: "2", name: "Bob" },
  ]);
  expect(lines.filter((l) => l.result === "stays_erased")).toEqual([
    { ...CARDS_STAY, rows: 1, reason: "it was given to somebody else, and stays as it is" },
  ]);
});

test.each([
  { what: "a field that the mask empties, too", declared: true, map: BY_EMAIL },
  {
    what: "a field that stays",
    declared: false,
    map: BY_EMAIL.replace("{ user: 'null', name: 'null' }", "{ name: 'null' }"),
  },
])(
  "nor does what its new owner left empty get the old value, where $what says whose it is",
  async ({ map, declared }) => {
    const at = tables(declared);
    at.users.rows.push({ id: "2", email: "bob@example.org", name: "Bob" });
    const given = { id: "m", user: "1", name: "Ann's own" };
    at.cards.rows.push(given);
    const onKept = (): void => {
      Object.assign(given, { user: "2", name: null });
    };
    const lines = await takenBack(map, at, () => undefined, { onKept });
    expect(at.cards.rows).toEqual([
      { id: "k", user: "1", name: "Ann" },
      { id: "m", user: "2", name: null },
    ]);
    expect(lines.filter((l) => l.result === "stays_erased")).toEqual([
      { ...CARDS_STAY, rows: 1, reason: "it was given to somebody else, and stays as it is" },
    ]);
  },
);

test.each([
  { what: "the address says whose it is", map: BY_EMAIL, back: 1 },
  { what: "nothing but the key says whose it is", map: BY_ID, back: 0 },
])(
  "an account that somebody made anew is none that came back, though nothing differs: $what",
  async (its) => {
    const at = tables(true);
    const [ann] = at.users.rows;
    const lines = await takenBack(its.map, at, () => at.users.rows.push({ ...ann }));
    expect(at.users.rows).toEqual([ann]);
    expect([at.threads.rows.length, at.posts.rows.length]).toEqual([its.back, its.back]);
    expect(lines.filter((l) => l.collection === "users")).toEqual([
      expect.objectContaining({ result: "stays_erased", rows: 1 }),
    ]);
  },
);
