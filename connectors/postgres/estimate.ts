/** What a question would cost: the plan that the server makes for it (`EXPLAIN`, which runs nothing), and the sizes of what the plan reads. */
import type { Estimate, Look } from "@avow/runtime/connector-kit/contract";
import { ownershipStatement } from "./anomalies.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { countStatement, distinctStatement } from "./count.ts";
import { oldestStatement } from "./oldest.ts";
import { searchStatement } from "./search.ts";
import type { Session, Statement } from "./session.ts";
import { windowKey } from "./window.ts";

interface Size {
  /** Without what lies outside of the rows (long texts). */
  readonly heap: number;
  readonly all: number;
  readonly rows: number;
}

/** Heaps by `schema.table`, indexes by `schema.index`; the last column says which are the collection itself, its partitions included. */
const SIZES = `
WITH own AS (SELECT relid AS oid FROM pg_partition_tree(to_regclass($2::text)) UNION SELECT to_regclass($2::text))
SELECT n.nspname || '.' || c.relname, pg_relation_size(c.oid)::text,
  (pg_relation_size(c.oid) + CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) ELSE 0 END)::text,
  greatest(c.reltuples, 0)::numeric::text, (c.oid IN (SELECT oid FROM own))::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname || '.' || c.relname = ANY ($1::text[]) OR c.oid IN (SELECT oid FROM own)) AND c.relkind IN ('r', 'm', 'i', 't')`;

interface Read {
  readonly relation: string;
  readonly index: string | null;
  readonly how: string;
  readonly rows: number;
  /** Of the node's rows, as far as a limit above it stops it early. */
  readonly share: number;
}

const text = (node: object, key: string): string => {
  const value: unknown = Reflect.get(node, key);
  return typeof value === "string" ? value : "";
};
const number = (node: object, key: string): number => {
  const value: unknown = Reflect.get(node, key);
  return typeof value === "number" ? value : 0;
};
const children = (node: object): readonly object[] => {
  const plans: unknown = Reflect.get(node, "Plans");
  return Array.isArray(plans) ? plans.filter((p): p is object => typeof p === "object" && p !== null) : [];
};

/** These take in all of their rows before they give the first. */
const BLOCKING = new Set(["Sort", "Aggregate", "Hash", "Materialize"]);

function reads(node: object, share: number): Read[] {
  const type = text(node, "Node Type");
  const below = children(node);
  const relation = text(node, "Relation Name");
  const own: Read[] =
    relation === ""
      ? []
      : [
          {
            relation: `${text(node, "Schema")}.${relation}`,
            index:
              text(node, "Index Name") === "" ? null : `${text(node, "Schema")}.${text(node, "Index Name")}`,
            how: type,
            rows: number(node, "Plan Rows"),
            share,
          },
        ];
  return [
    ...own,
    ...below.flatMap((child) => {
      const childRows = number(child, "Plan Rows");
      const limited =
        type === "Limit" && childRows > 0 ? Math.min(1, number(node, "Plan Rows") / childRows) : 1;
      return reads(child, BLOCKING.has(type) ? 1 : share * limited);
    }),
  ];
}

const BLOCK_BYTES = 8192;
const HITS_NEVER_REACHED = 1e15;

function priceOf({ relation, index, how, rows, share }: Read, sizes: ReadonlyMap<string, Size>) {
  const table = sizes.get(relation) ?? { heap: 0, all: 0, rows: 0 };
  const total = Math.max(table.rows, rows, 1);
  if (how === "Seq Scan") return { rows: total * share, bytes: table.all * share };
  if (how === "Sample Scan") return { rows: rows * share, bytes: table.all * Math.min(1, rows / total) };
  const visited = rows * share;
  const ofIndex = ((index === null ? undefined : sizes.get(index))?.heap ?? 0) * Math.min(1, visited / total);
  if (how === "Index Only Scan") return { rows: visited, bytes: ofIndex + BLOCK_BYTES };
  // Each row may lie in a block of its own.
  return {
    rows: visited,
    bytes: ofIndex + Math.min(visited * BLOCK_BYTES + BLOCK_BYTES, Math.max(table.all, BLOCK_BYTES)),
  };
}

async function statementOf(
  cache: CatalogueCache,
  look: Look,
): Promise<{ table: Table; statement: Statement }> {
  switch (look.ask) {
    case "oldest":
      return oldestStatement(cache, look.query);
    case "search":
      // Rows without a hit do not count towards the limit, and the plan can not know how many these are.
      return searchStatement(cache, { ...look.query, hitsMax: HITS_NEVER_REACHED });
    case "distinct":
      return distinctStatement(cache, look.query);
    case "count":
      return countStatement(cache, look.query);
    case "ownership":
      return ownershipStatement(cache, look.query);
  }
}

export async function estimate(session: Session, cache: CatalogueCache, look: Look): Promise<Estimate> {
  const { table, statement } = await statementOf(cache, look);
  const [row] = await session.rows(table.name, {
    text: `EXPLAIN (FORMAT JSON, VERBOSE) ${statement.text}`,
    values: statement.values,
  });
  // The driver reads a column of JSON by itself.
  const given: unknown = row?.[0];
  const plans: unknown = typeof given === "string" ? JSON.parse(given) : given;
  const [first]: unknown[] = Array.isArray(plans) ? plans : [];
  const root: unknown = typeof first === "object" && first !== null ? Reflect.get(first, "Plan") : null;
  const found = typeof root === "object" && root !== null ? reads(root, 1) : [];
  const names = [...new Set(found.flatMap((r) => [r.relation, r.index ?? ""]))];
  const rows = await session.rows(null, { text: SIZES, values: [names, table.sql.replace(/^ONLY /, "")] });
  const sized = rows.map((r) => ({
    name: r[0] ?? "",
    own: r[4] === "true",
    size: { heap: Number(r[1]), all: Number(r[2]), rows: Number(r[3]) },
  }));
  const sizes = new Map(sized.map(({ name, size }) => [name, size]));
  const prices = found.map((read) => priceOf(read, sizes));
  const own = sized.filter((s) => s.own);
  // Never analysed, a table has no number of rows yet, and the plan guesses one from its size.
  const guessed = table.description.rowsEstimate === null ? Math.max(0, ...found.map((r) => r.rows)) : 0;
  return {
    rows: sum(prices.map((p) => p.rows)),
    bytes: sum(prices.map((p) => p.bytes)),
    collection: {
      rows: Math.max(sum(own.map((s) => s.size.rows)), guessed),
      bytes: sum(own.map((s) => s.size.all)),
    },
    windowKey: windowKey(table),
  };
}

const sum = (numbers: readonly number[]): number => Math.round(numbers.reduce((a, b) => a + b, 0));
