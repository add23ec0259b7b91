import { expect, test } from "vitest";
import { isBytes, sampledBytes } from "./sampled.ts";

const of = (text: string): string | null => sampledBytes(Buffer.from(text).toString("hex"));

test.each(["ann@mail.example", "Zoë 漢字 🙂", "two\r\n\tlines", '{"a": 1}'])(
  "bytes of text are that text: %s",
  (text) => {
    expect(of(text)).toBe(text);
    expect(isBytes(of(text) ?? "")).toBe(false);
  },
);

test.each([
  ["a picture", "89504e470d0a1a0a"],
  ["bytes that begin as a sign and do not go on", "41c328"],
  ["text with a zero inside", "610062"],
  ["half a surrogate", "eda080"],
  ["zeros alone", "000000"],
  ["Latin-1", "5a6fe920"],
])("bytes that are no text stay bytes: %s", (_, hex) => {
  const cell = sampledBytes(hex);
  expect(isBytes(cell ?? "")).toBe(true);
  expect(cell).toContain(hex);
});

test("what a fixed length is filled up with does not count, nor where a cut went through a sign; nothing stays nothing", () => {
  expect(sampledBytes(`${Buffer.from("ann").toString("hex")}0000`)).toBe("ann");
  expect(sampledBytes(`${Buffer.from("Zo").toString("hex")}c3`)).toBe("Zo");
  expect([sampledBytes(null), sampledBytes("")]).toEqual([null, ""]);
});
