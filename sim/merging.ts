/**
 * Merged visitors: some people of a world are said to be others, by Avow's own records, which no row of the world knows of. Which merges are
 * refused must be what the model says, and requests that come after must be about both.
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { IdentityValue } from "@avow/core/terms/person";
import { normalise, normaliserOf } from "@avow/core/terms/person";
import { mergeVisitor, unmerge, withMerged } from "@avow/runtime/requests/desk/merges";
import type { Database } from "@avow/runtime/store/database";
import { createSealer } from "@avow/runtime/vault/seal";
import { type Merge, type Merged, merge } from "./model/merge.ts";
import { holdsAccounts } from "./model/person.ts";
import { valuesOf } from "./model/world.ts";
import { type Dice, diceOf } from "./random.ts";
import type { Real } from "./real.ts";
import { NOW, type RandomWorld } from "./world/world.ts";

export interface MergeTally {
  readonly outcomes: Map<Merged, number>;
  undone: number;
}

export interface Merging {
  /** Avow's own. */
  readonly db: Database;
  readonly tally: MergeTally;
}

const TRIES = 6;
const BY = "sim";
const sealer = createSealer(randomBytes(32));

export interface MergedWorld {
  /** In words where the two part; null: nowhere. */
  readonly wrong: string | null;
  readonly world: RandomWorld;
  /** Whoever asks is asked for with all that is merged. */
  readonly real: Real;
  /** Takes one merge back; null: there is none. */
  undo(): Promise<Omit<MergedWorld, "undo"> | null>;
}

export async function mergeSome(
  world: RandomWorld,
  real: Real,
  { db, tally }: Merging,
): Promise<MergedWorld> {
  const dice = diceOf(world.seed ^ 0x6d657267);
  const book = {
    ...{ db, sealer, service: `sim-${randomUUID()}`, estate: real.estate, now: () => NOW },
    evidence: { append: async () => [] },
  };
  const done: { readonly id: string; readonly merge: Merge }[] = [];
  const withAll = (): Omit<MergedWorld, "undo" | "wrong"> => ({
    world: withMerges(
      world,
      done.map((d) => d.merge),
    ),
    real: asking(real, (asked) => withMerged(book, normalised(asked))),
  });
  for (let i = 0; i < TRIES; i += 1) {
    const wanted = mergeFor(dice, world);
    if (wanted === null) break;
    const said = merge(
      world.model,
      done.map((d) => d.merge),
      wanted,
    );
    const { visitor, account } = wanted;
    const made = await mergeVisitor(book, {
      ...{ visitor: normalised(visitor), account: normalised(account) },
      by: BY,
    });
    const is = made.ok ? (made.known ? "known" : "merged") : made.why;
    tally.outcomes.set(said, (tally.outcomes.get(said) ?? 0) + 1);
    if (is !== said)
      return {
        ...withAll(),
        wrong: `merging ${JSON.stringify(visitor)} into ${JSON.stringify(account)} should be ${said}, and is ${is}`,
        undo: async () => null,
      };
    if (made.ok && !made.known) done.push({ id: made.merge, merge: wanted });
  }
  return {
    ...withAll(),
    wrong: null,
    async undo() {
      const [one] = done.splice(dice.int(0, Math.max(0, done.length - 1)), 1);
      if (one === undefined) return null;
      const undone = (await unmerge(book, one.id, BY)) && !(await unmerge(book, one.id, BY));
      tally.undone += 1;
      return { ...withAll(), wrong: undone ? null : "a merge could be undone not once, but never or twice" };
    },
  };
}

const normalised = (all: readonly IdentityValue[]): IdentityValue[] =>
  all.map((i) => ({ ...i, value: normalise(normaliserOf(i.namespace), i.value) }));

export const withMerges = (world: RandomWorld, merges: readonly Merge[]): RandomWorld => ({
  ...world,
  model: { ...world.model, merges: merges.map((m) => [...m.visitor, ...m.account]) },
});

const asking = (
  real: Real,
  all: (asked: readonly IdentityValue[]) => Promise<readonly IdentityValue[]>,
): Real => ({
  ...real,
  give: async (right, asked, scope) => real.give(right, await all(asked), scope),
  run: async (right, asked, more) => real.run(right, await all(asked), more),
  look: async (right, asked, more) => real.look(right, await all(asked), more),
  sweep: async (people) => real.sweep(await Promise.all(people.map(all))),
});

/** Mostly somebody without an account, and somebody with one. */
function mergeFor(dice: Dice, { model }: RandomWorld): Merge | null {
  const held = model.tables.flatMap((table) =>
    table.rows.flatMap((row) =>
      table.collection.identities.flatMap(({ namespace, field }) =>
        valuesOf(row, field).map((value) => ({
          identity: { namespace, value },
          account: holdsAccounts(table),
        })),
      ),
    ),
  );
  const accounts = held.filter((h) => h.account).map((h) => h.identity);
  const visitors = held.filter((h) => !h.account).map((h) => h.identity);
  if (accounts.length === 0) return null;
  const cookie = { namespace: accounts[0]?.namespace ?? "email", value: `c-${dice.int(1, 4)}` };
  const some = (list: readonly IdentityValue[]): IdentityValue[] => [
    list.length === 0 ? cookie : dice.pick(list),
    ...(dice.chance(0.15) ? [dice.pick(held).identity] : []),
  ];
  return {
    visitor: some(dice.chance(0.85) ? visitors : accounts),
    account: some(dice.chance(0.9) ? accounts : visitors),
  };
}

export const mergeTable = ({ outcomes, undone }: MergeTally): string =>
  `merges: ${[...outcomes].map(([how, n]) => `${n} ${how}`).join(", ")}; ${undone} undone`;
