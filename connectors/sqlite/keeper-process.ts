/**
 * The process that holds the database file open. SQLite works inside of the process that calls it and blocks it; and Node has no way to
 * interrupt a statement. So each connection is a small process of its own: the product's stays free, and a statement that takes
 * too long is ended together with its process, which SQLite is made for: the next one to open the file undoes what was not committed.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { normalise } from "@avow/core/terms/person";
import { cellOf, exactCellOf, fromExact, readableOf } from "./cell.ts";
import { ecmaPattern } from "./pattern.ts";
import type { Answered, Asked, Caught, Opening, Order, Reply } from "./wire.ts";

const NOTHING: Reply = { rows: [], changed: 0, examined: 0, caught: [] };

/** How long readers are waited for once a change is made: what is left then goes with the next one. */
const SETTLE_MS = 200;

let database: DatabaseSync | null = null;
let busyTimeoutMs = 0;
let stream: Iterator<unknown> | null = null;
let exactFrom = 0;

function opened(): DatabaseSync {
  if (database === null) throw new Error("nothing was opened yet");
  return database;
}

/** After a crash of the one who wrote, the first to come has to clean up, which a reader may not. */
const LEFT_BEHIND = new Set([264, 520, 776]);

function connect({ file, readOnly, busyTimeoutMs }: Opening): DatabaseSync {
  const made = new DatabaseSync(file, {
    readOnly,
    timeout: busyTimeoutMs,
    enableForeignKeyConstraints: true,
  });
  made.prepare("SELECT count(*) FROM sqlite_schema").get();
  return made;
}

function settle(): void {
  opened().exec(`PRAGMA busy_timeout = ${SETTLE_MS}`);
  opened().prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  opened().exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
}

function open(opening: Opening): void {
  busyTimeoutMs = opening.busyTimeoutMs;
  // `DatabaseSync` makes a file that is not there, and a store that vanished would look empty.
  if (!opening.readOnly) new DatabaseSync(opening.file, { readOnly: true }).close();
  try {
    database = connect(opening);
  } catch (error) {
    if (!LEFT_BEHIND.has(codeOf(error))) throw error;
    connect({ ...opening, readOnly: false }).close();
    database = connect(opening);
  }
  for (const { name, file } of opening.attached) {
    const mode = opening.readOnly ? "ro" : "rw";
    database
      .prepare(`ATTACH ? AS "${name}"`)
      .run(`file:${encodeURI(file).replaceAll("?", "%3f").replaceAll("#", "%23")}?mode=${mode}`);
  }
  // What is deleted is overwritten in the file, not only let go.
  if (!opening.readOnly) database.exec("PRAGMA secure_delete = ON");
  const texts = { deterministic: true, useBigIntArguments: true, directOnly: true };
  for (const normaliser of ["email", "phone", "uuid"] as const) {
    database.function(`avow_${normaliser}`, texts, (value: unknown) => {
      const cell = cellOf(value);
      return cell === null ? null : normalise(normaliser, cell);
    });
  }
}

function prepared({ sql }: Asked): StatementSync {
  const statement = opened().prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}

const cells = (row: unknown): unknown[] => (Array.isArray(row) ? row : []);

function next(rowsMax: number): Reply {
  const rows: (string | null)[][] = [];
  while (stream !== null && rows.length < rowsMax) {
    const { done, value } = stream.next();
    if (done === true) stream = null;
    else rows.push(cells(value).map((cell, i) => (i < exactFrom ? cellOf(cell) : exactCellOf(cell))));
  }
  return { ...NOTHING, rows };
}

function leave(): void {
  stream?.return?.();
  stream = null;
}

function look(order: Extract<Order, { do: "look" }>): Reply {
  const pattern = ecmaPattern(order.pattern);
  const caught: Caught[] = [];
  let examined = 0;
  for (const row of prepared(order).iterate(...order.values)) {
    const all = cells(row);
    const key = all.slice(0, order.keys).map(cellOf);
    const found = all.slice(order.keys).flatMap((value, field): Caught[] => {
      const text = readableOf(value);
      return text !== null && pattern.test(text) ? [{ field, key, value: text }] : [];
    });
    if (caught.length >= order.hitsMax && found.length > 0)
      return { ...NOTHING, examined, caught: [...caught, ...found] };
    caught.push(...found);
    examined += 1;
    if (caught.length > order.hitsMax) break;
  }
  return { ...NOTHING, examined, caught };
}

function carryOut(order: Order): Reply {
  switch (order.do) {
    case "open":
      open(order.opening);
      return NOTHING;
    case "rows":
      return {
        ...NOTHING,
        rows: prepared(order)
          .all(...order.values)
          .map((row) => cells(row).map(cellOf)),
      };
    case "change":
      return {
        ...NOTHING,
        changed: Number(
          opened()
            .prepare(order.sql)
            .run(...order.values).changes,
        ),
      };
    case "stream":
      leave();
      exactFrom = order.exactFrom;
      stream = prepared(order).iterate(...order.values);
      return NOTHING;
    case "changes": {
      const statement = opened().prepare(order.sql);
      const changes = order.runs.map((run) => Number(statement.run(...run.map(fromExact)).changes));
      return { ...NOTHING, changed: changes.reduce((a, b) => a + b, 0) };
    }
    case "next":
      return next(order.rowsMax);
    case "leave":
      leave();
      return NOTHING;
    case "settle":
      settle();
      return NOTHING;
    case "look":
      return look(order);
  }
}

function codeOf(error: unknown): number {
  const code: unknown = error instanceof Error ? Reflect.get(error, "errcode") : undefined;
  return typeof code === "number" ? code : 0;
}

/** Constraints whose messages name fields; what a trigger raises has another code, and stays here. */
const NAMING = new Set([275, 1299, 1555, 2067]);

function answer(order: Order): Answered {
  try {
    return { ok: true, reply: carryOut(order) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, pattern: true };
    const code = codeOf(error);
    if (code === 0)
      return { ok: false, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    const message = error instanceof Error && NAMING.has(code) ? error.message : "";
    return { ok: false, code, names: /constraint failed: (.*)$/s.exec(message)?.[1] ?? "" };
  }
}

process.on("message", (message: Order) => {
  process.send?.(answer(message));
});
process.on("disconnect", () => {
  leave();
  database?.close();
  process.exit(0);
});
