/** Values of cells, as the store writes them out: text that looks like something else, numbers beyond 2^53, old and odd dates. */
import type { Dice } from "../random.ts";
import type { ColumnType } from "./draft.ts";

const TEXTS = [
  "plain",
  "",
  " ",
  "f",
  "0",
  "null",
  "NULL",
  "{}",
  "[]",
  "erased",
  "erased-but-not-really",
  "1970-01-01 was a day",
  "false",
  "O'Brien",
  "日本語",
  "👩‍👩‍👧",
  "a,b",
  'say "x"',
  "back\\slash\\n",
  "two\nlines",
  "$1",
  "ann@example.org",
  "0.0",
  "\\x",
] as const;

export const PEOPLE = ["ann", "bob", "cem", "Dörte", "eve", "félix", "Жанна", "o'hara+tag"] as const;

const pad = (n: number): string => String(n).padStart(2, "0");

/** `days` before (or after) the moment at which worlds live. */
export function timeText(type: ColumnType, at: Date): string {
  const day = `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}`;
  if (type === "date") return day;
  const clock = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return type === "timestamp" ? `${day} ${clock}` : `${day} ${clock}+00`;
}

/** Around the ends of the periods in rules.ts: the days before and after, and the very moment. */
const DATES = [
  "2026-03-01T00:00:00Z",
  "2026-02-28T23:59:59Z",
  "2025-12-01T00:00:00Z",
  "2025-12-01T00:00:01Z",
  "2025-11-30T23:59:59Z",
  "2025-11-30T00:00:00Z",
  "2025-03-01T00:00:00Z",
  "2024-02-29T12:00:00Z",
  "2019-03-01T00:00:00Z",
  "2019-02-28T23:00:00Z",
  "2019-03-02T00:00:00Z",
  "1999-12-31T23:59:59Z",
  "2031-07-01T08:00:00Z",
] as const;

export function value(dice: Dice, type: ColumnType): string {
  switch (type) {
    case "text":
      return dice.pick(TEXTS);
    case "varchar(20)":
      return dice.pick(TEXTS.filter((t) => t.length <= 20));
    case "integer":
      return String(dice.int(1, 12));
    case "bigint":
      return dice.chance(0.5) ? String(dice.int(1, 12)) : `90071992547409${dice.int(90, 99)}`;
    case "uuid":
      return dice.uuid();
    case "boolean":
      return dice.pick(["true", "false"]);
    case "numeric":
      return dice.pick(["0", "1.50", "-3", "12345678901234567890.5"]);
    case "jsonb":
      return dice.pick(["{}", '{"a": 1}', "[]", '"f"', "null"]);
    case "date":
    case "timestamp":
    case "timestamptz":
      return dice.chance(0.03) ? "infinity" : timeText(type, new Date(dice.pick(DATES)));
  }
}

/** The same address, written another way. */
export function respell(dice: Dice, email: string): string {
  const ways = [email, email.toUpperCase(), ` ${email}`, `${email}\t`, email.replace("example", "EXAMPLE")];
  return dice.pick(ways);
}

/** The same number, written another way. */
export function redial(dice: Dice, number: string): string {
  const ways = [
    number,
    number.replaceAll(" ", "-"),
    ` ${number} `,
    number.replace(/^\+/, "00"),
    number.replace(/^00/, "+"),
  ];
  return dice.pick(ways);
}
