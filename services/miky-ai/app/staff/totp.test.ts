import { expect, test } from "vitest";
import { codeAt, stepOf } from "./totp.ts";

/** RFC 6238, appendix B, SHA-1; the last six of its eight digits. */
const SECRET = Buffer.from("12345678901234567890").toString("hex");

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
])("at %d s the code is %s", (seconds, code) => {
  expect(codeAt(SECRET, new Date(seconds * 1000))).toBe(code);
});

test("the codes of the half minutes before and after fit, others do not", () => {
  const at = new Date(1_234_567_890_000);
  const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
  const step = Math.floor(at.getTime() / 30_000);
  expect([-30, 0, 30].map((s) => stepOf(SECRET, codeAt(SECRET, later(s)), at))).toEqual([
    ...[step - 1, step, step + 1],
  ]);
  expect([-90, 90].map((s) => stepOf(SECRET, codeAt(SECRET, later(s)), at))).toEqual([null, null]);
  for (const wrong of ["", "00592", "0059240", "ééé", "éééééé"]) expect(stepOf(SECRET, wrong, at)).toBe(null);
});
