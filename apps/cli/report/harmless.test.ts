import { styleText } from "node:util";
import { expect, test } from "vitest";
import { harmless } from "./harmless.ts";

test.each([
  ["x\u001b[2K\u001b[1A", "x\ufffd[2K\ufffd[1A"],
  ["bell \u0007, back \b, line\r, csi \u009b2J", "bell \ufffd, back \ufffd, line\ufffd, csi \ufffd2J"],
  ["turned \u202egpj.exe", "turned \ufffdgpj.exe"],
  ["\u009b[31m", "\ufffd"],
])("%j is shown as %j", (text, shown) => {
  expect(harmless(text)).toBe(shown);
});

test("lines, tabs, colours and every language stay", () => {
  const text = `a\tb\n${styleText("red", "ROT", { validateStream: false })} zażółć 數據 بيانات 😀`;
  expect(harmless(text)).toBe(text);
});
