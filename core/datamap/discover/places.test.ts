import { expect, test } from "vitest";
import { must } from "../../terms/assert.ts";
import { readStoreMap } from "../read.ts";
import { driftOf, type Snapshot } from "./drift.ts";
import type { Found, FoundField, FoundPart } from "./model.ts";

const part = (path: string, category: string, confidence = 0.95): FoundPart => ({
  ...{ path, category, confidence },
  reason: "it is named so",
});

/** A collection with one document, of which `parts` were found. */
const found = (parts: readonly FoundPart[], whole: Partial<FoundField> = {}): Found => ({
  store: "app",
  combinations: [],
  collections: [
    {
      ...{ name: "orders", rows: 9, examined: 9, about: "owned", key: ["id"], keyFrom: "declared" },
      fields: [
        {
          ...{
            name: "notes",
            type: "jsonb",
            category: "user.contact",
            confidence: 0.95,
            reason: "holds some",
          },
          parts,
          ...whole,
        },
      ],
      ...{ links: [], suspected: [] },
    },
  ],
});
const mapOf = (notes: string) =>
  must(
    readStoreMap({
      file: "app.yaml",
      text: `store: app\nconnector: postgres\ncollections:\n  orders:\n    class: order\n    fields: { notes: ${notes} }\n    erase: delete\n`,
    }).value,
    "readable",
  );
const drift = (notes: string, parts: readonly FoundPart[], last: Snapshot | null = null) =>
  driftOf(found(parts), { map: mapOf(notes), last }).map((d) => d.id);
const LAST: Snapshot = {
  ...{ looked: true, links: [], offered: [], joins: [] },
  fields: { "orders.notes": { type: "jsonb", category: "user.contact" } },
};

test("a key that has come into an opened column is a new field, run after run; those that the map lists are none", () => {
  const map = "{ category: system, paths: { 'to.phone': user.contact.phone_number, 'to.sum': system } }";
  const listed = [part("to.phone", "user.contact.phone_number"), part("to.sum", "user.financial")];
  for (const last of [null, LAST]) {
    expect(drift(map, listed, last)).toEqual([]);
    expect(drift(map, [...listed, part("to.iban", "user.financial.bank_account")], last)).toEqual([
      "new-field orders.notes.to.iban",
    ]);
  }
  // What is not sure, and what is nobody's, is no finding.
  expect(drift(map, [...listed, part("to.name", "user.name", 0.6), part("n", "system")])).toEqual([]);
});

test("lists are places, too, and what lies in a place that is personal as a whole is described", () => {
  const email = part("calls[].email", "user.contact.email");
  expect(drift("{ category: system, paths: { 'calls[*].email': user.contact.email } }", [email])).toEqual([]);
  expect(drift("{ category: system, paths: { calls: user.contact } }", [email])).toEqual([]);
  expect(drift("{ category: system, paths: { calls: system, to: user.name } }", [email])).toEqual([
    "new-field orders.notes.calls[*].email",
  ]);
  const top = part("[].email", "user.contact.email");
  expect(drift("{ category: system, paths: { '[*].email': user.contact.email } }", [top])).toEqual([]);
  expect(drift("{ category: system, paths: { '[*].phone': user.contact.phone_number } }", [top])).toEqual([
    "new-field orders.notes[*].email",
  ]);
});

test("a key that is not shown may be a listed one of its kind, and of no other", () => {
  const rare = part("*.*email*", "user.contact.email");
  expect(drift("{ category: system, paths: { 'calls[*].email': user.contact.email } }", [rare])).toEqual([]);
  expect(drift("{ category: system, paths: { 'calls[*].name': user.name } }", [rare])).toEqual([
    "new-field orders.notes.*.*email*",
  ]);
});

test("a column that is not opened, or that is personal as a whole, is compared as a whole", () => {
  const email = part("email", "user.contact.email");
  expect(drift("system", [email])).toEqual(["changed-category orders.notes"]);
  expect(drift("user.contact", [email])).toEqual([]);
  // Opened, and nothing of it personal: whoever found it so has to have seen what is there.
  expect(drift("{ category: system, paths: { n: system } }", [])).toEqual(["changed-category orders.notes"]);
});
