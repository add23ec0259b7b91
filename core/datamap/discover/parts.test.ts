import fc from "fast-check";
import { expect, test } from "vitest";
import { wordsOf } from "../classify/words.ts";
import { combinationsOf, K } from "./combine.ts";
import { eavParts, eavShape, jsonParts, wholeOf } from "./parts.ts";
import { doneBy } from "./parts-played.ts";
import { containment, SKETCH_HASHES_MAX, sketchOf } from "./sketch.ts";

const context = { collection: "things", about: "owned" } as const;
const times = <T>(n: number, of: (i: number) => T): readonly T[] =>
  Array.from({ length: n }, (_, i) => of(i));

test("documents are looked into, path by path", () => {
  const cells = times(40, (i) =>
    JSON.stringify({
      customer: { email: `a${i}@mail.example`, tags: ["x"] },
      n: i,
      items: [{ ip: `203.0.113.${i + 1}` }],
    }),
  );
  const parts = jsonParts(cells, context);
  expect(parts.filter((p) => p.category !== "system").map((p) => [p.path, p.category])).toEqual([
    ["customer.email", "user.contact.email"],
    ["items[].ip", "user.device.ip_address"],
  ]);
  expect(wholeOf(parts)).toMatchObject({ category: "user" });
  expect(jsonParts(["{broken", "[1", null, "12"], context)).toEqual([]);
  const lists = times(40, (i) => JSON.stringify([{ email: `a${i}@mail.example` }]));
  expect(jsonParts(lists, context)).toMatchObject([{ path: "[].email", category: "user.contact.email" }]);
});

test("keys that may be values are never told", () => {
  const cells = times(60, (i) =>
    JSON.stringify({ [`ann.${i}@mail.example`]: 1, [`customer_${i}`]: { note: "x" }, "+4930901820": 2 }),
  );
  const told = JSON.stringify(jsonParts(cells, context));
  expect(told).not.toContain("ann");
  expect(told).not.toContain("customer_");
  expect(told).not.toContain("4930");
  const attributes = times(50, (i) => [`ann smith ${i}`, "x"] as const);
  expect(JSON.stringify(eavParts(attributes, context))).not.toContain("smith");
});

test("attributes are classified by their own names and values", () => {
  const rows = times(
    60,
    (i) =>
      [
        ["billing_email", `a${i}@mail.example`],
        ["theme", "dark"],
        ["last_name", "Smith"],
      ][i % 3] ?? ["", ""],
  ).map(([a = "", v = ""]) => [a, v] as const);
  expect(eavParts(rows, context).map((p) => [p.path, p.category])).toEqual([
    ["billing_email", "user.contact.email"],
    ["theme", "system"],
    ["last_name", "user.name.last"],
  ]);
});

test.each([
  ["up_property varbinary(255)", "up_value blob", { attribute: "up_property", value: "up_value" }],
  ["name text", "content bytea", null],
])("%s beside %s is an attribute and its value: %j", (a, b, shape) => {
  const fields = [a, b].map((text) => {
    const [name = "", type = ""] = text.split(" ");
    return { name, type, nullable: true, generated: false };
  });
  const none = { rowsEstimate: null, primaryKey: [], uniques: [], foreignKeys: [], indexes: [] };
  expect(eavShape({ name: "properties", ...none, fields })).toEqual(shape);
});

test("sketches: exact on short columns, near on long ones, whatever the order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const inside = values.slice(0, Math.floor(values.length * share));
        const outside = inside.map((v) => `${v}#`).filter((v) => !values.includes(v));
        const child = [...inside, ...outside];
        const found = containment(sketchOf(child), sketchOf([...values].reverse()));
        expect(found.compared).toBe(new Set(child).size);
        expect(found.share).toBe(child.length === 0 ? 0 : inside.length / child.length);
      },
    ),
    { verbose: 1 },
  );
  const parent = sketchOf(times(50_000, (i) => `p${i}`));
  expect(parent.hashes.size).toBe(SKETCH_HASHES_MAX);
  const half = containment(sketchOf(times(20_000, (i) => `p${i * 5}`)), parent);
  expect(half.share).toBeGreaterThan(0.4);
  expect(half.share).toBeLessThan(0.6);
});

test("harmless fields that single people out together are named, the smallest sets only", () => {
  const rows = times(1_000, (i) => [
    `city${i % 20}`,
    `19${50 + (i % 50)}`,
    i % 2 === 0 ? "m" : "f",
    "same",
    `id${i}`,
  ]);
  const found = combinationsOf({
    collection: "people",
    fields: ["city", "born", "gender", "one", "id"],
    rows,
    whole: true,
  });
  expect(found).toEqual([]);
  const shuffled = times(1_000, (i) => [
    `city${(i * 7) % 20}`,
    `19${50 + ((i * 13 + Math.floor(i / 20)) % 50)}`,
    i % 2 === 0 ? "m" : "f",
    "same",
    `id${i}`,
  ]);
  const single = combinationsOf({
    collection: "people",
    fields: ["city", "born", "gender", "one", "id"],
    rows: shuffled,
    whole: false,
  });
  expect(single[0]).toMatchObject({ fields: ["born", "city"], examined: 1_000, whole: false, k: K });
  expect(single.every((s) => !s.fields.includes("one") && !s.fields.includes("id"))).toBe(true);
  expect(
    combinationsOf({
      collection: "few",
      fields: ["a", "b"],
      rows: times(10, (i) => [`${i % 3}`, `${i % 4}`]),
      whole: true,
    }),
  ).toEqual([]);
});

test.each([
  ["eroeffnet_von", true],
  ["bearbeitet_von", true],
  ["einladung_von", true],
  ["cree_par", true],
  ["creado_por", true],
  ["creato_da", true],
  ["aangemaakt_door", true],
  ["preis_von", false],
  ["gueltig_von", false],
  ["nur_par", false],
  ["hidden_by_id", true],
  ["zapped_by", true],
  ["powered_by", false],
  ["sorted_by", false],
])("`%s` says who did it: %s", (name, says) => {
  expect(doneBy(wordsOf(name))).toBe(says);
});
