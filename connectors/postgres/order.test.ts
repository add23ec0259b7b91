import fc from "fast-check";
import { expect, test } from "vitest";
import { deletionOrder, type Node } from "./order.ts";

const node = (name: string, ...to: readonly string[]): Node => ({
  name,
  foreignKeys: to.map((collection) => ({
    name: `${name}_${collection}`,
    from: ["a"],
    to: { collection, fields: ["a"] },
    onDelete: "no action",
  })),
});

test("a chain goes from its end, a cycle goes together, and before what it points at", () => {
  const groups = deletionOrder([
    node("users"),
    node("carts", "orders", "users"),
    node("orders", "carts"),
    node("items", "orders"),
    node("tree", "tree"),
  ]);
  const order = groups.map((g) => `${g.names.join("+")}${g.cyclic ? " cyclic" : ""}`);
  expect(order).toContain("tree cyclic");
  expect(order.filter((name) => !name.startsWith("tree"))).toEqual(["items", "carts+orders cyclic", "users"]);
});

test("no collection goes before one that points at it, unless both go together", () => {
  const graph = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(graph, (edges) => {
      const nodes = edges.map((to, i) => node(`c${i}`, ...to.map((n) => `c${n}`)));
      const groups = deletionOrder(nodes);
      expect(groups.flatMap((g) => g.names).sort()).toEqual(nodes.map((n) => n.name).sort());
      const place = (name: string): number => groups.findIndex((g) => g.names.includes(name));
      for (const { name, foreignKeys } of nodes)
        for (const key of foreignKeys)
          if (place(key.to.collection) >= 0)
            expect(place(name)).toBeLessThanOrEqual(place(key.to.collection));
    }),
  );
});
