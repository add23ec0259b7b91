/** Which links are compared as addresses, and which only look like it (spec/data-map.md, "Links by an address"). */
import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import type { Notations } from "../terms/notations.ts";
import { buildGraph } from "./graph.ts";
import { idOf } from "./model.ts";
import { readDataMap } from "./read.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email, phone: phone }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
  letters:
    class: content
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
  opens:
    class: content
    links: [{ role: owner, from: [list, letter], to: { collection: letters, fields: [id, email] } }]
    fields: { id: system, list: system, letter: user.contact.email }
  notes:
    class: content
    links:
      - { role: owner, from: [subject], to: { collection: users, fields: [email] }, when: { kind: mail } }
      - { role: owner, from: [subject], to: { collection: codes, fields: [code] }, when: { kind: code } }
    fields: { id: system, kind: system, subject: system }
  codes:
    class: content
    owner: user_id -> users.id
    fields: { code: system, user_id: user.unique_id }
  either:
    class: content
    links:
      - { role: owner, from: [contact], to: { collection: users, fields: [email] } }
      - { role: co_owner, from: [contact], to: { collection: users, fields: [phone] } }
    fields: { id: system, contact: user.contact }
    on_leave: { contact: 'null' }
  profiles:
    class: account
    person: { email: mail }
    links: [{ role: mention, from: [mail], to: { collection: books, fields: [key] } }]
    fields: { id: system, mail: user.contact.email }
  books:
    class: content
    owner: user_id -> users.id
    fields: { key: system, user_id: user.unique_id }
`;

const graphOf = (kinds: Readonly<Record<string, Notations>> = {}, held = "") => {
  const told = new Map<string, Map<string, Notations>>();
  for (const [place, kind] of Object.entries(kinds)) {
    const [collection = "", field = ""] = place.split(".");
    told.set(`app.${collection}`, new Map([[field, kind]]));
  }
  const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
  return buildGraph(map, told, (child) => child === held);
};

const comparedIn = (graph: ReturnType<typeof graphOf>) =>
  Object.fromEntries(
    [...graph.collections.values()].flatMap((c) =>
      c.links.flatMap((l) =>
        l.normalisers === undefined
          ? []
          : [[`${idOf(c)} ${l.from.join()} ${l.to.collection}`, l.normalisers]],
      ),
    ),
  );

const ALL = {
  "app.letters email users": ["email"],
  // What names a letter by its address names an address, too.
  "app.opens list,letter letters": ["exact", "email"],
  // Only where the subject is one.
  "app.notes subject users": ["email"],
  // An identity leads to where addresses stand.
  "app.profiles mail books": ["email"],
};

test("fields are addresses by what people are known by, and by the links between them", () => {
  expect(comparedIn(graphOf())).toEqual(ALL);
});

test("an address that would be a number as well, or is no text, is compared as the store does, and told of", () => {
  expect(graphOf().asWritten).toEqual(["app.either.contact"]);
  const graph = graphOf({ "letters.email": "number" });
  const { "app.letters email users": _, "app.opens list,letter letters": __, ...others } = ALL;
  expect(comparedIn(graph)).toEqual(others);
  expect(graph.asWritten.filter((f) => !f.startsWith("app.either"))).toEqual([
    "app.letters.email",
    "app.opens.letter",
  ]);
  expect(comparedIn(graphOf({ "letters.email": "padded" }))).toEqual(ALL);
});

test("a foreign key that the store vouches for leads to the very row", () => {
  const { "app.letters email users": _, ...others } = ALL;
  expect(comparedIn(graphOf({}, "app.letters"))).toEqual(others);
});
