import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type DraftCollection, draftMap } from "./draft.ts";

const MIKY = readFileSync(join(import.meta.dirname, "../../../services/miky-ai/datamap/app.yaml"), "utf8");

const collection = (
  name: string,
  fields: readonly string[],
  notes: readonly string[] = [],
): DraftCollection => ({
  ...{
    name,
    class: "account",
    classNote: null,
    key: null,
    person: [],
    links: [],
    anchors: {},
    erase: null,
    notes,
  },
  fields: fields.map((field) => ({ name: field, category: "user.name", note: "0.90 it is named so" })),
});
const add = (collections: readonly DraftCollection[], existing: string) =>
  draftMap({ store: "app", connector: "postgres", collections }, existing);

/** Lines of one text that the other does not have. */
const more = (one: string, other: string): readonly string[] => {
  const known = new Set(other.split("\n"));
  return one.split("\n").filter((line) => !known.has(line));
};

test("where nothing is added, not a letter changes", () => {
  expect(add([collection("users", ["id", "email", "name"])], MIKY)).toEqual({
    ...{ text: MIKY, added: 0, changed: 0, linked: 0 },
  });
});

test("what is added stands in its collection, and the others as somebody wrote them", () => {
  const { text, added } = add(
    [collection("users", ["maiden_name"]), collection("guests", ["name"], ["nobody looked at it"])],
    MIKY,
  );
  expect(added).toBe(2);
  expect(more(text, MIKY)).toEqual([
    "      maiden_name: user.name # ? 0.90 it is named so",
    "  guests:",
    "    # ? nobody looked at it",
    "      name: user.name # ? 0.90 it is named so",
  ]);
  expect(more(MIKY, text)).toEqual([]);
});

const HEAD = "store: app\nconnector: postgres\n";

test.each([
  [
    "comments above and beside, four blanks, what follows the collections",
    `${HEAD}collections:\n    # the people\n    users: # ours\n        class: account\n        fields: {id: system,\n                 email: user.contact.email}   # both\n\n    # what they bought\n    orders:\n        class: payment\n        fields:\n            id: system # a number\n# in other stores\nownership: {}\n`,
    ["            note: user.name # ? 0.90 it is named so"],
  ],
  [
    "no line at the end",
    `${HEAD}collections:\n  users: { class: account, fields: { id: system } }\n  orders:\n    class: payment\n    fields:\n      id: system`,
    ["      note: user.name # ? 0.90 it is named so"],
  ],
  [
    "the lines of another system",
    `${HEAD}collections:\n  users:\n    class: account\n    fields: {id: system}\n  orders:\n    class: payment\n    fields:\n      id: system\n`.replaceAll(
      "\n",
      "\r\n",
    ),
    ["      note: user.name # ? 0.90 it is named so\r"],
  ],
])("as it stood: %s", (_, existing, added) => {
  const { text } = add([collection("orders", ["note"])], existing);
  expect(more(text, `${existing}\n`)).toEqual(added);
  expect(more(existing, text)).toEqual([]);
});

test("collections in one line are written as the library writes them, and nothing is lost", () => {
  const existing = `${HEAD}collections: { users: { class: account, fields: { id: system } }, orders: { class: payment, fields: { id: system } } }\n`;
  const { text } = add([collection("orders", ["note"])], existing);
  expect(text).toContain("note: user.name # ? 0.90 it is named so");
  expect(text).toMatch(/users:[\s\S]+id: system[\s\S]+orders:[\s\S]+id: system/);
});
