/** Who asks: people of a world by their own ids, addresses and phones, now and then two at once, and nobody. */
import type { IdentityValue } from "@avow/core/terms/person";
import type { Dice } from "../random.ts";
import { respell } from "./values.ts";
import type { RandomWorld } from "./world.ts";

export function requestsFor(dice: Dice, world: RandomWorld, count: number): IdentityValue[][] {
  const held = world.model.tables.flatMap(({ collection, rows }) =>
    rows.flatMap((row) =>
      collection.identities.flatMap(({ namespace, field }) => {
        const value = row.get(field) ?? null;
        return value === null ? [] : [{ namespace, value }];
      }),
    ),
  );
  const somebody = (): IdentityValue => {
    const one = dice.pick(held);
    return one.namespace === "email" ? { ...one, value: respell(dice, one.value) } : one;
  };
  const nobody = { namespace: "email", value: "nobody@example.org" };
  return Array.from({ length: count }, () => {
    if (held.length === 0 || dice.chance(0.05)) return [nobody];
    if (dice.chance(0.08)) return [somebody(), somebody()];
    return dice.chance(0.1) ? [somebody(), nobody] : [somebody()];
  });
}
