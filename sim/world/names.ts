/** Names that a careless program trips over, and plain ones between them. */
import type { Dice } from "../random.ts";

const TABLES = [
  "users",
  "accounts",
  "Order",
  "select",
  "order items",
  'he said "hi"',
  "größe",
  "таблица",
  "user's",
  "a.b",
  "x -> y",
  "100",
  "constructor",
  "notes",
  "payments",
  "gifts",
  "messages",
  "tickets",
  "back\\slash",
  "percent%s",
  "a_very_long_name_that_is_just_as_long_as_a_name_may_be_0123456_",
] as const;

const COLUMNS = [
  "name",
  "note",
  "body",
  "group",
  "User",
  "user",
  "Mail Address",
  "naïve",
  'quo"te',
  "it's",
  "valueOf",
  "a,b",
  "t",
  "k",
  "v0",
  "$1",
  "ctid2",
  "amount",
  "kind",
  "état",
] as const;

/** Gives names that have not been given yet; when the list is used up, numbered ones. */
export function namer(dice: Dice, list: readonly string[], stem: string): () => string {
  const left = dice.shuffle(list);
  let count = 0;
  return () => {
    count += 1;
    return (dice.chance(0.6) ? left.pop() : undefined) ?? `${stem}_${count}`;
  };
}

export const tableNames = (dice: Dice): (() => string) => namer(dice, TABLES, "things");
export const columnNames = (dice: Dice): (() => string) => namer(dice, COLUMNS, "f");
