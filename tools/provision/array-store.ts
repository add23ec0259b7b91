/**
 * A store that is arrays in memory: for tests of what goes on around stores, and goes wrong there. It holds to no references, and to keys only
 * where a row is put back.
 */
import { normalise } from "@avow/core/terms/person";
import type {
  CollectionDescription,
  Connector,
  ConnectorFailure,
  Match,
  Mutation,
} from "@avow/runtime/connector-kit/contract";

export type ArrayRow = Record<string, string | null>;

export interface ArrayTable {
  readonly name: string;
  /** The first is the key; all but that may be null, and hold text. */
  readonly fields: readonly string[];
  rows: ArrayRow[];
  /** As the store would declare them; arrays do not hold to them. */
  readonly foreignKeys?: CollectionDescription["foreignKeys"];
}

/** What happens around a question or a step. A failure is answered in its place, and nothing is done. */
export interface Around {
  reading?: (collection: string) => ConnectorFailure | null;
  /** `lie`: it says that the step was made, and it was not. */
  changing?: (mutations: readonly Mutation[]) => ConnectorFailure | "lie" | null;
  /** The step is made, and the answer says that nobody knows. */
  unheard?: (mutations: readonly Mutation[]) => ConnectorFailure | null;
  changed?: (mutations: readonly Mutation[]) => void;
}

const REFUSED: ConnectorFailure = {
  ok: false,
  error: "not_supported",
  retryable: false,
  reason: "arrays can not say",
};
const refuse = async (): Promise<ConnectorFailure> => REFUSED;

const described = ({ name, fields, rows, foreignKeys = [] }: ArrayTable): CollectionDescription => ({
  ...{
    name,
    rowsEstimate: null,
    rowsMost: rows.length,
    uniques: [],
    foreignKeys,
    indexes: [fields.slice(0, 1)],
  },
  fields: fields.map((field, i) => ({ name: field, type: "text", nullable: i > 0, generated: false })),
  primaryKey: fields.slice(0, 1),
});

const meets = (row: ArrayRow, { fields, tuples, normalisers }: Match): boolean =>
  tuples.some((tuple) =>
    fields.every((f, i) => {
      const [cell, key, normaliser] = [row[f] ?? null, tuple[i], normalisers?.[i] ?? "exact"];
      return cell !== null && key !== undefined && normalise(normaliser, cell) === normalise(normaliser, key);
    }),
  );

export function arrayStore(tables: readonly ArrayTable[], around: Around = {}): Connector {
  const tableOf = (name: string): ArrayTable => {
    const table = tables.find((t) => t.name === name);
    if (table === undefined) throw new Error(`there is no array \`${name}\``);
    return table;
  };
  const found = (collection: string, anyOf: readonly Match[] | undefined): ArrayRow[] =>
    tableOf(collection).rows.filter((row) => anyOf?.some((match) => meets(row, match)) ?? true);
  return {
    probe: refuse,
    describe: async () => ({ ok: true, value: { collections: tables.map(described) } }),
    async *read({ collection, fields, exact = [], anyOf }) {
      const failure = around.reading?.(collection) ?? null;
      if (failure !== null) yield failure;
      else
        yield {
          ok: true,
          value: found(collection, anyOf).map((row) => [...fields, ...exact].map((f) => row[f] ?? null)),
        };
    },
    count: async ({ collection, anyOf }) => ({ ok: true, value: found(collection, anyOf).length }),
    oldest: refuse,
    search: refuse,
    distinct: refuse,
    async mutate(mutations) {
      const said = around.changing?.(mutations) ?? null;
      if (said !== null && said !== "lie") return said;
      if (mutations.some((m) => isTaken(tableOf(m.collection), m))) return TAKEN;
      const rows = mutations.map((m) => (said === "lie" ? 1 : carryOut(tableOf(m.collection), m)));
      around.changed?.(mutations);
      const unheard = around.unheard?.(mutations) ?? null;
      if (unheard !== null) return unheard;
      return { ok: true, value: rows };
    },
    close: async () => {},
  };
}

const TAKEN: ConnectorFailure = {
  ...{ ok: false, error: "blocked", retryable: false },
  reason: "a row with this key is there",
};

const isTaken = ({ fields, rows }: ArrayTable, mutation: Mutation): boolean => {
  const [key] = fields;
  if (mutation.act !== "insert" || key === undefined) return false;
  const at = mutation.fields.indexOf(key);
  return mutation.rows.some((row) => rows.some((r) => r[key] === row[at]));
};

const rowOf = (fields: readonly string[], cells: readonly (string | null)[]): ArrayRow =>
  Object.fromEntries(fields.map((f, i) => [f, cells[i] ?? null]));

function carryOut(table: ArrayTable, mutation: Mutation): number {
  if (mutation.act === "insert") {
    for (const row of mutation.rows) table.rows.push(rowOf(mutation.fields, row));
    return mutation.rows.length;
  }
  if (mutation.act === "update") {
    const { key, fields, rows } = mutation;
    for (const row of rows)
      for (const one of table.rows.filter((r) => meets(r, { fields: key, tuples: [row.key] })))
        for (const [i, f] of fields.entries())
          if ((one[f] ?? null) === (row.was[i] ?? null)) one[f] = row.to[i] ?? null;
    return rows.length;
  }
  const { where, still } = mutation;
  const isStill = (row: ArrayRow): boolean =>
    still === undefined ||
    (still.each.every((m) => m.fields.some((f) => (row[f] ?? null) === null) || meets(row, m)) &&
      (still.anyOf?.some((m) => meets(row, m)) ?? true));
  const meant = table.rows.filter((row) => meets(row, where) && isStill(row));
  if (mutation.act === "delete") table.rows = table.rows.filter((row) => !meant.includes(row));
  else
    for (const row of meant) {
      for (const [field, act] of Object.entries(mutation.set))
        if (act !== "keep") row[field] = act === "null" ? null : act === "now" ? "2026-01-01" : "erased";
      Object.assign(row, mutation.values);
    }
  return meant.length;
}
