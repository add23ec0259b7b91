/** A run that saw no values of a collection, upon the map of one that did. */
import { expect, test } from "vitest";
import { type DraftCollection, draftMap } from "./draft.ts";
import { snapshotOf } from "./drift.ts";
import type { Found } from "./model.ts";

const users = (category: string, extra: DraftCollection["fields"] = []): DraftCollection => ({
  ...{ name: "users", class: "account", classNote: null, key: ["id"], person: [], links: [], anchors: {} },
  ...{ erase: null, notes: [] },
  fields: [{ name: "code", category, note: `${category} it seems` }, ...extra],
});
const draft = (collection: DraftCollection, existing: string | null, more: object = {}) =>
  draftMap({ store: "app", connector: "postgres", collections: [collection], ...more }, existing);

test("what values told stays where a later run judges by names alone; a new field is added, and a decision counts", () => {
  const learned = draft(users("user.contact.email"), null).text;
  const byNames = new Set(["users"]);
  const later = users("undecided", [
    { name: "city", category: "user.contact.address.city", note: "its name" },
  ]);
  const kept = draft(later, learned, { byNames });
  expect(kept).toMatchObject({ added: 1, changed: 0 });
  expect(kept.text).toContain("code: user.contact.email # ? user.contact.email it seems");
  expect(kept.text).toContain("city: user.contact.address.city");
  const decided = draft(users("user.name"), learned, { byNames, decided: new Set(["users.code"]) });
  expect(decided.text).toContain("code: user.name");
  // With values again, the guess is brought up to date.
  expect(draft(later, learned).text).toContain("code: undecided");
  expect(draft(later, learned, { byNames: new Set(["orders"]) }).text).toContain("code: undecided");
});

const seen = (category: string): Found["collections"][number]["fields"][number] => ({
  ...{ name: "code", type: "text", category, confidence: 0.9, reason: "so it seems" },
});
const collection = (name: string, examined: number, fields: Found["collections"][number]["fields"]) => ({
  ...{ name, examined, fields, rows: examined, about: "other" as const, links: [], suspected: [] },
  ...{ key: [], keyFrom: "none" as const },
});

test("what values told of a field is remembered over a run that saw none of its collection: the next that does tells no news", () => {
  const found = (examined: number, category: string, others = 1): Found => ({
    ...{ store: "app", combinations: [] },
    collections: [collection("users", examined, [seen(category)]), collection("tags", others, [])],
  });
  const kept = (now: Found): string | null | undefined =>
    snapshotOf(now, [], { last: snapshotOf(found(9, "user.contact.email")), map: null }).fields["users.code"]
      ?.category;
  expect(kept(found(0, "system"))).toBe("user.contact.email");
  expect(kept(found(3, "system"))).toBe("system");
  // Over files nothing is seen of anything: names are held against names.
  expect(kept(found(0, "system", 0))).toBe("system");
});
