import { expect, test } from "vitest";
import { base64, decimal, fromBase64, utf8 } from "./bytes.ts";
import { ENTRY_BYTES_MAX, packBundle, parseTilePath, tilePath, tilesOf, unpackBundle } from "./layout.ts";

test.each([
  [{ level: 0, index: 0, width: 256 }, "tile/0/000"],
  [{ level: 3, index: 1_234_067, width: 256 }, "tile/3/x001/x234/067"],
  [{ level: null, index: 999, width: 1 }, "tile/entries/999.p/1"],
  [{ level: null, index: 1000, width: 255 }, "tile/entries/x001/000.p/255"],
  [{ level: 63, index: 12, width: 44 }, "tile/63/012.p/44"],
])("%o is at `%s`", (name, path) => {
  expect(tilePath(name)).toBe(path);
  expect(parseTilePath(path)).toEqual(name);
});

test.each([
  [
    "",
    "tile",
    "tile/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/x/000",
  ],
  ["tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.q/1", "tile/0/000/"],
  [
    "tile/0/x000/001",
    "tile/0/001/002",
    "tile/0/x1/000",
    "tile/entries/../000",
    "/tile/0/000",
    "tile/0/000\n",
  ],
  [`tile/0/${"x999/".repeat(6)}999`, "tile/Entries/000", "tile/0/０００"],
])("no other spelling of a path is taken: %s …", (...paths) => {
  expect(paths.filter((path) => parseTilePath(path) !== null)).toEqual([]);
});

test("a tree of 70,000: the widths that the specification names", () => {
  const names = tilesOf(70_000).map(tilePath);
  const levels = (level: string) => names.filter((n) => n.startsWith(`tile/${level}/`));
  expect(levels("0")).toHaveLength(274);
  expect(levels("0").at(-1)).toBe("tile/0/273.p/112");
  expect(levels("1")).toEqual(["tile/1/000", "tile/1/001.p/17"]);
  expect(levels("2")).toEqual(["tile/2/000.p/1"]);
  expect(levels("entries").at(-1)).toBe("tile/entries/273.p/112");
  expect(tilesOf(256).map(tilePath)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
  expect(tilesOf(0)).toEqual([]);
});

test("bundles: entries of 0 and of 65,535 bytes; one byte more is a bug", () => {
  const entries = [new Uint8Array(), utf8("x"), new Uint8Array(ENTRY_BYTES_MAX).fill(7)];
  const bundle = packBundle(entries);
  expect(unpackBundle(bundle, 3)).toEqual(entries);
  expect(() => packBundle([new Uint8Array(ENTRY_BYTES_MAX + 1)])).toThrow();
  for (const wrong of [
    bundle.subarray(0, -1),
    bundle.subarray(0, 1),
    new Uint8Array([0]),
    new Uint8Array([0, 2, 1]),
  ])
    expect(unpackBundle(wrong, 3)).toBeNull();
  expect(unpackBundle(bundle, 2)).toBeNull();
  expect(unpackBundle(bundle, 4)).toBeNull();
});

test("base64 and numbers have one spelling", () => {
  for (const length of [0, 1, 2, 3, 31, 32, 33, 255]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    expect(fromBase64(base64(bytes))).toEqual(bytes);
  }
  const wrong = [
    "A",
    "AA",
    "AAA",
    "AB==",
    "AAB=",
    "A===",
    "AAAA=",
    "=AAA",
    "AA=A",
    "AA==AAAA",
    "AA-_",
    "AA A",
    "AAAA\n",
    "====",
  ];
  expect(wrong.filter((text) => fromBase64(text) !== null)).toEqual([]);
  expect(
    ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "9007199254740993", "99999999999999999"].filter(
      (t) => decimal(t) !== null,
    ),
  ).toEqual([]);
  expect([decimal("0"), decimal("9007199254740991")]).toEqual([0, 9_007_199_254_740_991]);
});
