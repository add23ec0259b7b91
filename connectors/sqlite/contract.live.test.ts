import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runContractSuite } from "@avow/runtime/connector-kit/contract-suite";
import type { World, WorldCollection, WorldField } from "@avow/runtime/connector-kit/contract-world";
import { CHAIN_ROWS } from "@avow/runtime/connector-kit/contract-world";
import { afterAll } from "vitest";
import { connector } from "./connector.ts";
import { literal, quoted } from "./name.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-sqlite-"));
const file = join(folder, "contract.db");
const admin = new DatabaseSync(file);
admin.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
afterAll(() => {
  admin.close();
  rmSync(folder, { recursive: true });
});

const TYPES: Readonly<Record<string, string>> = {
  decimal: "DECIMAL(20,2)",
  timestamp: "DATETIME",
  bytes: "BLOB",
  uuid: "UUID TEXT",
  json: "JSON TEXT",
};
const names = (fields: readonly string[]): string => fields.map(quoted).join(", ");

function stored({ type }: WorldField, value: string | null | undefined): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (type === "boolean") return value === "true" ? "1" : "0";
  return type === "bytes" ? Buffer.from(value, "hex") : value;
}

function layOut({ name, fields, key, indexes, foreignKeys, rows }: WorldCollection): void {
  const columns = fields.map((field) => {
    const rest = [field.nullable === true ? "" : "NOT NULL", field.unique === true ? "UNIQUE" : ""];
    if (field.never !== undefined) rest.push(`CHECK (${quoted(field.name)} <> ${literal(field.never)})`);
    return `${quoted(field.name)} ${TYPES[field.type] ?? field.type} ${rest.join(" ")}`;
  });
  const links = (foreignKeys ?? []).map(({ from, to, onDelete }) => {
    const action = onDelete === undefined ? "" : ` ON DELETE ${onDelete}`;
    return `FOREIGN KEY (${names(from)}) REFERENCES ${quoted(to.collection)} (${names(to.fields)})${action}`;
  });
  admin.exec(
    `CREATE TABLE ${quoted(name)} (${[...columns, `PRIMARY KEY (${names(key)})`, ...links].join(", ")})`,
  );
  const insert = admin.prepare(`INSERT INTO ${quoted(name)} VALUES (${fields.map(() => "?").join(", ")})`);
  for (const row of rows) insert.run(...fields.map((field, i) => stored(field, row[i])));
  for (const [i, index] of (indexes ?? []).entries())
    admin.exec(`CREATE INDEX ${quoted(`${name} ${i}`)} ON ${quoted(name)} (${names(index)})`);
}

async function prepare(world: World): Promise<void> {
  admin.exec("PRAGMA foreign_keys = OFF; BEGIN");
  for (const { name } of [...world].reverse()) admin.exec(`DROP TABLE IF EXISTS ${quoted(name)}`);
  for (const collection of world) layOut(collection);
  admin.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

/** A connection is a process: the children of this one. */
const keepers = (): readonly string[] =>
  spawnSync("pgrep", ["-P", String(process.pid), "-f", "keeper-process"], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((pid) => pid !== "");

async function killConnections(): Promise<void> {
  const pids = keepers();
  if (pids.length > 0) execFileSync("kill", ["-KILL", ...pids]);
  // The connector hears of it when this process is idle for a moment.
  while (keepers().some((pid) => pids.includes(pid))) await new Promise((resolve) => setTimeout(resolve, 20));
}

const ROUNDS_A_SECOND = 25_000_000;
/** SQLite can't sleep, so it works for nothing: as many rounds as a fast machine makes in that time, and half as many again. */
const busy = (delayMs: number): string => {
  const rows = Math.ceil((ROUNDS_A_SECOND * 1.5 * delayMs) / 1000 / CHAIN_ROWS ** 2);
  return `SELECT count(*) FROM chain a, chain b, chain c WHERE c.id <= ${Math.min(CHAIN_ROWS, rows)} AND a.id + b.id + c.id < 0`;
};

const open = (options: Partial<Parameters<typeof connector.open>[0]> = {}) =>
  connector.open({ access: "erase", statementTimeoutMs: 30_000, url: `sqlite:${file}`, ...options });

runContractSuite({
  name: "sqlite",
  open,
  openWithoutRights: () => open(),
  openNowhere: () => open({ url: `sqlite:${join(folder, "no such folder", "no.db")}` }),
  writes: {
    boolean: (value) => (value === "true" ? "1" : "0"),
    decimal: (value) =>
      Number.isInteger(Number(value)) ? String(BigInt(Number(value))) : String(Number(value)),
    bytes: (hex) => (hex === "" ? "" : `x'${hex}'`),
  },
  // The contract's file keeps a write-ahead log, which is emptied only when it may be.
  reaches: (clean) => (clean ? "vacuumed" : "deleted"),
  exactly: (type, value) => `${type === "integer" || type === "bigint" ? "i" : "t"}:${value}`,
  prepare,
  killConnections,
  async lock() {
    admin.exec("BEGIN IMMEDIATE");
    return { release: async () => admin.exec("ROLLBACK") };
  },
  async guard(collection, how) {
    const body = "message" in how ? `SELECT RAISE(ABORT, ${literal(how.message)})` : busy(how.delayMs);
    admin.exec(`CREATE TRIGGER guard BEFORE DELETE ON ${quoted(collection)} BEGIN ${body}; END`);
  },
  skip: [
    {
      test: "an account without rights is denied, and may still describe",
      reason: "SQLite has no accounts: who may open the file may do everything",
    },
  ],
});
