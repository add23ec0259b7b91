/** A store that is arrays in memory: for tests of what goes on around stores, and goes wrong there. It holds to no keys and no references. */
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

const described = ({ name, fields, foreignKeys = [] }: ArrayTable): CollectionDescription => ({
  ...{ name, rowsEstimate: null, uniques: [], foreignKeys, indexes: [fields.slice(0, 1)] },
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
    async *read({ collection, fields, anyOf }) {
      const failure = around.reading?.(collection) ?? null;
      if (failure !== null) yield failure;
      else
        yield { ok: true, value: found(collection, anyOf).map((row) => fields.map((f) => row[f] ?? null)) };
    },
    count: async ({ collection, anyOf }) => ({ ok: true, value: found(collection, anyOf).length }),
    oldest: refuse,
    search: refuse,
    distinct: refuse,
    async mutate(mutations) {
      const said = around.changing?.(mutations) ?? null;
      if (said !== null && said !== "lie") return said;
      const rows = mutations.map((m) => (said === "lie" ? 1 : carryOut(tableOf(m.collection), m)));
      around.changed?.(mutations);
      const unheard = around.unheard?.(mutations) ?? null;
      if (unheard !== null) return unheard;
      return { ok: true, value: rows };
    },
    close: async () => {},
  };
}

function carryOut(table: ArrayTable, mutation: Mutation): number {
  if (mutation.act === "insert" || mutation.act === "update") throw new Error("arrays give nothing back");
  const { where } = mutation;
  const meant = table.rows.filter((row) => meets(row, where));
  if (mutation.act === "delete") table.rows = table.rows.filter((row) => !meant.includes(row));
  else
    for (const row of meant) {
      for (const [field, act] of Object.entries(mutation.set))
        if (act !== "keep") row[field] = act === "null" ? null : act === "now" ? "2026-01-01" : "erased";
      Object.assign(row, mutation.values);
    }
  return meant.length;
}
