import fc from "fast-check";
import { expect, test } from "vitest";
import { type PackedRows, pack } from "../../connector-kit/packed.ts";
import { csvCell } from "./csv.ts";
import { jsonCell, LIST } from "./json.ts";
import { rowFiles } from "./rows.ts";

type Row = readonly (string | null)[];
type Fields = readonly { readonly name: string; readonly type: string | null }[];

function written(fields: Fields, batches: readonly PackedRows[]): { json: string; csv: string } {
  const files = rowFiles(fields);
  const [json, csv]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const piece of [...batches.flatMap((b) => [...files.add(b)]), files.rest()]) {
    for (const [all, one] of [
      [json, piece.json],
      [csv, piece.csv],
    ] as const) {
      all.push(Uint8Array.from(one.bytes));
      one.free();
    }
  }
  return { json: Buffer.concat(json).toString(), csv: Buffer.concat(csv).toString() };
}

/** As one would write them, a text for each cell. */
const plainly = (fields: Fields, rows: readonly Row[]): { json: string; csv: string } => ({
  json: `[${rows
    .map(
      (row, n) =>
        `${n === 0 ? "" : ","}\n{${fields.map((f, i) => `${JSON.stringify(f.name)}:${jsonCell(row[i] ?? null, f.type)}`).join(",")}}`,
    )
    .join("")}\n]\n`,
  csv: [fields.map((f) => f.name), ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join(""),
});

const TYPES = ["text", "bigint", "numeric(12,2)", "boolean", "integer[]", "interval", "jsonb", null] as const;
const number = fc.oneof(
  fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }).map(String),
  fc.constantFrom("0", "00", "007", "-5", "+5", "1.50", "NaN", "1e3", "999999999999999", "1000000000000000"),
);
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary-ascii" }),
  fc.constantFrom(
    "",
    "true",
    "=1+1",
    "@x",
    "-x",
    "\tx",
    "\rx",
    'a"b',
    "a,b",
    "a\\b",
    "a\nb",
    "\u2028",
    "\u007f",
  ),
);
const cell = fc.option(fc.oneof(number, text));
const world = fc
  .array(fc.record({ name: fc.string({ minLength: 1 }), type: fc.constantFrom(...TYPES) }), { maxLength: 5 })
  .chain((fields) =>
    fc.record({
      fields: fc.constant(fields),
      // Files are written whole however the rows come.
      batches: fc.array(fc.array(fc.array(cell, { minLength: fields.length, maxLength: fields.length }))),
    }),
  );

test("bytes are the texts that each cell would be, whatever stands in it", () => {
  fc.assert(
    fc.property(world, ({ fields, batches }) => {
      expect(written(fields, batches.map(pack))).toEqual(plainly(fields, batches.flat()));
    }),
    { numRuns: 500 },
  );
});

test("what is longer than a piece, and more than one piece, are whole; a list is the JSON that it is", () => {
  const fields = [
    { name: "note", type: "text" },
    { name: "tags[*]", type: LIST },
  ];
  const rows: Row[] = ["a", '"', "ä"].map((sign) => [sign.repeat(700_000), '["x",null]']);
  for (let n = 0; n < 20_000; n += 1) rows.push([`${n} ${"é".repeat(n % 90)}`, null]);
  const files = written(fields, [pack(rows)]);
  expect(files).toEqual(plainly(fields, rows));
  expect(JSON.parse(files.json)).toHaveLength(rows.length);
});

test("cells behind those that are shown are in neither file", () => {
  const files = written(
    [{ name: "id", type: "integer" }],
    [
      pack([
        ["1", "hidden"],
        ["2", null],
      ]),
    ],
  );
  expect(files).toEqual({ json: '[\n{"id":1},\n{"id":2}\n]\n', csv: "id\r\n1\r\n2\r\n" });
});

test("bytes that are no UTF-8 are replaced, as in the texts of any reader", () => {
  const text = Buffer.from([0x61, 0xe2, 0x82]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  const files = written([{ name: "n", type: "text" }], [{ bytes: Buffer.concat([length, text]), at: [0] }]);
  expect(files).toEqual(plainly([{ name: "n", type: "text" }], [[text.toString()]]));
  expect(files.json).toContain("a\ufffd");
});
