import { expect, test } from "vitest";
import { spansIn } from "./spans.ts";

const YEAR = 365.2425;
const CASES: readonly (readonly [string, readonly number[]])[] = [
  ["kept for at most two years", [2 * YEAR]],
  ["within 72 hours, or thirty-five days", [3, 35]],
  ["a month after that, an hour later", [30.436875, 1 / 24]],
  ["a fourteen-day window", [14]],
  ["on 9 August 2023, in 2023", []],
  ["most days and some years", []],
  ["最后更新于2023年8月9日", []],
  ["保存三年，备份保存35天，在72小时内告知", [3 * YEAR, 35, 3]],
  ["两年后删除，十二个月，二十五天", [2 * YEAR, 12 * 30.436875, 25]],
];

test.each(CASES)("%s", (text, days) => {
  expect(
    spansIn(text)
      .map((s) => Number(s.days.toFixed(6)))
      .sort((a, b) => a - b),
  ).toEqual(days.map((d) => Number(d.toFixed(6))).sort((a, b) => a - b));
});
