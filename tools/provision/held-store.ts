/**
 * A store without transactions, in which rows may be on hold: what is not held changes, what is stays, and it says how much. As a vendor does
 * that locks records for an audit, and as arrays, so that each answer of the contract can be had at will.
 */
import type {
  Connector,
  ConnectorFailure,
  Erasing,
  Mutation,
  Restoring,
} from "@avow/runtime/connector-kit/contract";
import { isErasing } from "@avow/runtime/connector-kit/contract";
import { type ArrayTable, arrayStore } from "./array-store.ts";

export interface Hold {
  readonly collection: string;
  readonly key: string;
  /** Null: until somebody lets go of it. */
  readonly until: Date | null;
}

export interface Holding {
  readonly tables: readonly ArrayTable[];
  /** Looked at with each change. */
  readonly holds: () => readonly Hold[];
  readonly now: () => Date;
}

export function heldStore({ tables, holds, now }: Holding): Connector {
  const inner = arrayStore(tables);
  const active = (): Hold[] => holds().filter(({ until }) => until === null || until > now());

  /** Of the rows that a mutation means: the keys of those that are free, and what holds the others. */
  async function sort({ collection, where }: Erasing): Promise<{ free: string[][]; held: Hold[] }> {
    const key = tables.find((t) => t.name === collection)?.fields.slice(0, 1) ?? [];
    const free: string[][] = [];
    const held: Hold[] = [];
    for await (const batch of inner.read({ collection, fields: key, anyOf: [where] }))
      for (const [id] of batch.ok ? batch.value : []) {
        if (id === null || id === undefined) continue;
        const hold = active().find((h) => h.collection === collection && h.key === id);
        if (hold === undefined) free.push([id]);
        else held.push(hold);
      }
    return { free, held };
  }

  /** Rows that are to be put back. */
  function sortBack(mutation: Restoring): { free: Restoring; held: Hold[] } {
    const key = tables.find((t) => t.name === mutation.collection)?.fields[0] ?? "";
    const holdOn = (id: string | null | undefined): Hold | undefined =>
      active().find((h) => h.collection === mutation.collection && h.key === id);
    if (mutation.act === "update") {
      const held = mutation.rows.flatMap((row) => holdOn(row.key[0]) ?? []);
      return { free: { ...mutation, rows: mutation.rows.filter((row) => !holdOn(row.key[0])) }, held };
    }
    const at = mutation.fields.indexOf(key);
    const held = mutation.rows.flatMap((row) => holdOn(row[at]) ?? []);
    return { free: { ...mutation, rows: mutation.rows.filter((row) => !holdOn(row[at])) }, held };
  }

  async function mutate(mutations: readonly Mutation[]) {
    const counts: number[] = [];
    const holding: Hold[][] = [];
    for (const mutation of mutations) {
      if (!isErasing(mutation)) {
        const { free, held } = sortBack(mutation);
        const done = await inner.mutate([free]);
        if (!done.ok) return done;
        counts.push(free.rows.length);
        holding.push(held);
        continue;
      }
      const { free, held } = await sort(mutation);
      const fields = tables.find((t) => t.name === mutation.collection)?.fields.slice(0, 1) ?? [];
      const done = await inner.mutate([{ ...mutation, where: { fields, tuples: free } }]);
      if (!done.ok) return done;
      counts.push(done.value[0] ?? 0);
      holding.push(held);
    }
    if (holding.every((held) => held.length === 0)) return { ok: true as const, value: counts };
    return refusalOf(counts, holding);
  }
  return { ...inner, inParts: true, mutate };
}

function refusalOf(counts: readonly number[], holding: readonly (readonly Hold[])[]): ConnectorFailure {
  const dates = holding.flat().flatMap(({ until }) => (until === null ? [] : [until.getTime()]));
  const until = dates.length === 0 ? {} : { until: new Date(Math.min(...dates)).toISOString() };
  const left = holding.map((held) => held.length);
  const rows = left.reduce((a, b) => a + b, 0);
  const reason = `${rows} records are on hold`;
  return counts.every((n) => n === 0)
    ? { ok: false, error: "blocked", retryable: dates.length > 0, reason, ...until }
    : { ok: false, error: "partial", retryable: true, reason, left, ...until };
}
