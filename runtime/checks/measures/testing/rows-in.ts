/** A store of rows that a test writes down: by collection, as records, `down` where nobody answers, or `denied`. */
import type { Connector, ConnectorFailure, CountQuery, Row } from "../../../connector-kit/contract.ts";

type Cells = Readonly<Record<string, string | null>>;
type Found = readonly Cells[] | "down" | "denied";
export type Rows = Readonly<Record<string, Found>>;

export const down: ConnectorFailure = {
  ok: false,
  error: "unreachable",
  retryable: true,
  reason: "nobody answers",
};

const FAILURES: Readonly<Record<"down" | "denied", ConnectorFailure>> = {
  down,
  denied: { ok: false, error: "denied", retryable: false, reason: "insufficient privilege (42501)" },
};

const fits = (row: Cells, { anyOf }: CountQuery): boolean =>
  anyOf?.some((m) => m.tuples.some((t) => m.fields.every((f, i) => row[f] === t[i]))) ?? true;

export function rowsIn(rows: Rows): Pick<Connector, "read" | "count"> {
  const found = (query: CountQuery): Found => {
    const all = rows[query.collection] ?? [];
    return typeof all === "string" ? all : all.filter((row) => fits(row, query));
  };
  return {
    async *read(query) {
      const met = found(query);
      if (typeof met === "string") yield FAILURES[met];
      else yield { ok: true, value: met.map((r): Row => query.fields.map((f) => r[f] ?? null)) };
    },
    count: async (query) => {
      const met = found(query);
      return typeof met === "string" ? FAILURES[met] : { ok: true, value: met.length };
    },
  };
}
