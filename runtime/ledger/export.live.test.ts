/** A log as files, exported again and again into one folder: for whoever holds its latest checkpoint, or an earlier one. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prefixOf, TILE_WIDTH, type TileName, tilePath, tilesOf } from "@avow/core/evidence/layout";
import { portable } from "@avow/core/evidence/portable";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../store/database.ts";
import { createSealer } from "../vault/seal.ts";
import { audit } from "./audit.ts";
import { readIfThere } from "./durable.ts";
import { auditFolder, exportLog } from "./export.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { latestCheckpoint } from "./receipts.ts";
import { logView } from "./serve.ts";

let own: { url: string; drop: () => Promise<void> };
let home: string;
let db: Database;
let ledger: Ledger;
/** Every checkpoint that was published. */
const published: { readonly size: number; readonly bytes: Uint8Array }[] = [];

const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
const now = (): Date => new Date("2026-11-25T08:01:30Z");
const trust = async () => ({ log: await ledger.verifierKeys(), witnesses: [] });

async function grow(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, n) => ({
    ...{ type: "check", subject: "service" as const, body: { event: "verdict.changed", n } },
  }));
  await db.transaction().execute((tx) => ledger.append(tx, entries));
  await ledger.settle();
  const latest = await latestCheckpoint(db, ledger.place);
  if (latest !== null) published.push(latest);
}

beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "ledger_export");
  home = await mkdtemp(join(tmpdir(), "avow-export-"));
  db = await openDatabase(own.url);
  ledger = await openLedger({ db, seals, home: join(home, "avow"), log: "shop", now });
});

afterAll(async () => {
  await db.destroy();
  await own.drop();
  await rm(home, { recursive: true });
});

type Read = (name: TileName) => Promise<Uint8Array | null>;

/** As C2SP has it: the partial tile of the tree that one holds a checkpoint of, or the full one that took its place. */
const orFull =
  (read: Read): Read =>
  async (name) => {
    const exact = await read(name);
    const full = exact ?? (await read({ ...name, width: TILE_WIDTH }));
    return full === null ? null : prefixOf(name.level, full, name.width);
  };

const auditAt = async (checkpoint: Uint8Array, read: Read) =>
  audit({ primitives: portable, checkpoint, trust: await trust(), read: orFull(read) });

test("exported again when it has grown, the folder keeps what it had and verifies, for every checkpoint so far", async () => {
  const folder = join(home, "files");
  for (const [round, counts] of [[10], [7, 1, 200], [50, 3, 600], [4]].entries()) {
    for (const count of counts) await grow(count);
    const held = published.at(-1)?.size ?? 0;
    expect(await exportLog(ledger, folder), `round ${round}`).toMatchObject({ folder, size: held });
    expect(await auditFolder(folder)).toMatchObject({ ok: true, size: held, findings: [] });
    for (const { size, bytes } of published)
      expect(
        await auditAt(bytes, (name) => readIfThere(join(folder, tilePath(name)))),
        `${size} of ${held}`,
      ).toMatchObject({ ok: true, size, findings: [] });
  }
  expect(published.map((one) => one.size)).toEqual([10, 17, 18, 218, 268, 271, 871, 875]);
});

test("so does a folder that is written once, late: checkpoints that it never held find their tiles", async () => {
  const folder = join(home, "late");
  await exportLog(ledger, folder);
  const bytes = await readFile(join(folder, tilePath({ level: 0, index: 3, width: 871 - 768 })));
  expect(bytes.length).toBe((871 - 768) * 32);
  for (const { size, bytes } of published)
    expect(await auditAt(bytes, (name) => readIfThere(join(folder, tilePath(name))))).toMatchObject({
      ...{ ok: true, size, findings: [] },
    });
});

test("and what is served holds the tiles of every checkpoint, and of none to come", async () => {
  const view = logView(db, ledger.place);
  const read: Read = async (name) => (await view.get(tilePath(name)))?.bytes ?? null;
  for (const { size, bytes } of published) {
    for (const name of tilesOf(size)) expect(await read(name), tilePath(name)).not.toBeNull();
    expect(await auditAt(bytes, read)).toMatchObject({ ok: true, size, findings: [] });
  }
  expect(await read({ level: 0, index: 3, width: 875 - 768 + 1 })).toBeNull();
});

test("a folder of another log, of a later state or of another history is not written over", async () => {
  const other = await openLedger({ db, seals, home: join(home, "other"), log: "club", now });
  const folder = join(home, "others");
  await db.transaction().execute((tx) => other.append(tx, [{ type: "check", subject: "service", body: {} }]));
  await other.settle();
  await exportLog(other, folder);
  const before = await readFile(join(folder, "checkpoint"), "utf8");
  await expect(exportLog(ledger, folder)).rejects.toThrow(`holds another log, \`${other.place.origin}\``);
  expect(await readFile(join(folder, "checkpoint"), "utf8")).toBe(before);

  const text = Buffer.from(published[0]?.bytes ?? []).toString();
  const changed = async (from: RegExp, to: string): Promise<string> => {
    const place = await mkdtemp(join(home, "changed-"));
    await cp(join(home, "late"), place, { recursive: true });
    await writeFile(join(place, "checkpoint"), text.replace(from, to));
    return place;
  };
  const later = await changed(/\n10\n/, "\n900\n");
  await expect(exportLog(ledger, later)).rejects.toThrow("holds 900 entries, and the log has 875");
  const forked = await changed(/\n10\n/, "\n11\n");
  await expect(exportLog(ledger, forked)).rejects.toThrow("another one than");
  const spoilt = await changed(/^/, "\u0001");
  await expect(exportLog(ledger, spoilt)).rejects.toThrow("can not be read: export into another folder");
});
