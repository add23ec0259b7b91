/**
 * Who asks, and what: people of a world by their own ids, addresses and phones, now and then two at once, and nobody; with a scope, and with
 * values that are to be put right.
 */
import type { Correction } from "@avow/core/plan/asked";
import type { Scope } from "@avow/core/plan/scope";
import type { IdentityValue } from "@avow/core/terms/person";
import { valuesOf } from "../model/world.ts";
import { type Dice, diceOf } from "../random.ts";
import { PRODUCTS } from "./dress.ts";
import { respell } from "./values.ts";
import { collectionName, type RandomWorld } from "./world.ts";

export interface SimRequest {
  readonly identities: readonly IdentityValue[];
  readonly scope: Scope;
  readonly set: readonly Correction[];
  /** Only what is empty. */
  readonly fill: boolean;
}

export function requestsFor(dice: Dice, world: RandomWorld, count: number): SimRequest[] {
  const held = world.model.tables.flatMap(({ collection, rows }) =>
    rows.flatMap((row) =>
      collection.identities.flatMap(({ namespace, field }) =>
        valuesOf(row, field).map((value) => ({ namespace, value })),
      ),
    ),
  );
  const somebody = (): IdentityValue => {
    const one = dice.pick(held);
    return one.namespace === "email" ? { ...one, value: respell(dice, one.value) } : one;
  };
  const nobody = { namespace: "email", value: "nobody@example.org" };
  const identities = (): IdentityValue[] => {
    if (held.length === 0 || dice.chance(0.05)) return [nobody];
    if (dice.chance(0.08)) return [somebody(), somebody()];
    return dice.chance(0.1) ? [somebody(), nobody] : [somebody()];
  };
  // Dice of their own: a seed's people stay the same whatever else is asked of them.
  const later = diceOf(world.seed ^ 0x61736b);
  return Array.from({ length: count }, () => ({
    identities: identities(),
    scope: scopeFor(later),
    set: Array.from({ length: later.chance(0.1) ? 2 : 1 }, () => correctionFor(later, world)),
    fill: later.chance(0.25),
  }));
}

const CATEGORIES = [
  "user",
  "user.contact",
  "user.contact.email",
  "user.name",
  "user.content",
  "user.unique_id",
];
const DAYS = ["2019-03-01", "2024-02-29", "2025-03-01", "2025-11-30", "2025-12-01", "2026-03-01"];

function scopeFor(dice: Dice): Scope {
  const kind = dice.pick(["category", "product", "time", "all"]);
  const on = (one: string): boolean => kind === one || (kind === "all" && dice.chance(0.6));
  const timed = on("time");
  return {
    categories: on("category") ? dice.shuffle(CATEGORIES).slice(0, dice.int(1, 2)) : [],
    products: on("product") ? dice.shuffle(PRODUCTS).slice(0, dice.int(1, 2)) : [],
    since: timed && dice.chance(0.7) ? dice.pick(DAYS.slice(0, 4)) : null,
    until: timed && dice.chance(0.7) ? dice.pick(DAYS.slice(3)) : null,
  };
}

/** Kinds whose fields are texts in every world, so that a value for one is a value for all. */
const TEXTS = ["user.name", "user.contact.email", "user.contact.phone_number"] as const;
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "user.name": ["Ann Lee", "Zoë", "O'Brien", "new", "Bo"],
  "user.contact.email": [
    "new@example.org",
    "ann@example.org",
    "bob@example.org",
    " Cem@Example.org",
    "erased",
  ],
  "user.contact.phone_number": ["+49 30 1234", "+44 20 7946", "0049301234"],
};

function correctionFor(dice: Dice, world: RandomWorld): Correction {
  if (dice.chance(0.35)) {
    const category = dice.pick(TEXTS);
    return { field: category, value: dice.pick(VALUES[category] ?? []) };
  }
  const named = world.tables.flatMap((table) =>
    [...table.columns, ...table.places].map((column) => ({
      field: `${collectionName(table)}.${column.name}`,
      category: column.category ?? "",
      fixed:
        table.key.includes(column) ||
        table.links.some((l) => l.from.includes(column)) ||
        column.category === "system",
    })),
  );
  const texts = named.filter((n) => VALUES[n.category] !== undefined);
  // One in ten names a key, a link, or what says nothing about anybody.
  const { field, category } = dice.pick(
    texts.length === 0 || dice.chance(0.1) ? named.filter((n) => n.fixed) : texts,
  );
  return { field, value: dice.pick(VALUES[category] ?? ["7"]) };
}
