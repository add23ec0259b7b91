import fc from "fast-check";
import { expect, test } from "vitest";
import { type Asked, NOTHING_MORE, oneOrder } from "./asked.ts";

const SEED = 20_261_126;

test(`what says the same is the same, in whatever order and however often (seed ${SEED})`, () => {
  const words = fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 5 });
  const sets = fc.uniqueArray(fc.record({ field: fc.string(), value: fc.string() }), {
    selector: (s) => s.field,
    maxLength: 4,
  });
  const all = fc.tuple(words, words, sets, fc.boolean()).chain(([categories, products, set, lift]) =>
    fc.record({
      first: fc.constant<Asked>({
        scope: { categories, products, since: "2026-01-01", until: null },
        set,
        lift,
      }),
      shuffled: fc.record({
        categories: fc.shuffledSubarray(categories, { minLength: categories.length }),
        products: fc.shuffledSubarray(products, { minLength: products.length }),
        set: fc.shuffledSubarray(set, { minLength: set.length }),
      }),
    }),
  );
  fc.assert(
    fc.property(all, ({ first, shuffled: { categories, products, set } }) => {
      // The keys in another order, too, and a word twice.
      const scope = {
        until: null,
        since: "2026-01-01",
        products,
        categories: [...categories, ...categories],
      };
      const second: Asked = { lift: first.lift, set, scope };
      expect(JSON.stringify(oneOrder(second))).toBe(JSON.stringify(oneOrder(first)));
    }),
    { seed: SEED },
  );
});

test("what says something else stays something else", () => {
  const scope = { categories: ["a"], products: ["b"], since: null, until: null };
  const others: readonly Asked[] = [
    NOTHING_MORE,
    { ...NOTHING_MORE, lift: true },
    { ...NOTHING_MORE, scope },
    { ...NOTHING_MORE, scope: { ...scope, categories: ["b"], products: ["a"] } },
    { ...NOTHING_MORE, scope: { ...scope, since: "2026-01-01" } },
    { ...NOTHING_MORE, scope: { ...scope, until: "2026-01-01" } },
    { ...NOTHING_MORE, set: [{ field: "a", value: "b" }] },
    { ...NOTHING_MORE, set: [{ field: "b", value: "a" }] },
  ];
  expect(new Set(others.map((o) => JSON.stringify(oneOrder(o)))).size).toBe(others.length);
});
