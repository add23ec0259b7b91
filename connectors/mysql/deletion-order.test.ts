import type { ForeignKeyDescription } from "@avow/runtime/connector-kit/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cut, deletionOrder, type Node } from "./deletion-order.ts";

const key = (from: string, to: string): ForeignKeyDescription => ({
  name: `${from}>${to}`,
  from: [from],
  to: { collection: to, fields: ["id"] },
  onDelete: "no action",
});
const node = (name: string, ...to: readonly string[]): Node => ({
  name,
  foreignKeys: to.map((other) => key(`${name}_${other}`, other)),
});
const alike = (): number => 0;

test("referring tables go first, whatever the order given", () => {
  const nodes = [node("users"), node("orders", "users"), node("lines", "orders", "users")];
  for (const list of [nodes, nodes.toReversed()])
    expect(deletionOrder(list, alike)).toEqual({ names: ["lines", "orders", "users"], cuts: [] });
});

test("a table that points at itself is cut once, a table outside of the list does not count", () => {
  const { names, cuts } = deletionOrder([node("tree", "tree", "elsewhere")], alike);
  expect(names).toEqual(["tree"]);
  expect(cuts.map((cut) => cut.key.name)).toEqual(["tree_tree>tree"]);
});

test("of a ring the cheapest key is cut, and no more than needed", () => {
  const ring = [node("a", "b"), node("b", "c"), node("c", "a"), node("d", "a")];
  const { names, cuts } = deletionOrder(ring, (cut: Cut) => (cut.collection === "b" ? 0 : 10));
  expect(cuts.map((cut) => cut.key.name)).toEqual(["b_c>c"]);
  expect(names).toEqual(["c", "d", "a", "b"]);
});

test("any tables come out in an order in which nothing that is left points at what goes, but for what was cut", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
  const links = fc.array(fc.tuple(name, name), { maxLength: 14 });
  fc.assert(
    fc.property(links, (pairs) => {
      const nodes = ["a", "b", "c", "d", "e", "f"].map((one) =>
        node(one, ...pairs.filter(([from]) => from === one).map(([, to]) => to)),
      );
      const { names, cuts } = deletionOrder(nodes, alike);
      expect([...names].sort()).toEqual(nodes.map((n) => n.name));
      const cut = new Set(cuts.map((c) => c.key));
      for (const { name: from, foreignKeys } of nodes)
        for (const one of foreignKeys)
          if (!cut.has(one)) expect(names.indexOf(from)).toBeLessThan(names.indexOf(one.to.collection));
    }),
    { numRuns: 300 },
  );
});
