/**
 * A process to whose files the system gives little room (`ulimit -f`), as one whom the disk refuses bytes in the middle of a file; then the
 * folder takes no changes, and gives up nothing that was begun. Prints as JSON what it was told each time and what lay there afterwards.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oneWayKey } from "../../../vault/one-way.ts";
import { createSealer } from "../../../vault/seal.ts";
import { archivesIn } from "../../archive/kept.ts";
import { type BundlePlace, bundlesIn } from "../bundle.ts";

const NOBODY = 65_534;
const PART = "x".repeat(64 * 1024);
const PARTS = 8;
const LATER_MS = 2 * 86_400_000;

// No right of a folder holds root up.
if (process.getuid?.() === 0) {
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
}
const folder = await mkdtemp(join(tmpdir(), "avow-cut-short-"));
const sealer = createSealer(randomBytes(32));
const undo = join(folder, "undo");
const archivesFolder = join(folder, "archives");
const bundles = bundlesIn(undo, sealer);
const archives = archivesIn(archivesFolder, sealer);

const told = (act: () => Promise<unknown>): Promise<string> =>
  act().then(
    () => "done",
    (error: unknown) => String(error),
  );
const close = (path: string): Promise<void> => chmod(path, 0o500);
const reopen = (path: string): Promise<void> => chmod(path, 0o700);

async function* lines(midway: () => Promise<void>): AsyncGenerator<string> {
  yield PART;
  await midway();
  for (let n = 1; n < PARTS; n += 1) yield PART;
}

async function bundleCutShort(): Promise<unknown> {
  const { publicKey } = oneWayKey();
  const place: BundlePlace = { request: randomUUID(), step: "1", part: "before" };
  const own = join(undo, place.request);
  const write = (midway: () => Promise<void>) => told(() => bundles.write(place, publicKey, lines(midway)));
  const open = { said: await write(async () => {}), left: (await readdir(own)).length };
  const closed = { said: await write(() => close(own)), left: (await readdir(own)).length };
  const kept = await told(() => bundles.remove(place.request));
  await reopen(own);
  return { open, closed, removed: [kept, await told(() => bundles.remove(place.request))] };
}

async function archiveCutShort(): Promise<unknown> {
  const short = archives.draft("short");
  const shortWriter = short.writable.getWriter();
  await shortWriter.write(Buffer.from(PART.slice(0, 100)));
  await shortWriter.close();
  await short.keep();
  const draft = archives.draft("long");
  const writer = draft.writable.getWriter();
  const said = await told(async () => {
    for (let n = 0; n < PARTS; n += 1) await writer.write(Buffer.from(PART));
  });
  await close(archivesFolder);
  const dropped = await told(() => draft.drop());
  const left = (await readdir(archivesFolder)).length;
  const kept = await told(() => archives.remove("short"));
  await reopen(archivesFolder);
  await archives.prune(new Date(Date.now() + LATER_MS));
  const pruned = await readdir(archivesFolder);
  return { said, dropped, left, pruned, removed: [kept, await told(() => archives.remove("short"))] };
}

const answer = { bundle: await bundleCutShort(), archive: await archiveCutShort() };
await rm(folder, { recursive: true });
process.stdout.write(JSON.stringify(answer));
