import { expect, test } from "vitest";
import { decoded } from "./files.ts";

const SQL = "CREATE TABLE a (\n straße text\n);";
const big = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

test("the same text, however it was written down", () => {
  const written: readonly Buffer[] = [
    Buffer.from(SQL),
    Buffer.from(`\ufeff${SQL}`),
    Buffer.from(SQL, "latin1"),
    Buffer.from(SQL.replaceAll("\n", "\r\n")),
    Buffer.from(SQL.replaceAll("\n", "\r")),
    Buffer.from(SQL, "utf16le"),
    Buffer.from(`\ufeff${SQL}`, "utf16le"),
    big(SQL),
    big(`\ufeff${SQL}`),
  ];
  expect(written.map(decoded)).toEqual(written.map(() => SQL));
});
