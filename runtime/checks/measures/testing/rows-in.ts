/** A store of rows that a test writes down: by collection, as records, or `down` where nobody answers. */
import type { Connector, ConnectorFailure, CountQuery, Row } from "../../../connector-kit/contract.ts";

type Cells = Readonly<Record<string, string | null>>;
export type Rows = Readonly<Record<string, readonly Cells[] | "down">>;

export const down: ConnectorFailure = {
  ok: false,
  error: "unreachable",
  retryable: true,
  reason: "nobody answers",
};

const fits = (row: Cells, { anyOf }: CountQuery): boolean =>
  anyOf?.some((m) => m.tuples.some((t) => m.fields.every((f, i) => row[f] === t[i]))) ?? true;

export function rowsIn(rows: Rows): Pick<Connector, "read" | "count"> {
  const found = (query: CountQuery): readonly Cells[] | "down" => {
    const all = rows[query.collection] ?? [];
    return all === "down" ? all : all.filter((row) => fits(row, query));
  };
  return {
    async *read(query) {
      const met = found(query);
      if (met === "down") yield down;
      else yield { ok: true, value: met.map((r): Row => query.fields.map((f) => r[f] ?? null)) };
    },
    count: async (query) => {
      const met = found(query);
      return met === "down" ? down : { ok: true, value: met.length };
    },
  };
}
