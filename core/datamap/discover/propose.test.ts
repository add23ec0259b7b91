import { expect, test } from "vitest";
import type { FoundCollection, FoundField } from "./model.ts";
import { proposeMap } from "./propose.ts";

const field = (name: string, type: string, category: string): FoundField => ({
  ...{ name, type, category, confidence: 0.9, reason: "it is named so" },
});
const users = (type: string, more: readonly FoundField[] = []): FoundCollection => ({
  ...{ name: "users", rows: 10, examined: 10, about: "person", key: ["user_id"], keyFrom: "declared" },
  fields: [
    field("user_id", "int", "user.unique_id"),
    field("user_email", type, "user.contact.email"),
    field("user_phone", type, "user.contact.phone_number"),
    ...more,
  ],
  ...{ links: [], suspected: ["said before"] },
});
const proposed = (c: FoundCollection) =>
  proposeMap({ store: "app", collections: [c], combinations: [] }, { classes: {}, reviewed: new Set() }).map(
    ({ person, notes }) => [person.map((p) => `${p.namespace}: ${p.field}`), notes],
  );

test("bytes are no identity, since nothing would ever match them: the draft says so", () => {
  const note = (name: string): string =>
    `\`${name}\` is of bytes (\`tinyblob\`), which no identity is matched with`;
  expect(proposed(users("tinyblob"))).toEqual([
    [["user_id: user_id"], ["said before", note("user_email"), note("user_phone")]],
  ]);
  expect(proposed(users("text"))).toEqual([
    [["user_id: user_id", "email: user_email", "phone: user_phone"], ["said before"]],
  ]);
  // Another field of the kind takes its place.
  const [[person] = []] = proposed(users("tinyblob", [field("mail", "text", "user.contact.email")]));
  expect(person).toEqual(["user_id: user_id", "email: mail"]);
});
