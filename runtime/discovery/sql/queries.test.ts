import { expect, test } from "vitest";
import { readQueries } from "./queries.ts";

const pairs = (text: string): readonly string[] =>
  readQueries(text)
    .joins.map(({ a, b, times }) => `${a.collection}.${a.field} = ${b.collection}.${b.field} × ${times}`)
    .sort();

test.each([
  [
    "aliases",
    "select 1 from users u join orders as o on o.customer = u.id",
    ["orders.customer = users.id × 1"],
  ],
  ["where", "select * from a, b where a.x = b.y and a.z = 7", ["a.x = b.y × 1"]],
  [
    "a list of an inner query",
    "select * from a where a.x in (select y from b where z = 1)",
    ["a.x = b.y × 1"],
  ],
  [
    "an outer table from within",
    "delete from a where exists (select 1 from b where b.y = a.x)",
    ["a.x = b.y × 1"],
  ],
  [
    "update of MySQL",
    "update `a` inner join b on a.id = b.a_id set b.x = ? where b.y = 1",
    ["a.id = b.a_id × 1"],
  ],
  [
    "other schemas",
    "select * from shop.orders o join public.users u on u.id = o.who",
    ["shop.orders.who = users.id × 1"],
  ],
  ["values are no links", "select * from a where a.x = 'b.y' and a.z = $1", []],
  [
    "the same column twice, by two names",
    "select * from p x join p y on y.parent = x.id",
    ["p.id = p.parent × 1"],
  ],
])("%s", (_, sql, expected) => {
  expect(pairs(`${sql};`)).toEqual(expected);
});

test("PostgreSQL's log: statements over several lines, prepared ones, what is none", () => {
  const log = [
    "2026-11-25 08:01:30.123 UTC [71] app@shop LOG:  statement: select * from users u",
    "\tjoin orders o on o.customer = u.id",
    "\twhere u.email = 'ada@example.org'",
    "2026-11-25 08:01:30.130 UTC [71] app@shop LOG:  duration: 0.512 ms  execute q1: select * from orders o join users u on u.id = o.customer where o.id = $1",
    "2026-11-25 08:01:30.130 UTC [71] app@shop DETAIL:  parameters: $1 = '17'",
    "2026-11-25 08:01:30.140 UTC [71] app@shop LOG:  checkpoint starting: time",
    "2026-11-25 08:01:30.150 UTC [71] app@shop LOG:  statement: select broken from from",
  ].join("\n");
  expect(readQueries(log)).toEqual({
    joins: [
      { a: { collection: "orders", field: "customer" }, b: { collection: "users", field: "id" }, times: 2 },
    ],
    queries: 3,
    unread: 0,
  });
});

test("the general log of MariaDB, and a slow log", () => {
  const general = [
    "251125  8:01:30\t     8 Connect\tapp@localhost on shop",
    "251125  8:01:31\t     8 Query\tselect * from `orders` o, `users` u where o.`customer` = u.`id` and u.id = 7",
    "\t\t     8 Query\tselect * from `orders` o, `users` u where o.`customer` = u.`id` and u.id = 8",
    "\t\t     8 Quit\t",
  ].join("\n");
  expect(pairs(general)).toEqual(["orders.customer = users.id × 2"]);
  const slow =
    "# Time: 2026-11-25T08:01:30Z\n# Query_time: 2.1\nSET timestamp=1;\nselect * from a\njoin b on a.x = b.y;\n";
  expect(pairs(slow)).toEqual(["a.x = b.y × 1"]);
});

test("one query a line; the same for other values is the same", () => {
  const text =
    "select * from a join b on a.x = b.y where a.n in (1, 2, 3)\nselect * from a join b on a.x = b.y where a.n in (4)\nselect nothing from from a join b on x =\n";
  expect(readQueries(text)).toMatchObject({ queries: 2, unread: 1 });
  expect(pairs(text)).toEqual(["a.x = b.y × 2"]);
});
