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
    unread: 1,
    apart: 0,
    strange: 0,
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

test.each([
  ["lorem ipsum\ndolor sit amet\n", { queries: 0, unread: 0, strange: 2 }],
  ["lorem ipsum; dolor;\n", { queries: 0, unread: 0, strange: 1 }],
  [
    "select * from a join b on a.x = b.y;\nselect broken from from;\nselect x from where;\n",
    { queries: 3, unread: 2, strange: 0 },
  ],
  [
    "begin\nset names utf8\ninsert into a values (1)\n/* job 7 */ select 1\n((select 2))\ncommit\nwhat is this\n",
    { queries: 6, unread: 0, apart: 4, strange: 1 },
  ],
  ["Use it like this\nSet it up first\n", { queries: 2, unread: 0, apart: 2, strange: 0 }],
  ["insert into a select from from b\ndelete from a where\n", { queries: 2, unread: 2, strange: 0 }],
])("what no parser reads is counted, and what is no SQL is no query: %j", (text, counted) => {
  expect(readQueries(text)).toMatchObject(counted);
});

test("the head of a slow log is none of its statements", () => {
  const log = [
    "/usr/sbin/mariadbd, Version: 11.8.2-MariaDB-log (Debian). started with:",
    "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock",
    "Time\t\t    Id Command\tArgument",
    "# Time: 251125  8:01:31",
    "# User@Host: app[app] @ localhost []",
    "use shop;",
    "SET timestamp=1764057691;",
    "select * from a join b on a.x = b.y;",
  ].join("\n");
  expect(readQueries(log)).toMatchObject({ joins: [{ times: 1 }], queries: 3, unread: 0, strange: 0 });
});
