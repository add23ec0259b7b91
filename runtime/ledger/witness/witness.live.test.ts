/** A log and its witnesses: cosignatures, and the lies that a witness is there for. */
import { generateKeyPairSync } from "node:crypto";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textOf, utf8 } from "@avow/core/evidence/bytes";
import { openCheckpoint } from "@avow/core/evidence/checkpoint";
import { emptyRoot } from "@avow/core/evidence/hashing";
import { logsOfKeys } from "@avow/core/evidence/log-list";
import { formatNote, type NoteKey } from "@avow/core/evidence/note";
import { portable } from "@avow/core/evidence/portable";
import { proveConsistency } from "@avow/core/evidence/proofs";
import { verifyReceipt } from "@avow/core/evidence/receipt";
import { formatSubmission } from "@avow/core/evidence/submission";
import { logOf, logSigner, signedBy } from "@avow/core/evidence/testing/signing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { latestCheckpoint } from "../receipts.ts";
import { sequenceAll } from "../sequencer.ts";
import { AT, appendTo, type World, worldOf } from "../testing/world.ts";
import { readTileOf, tileReader } from "../tiles.ts";
import { cosigner } from "./client.ts";
import { createWitness, type Witness } from "./witness.ts";

const ORIGIN = "ledger.example.com/shop";
const log = logSigner(ORIGIN, 1);
const entries = Array.from({ length: 20 }, (_, n) => utf8(`entry ${n}`));
/** The same log as somebody else is shown it. */
const others = entries.map((entry, n) => (n === 3 ? utf8("another") : entry));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-witness-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const witnessFor = (
  keys: readonly NoteKey[] = [log.key],
  at = join(folder, `w${++count}`),
  logs = logsOfKeys(keys),
): Witness =>
  createWitness({
    name: "witness.example/w1",
    privateKey: generateKeyPairSync("ed25519").privateKey,
    logs,
    folder: at,
    now: () => AT,
  });

/** A submission for the first `size` entries of a view of the log. */
async function submission(
  view: readonly Uint8Array[],
  size: number,
  oldSize: number,
  signer = log,
): Promise<string> {
  const { root, tree } = logOf(view.slice(0, size));
  const proof = oldSize <= size ? await proveConsistency(tree, oldSize) : [];
  return formatSubmission({ oldSize, proof, checkpoint: signedBy({ origin: ORIGIN, size, root }, [signer]) });
}

describe("a witness", () => {
  test("cosigns what goes on, from nothing and from the last; the same again, too", async () => {
    const witness = witnessFor();
    for (const [oldSize, size] of [
      [0, 5],
      [5, 5],
      [5, 8],
      [8, 20],
    ] as const) {
      const body = await submission(entries, size, oldSize);
      const answer = await witness.addCheckpoint(body);
      expect(answer.status).toBe(200);
      const note = utf8(body.slice(body.indexOf("\n\n") + 2) + answer.body);
      const opened = openCheckpoint(portable, note, { log: [log.key], witnesses: [witness.key] });
      expect(opened).toMatchObject({
        ok: true,
        value: { size, witnesses: [{ at: AT.getTime() / 1000 - 0.0 }] },
      });
    }
  });

  test("says where it is to whoever starts from elsewhere", async () => {
    const witness = witnessFor();
    await witness.addCheckpoint(await submission(entries, 8, 0));
    for (const oldSize of [0, 3, 9])
      expect(await witness.addCheckpoint(await submission(entries, 12, oldSize))).toEqual({
        ...{ status: 409, contentType: "text/x.tlog.size", body: "8\n" },
      });
  });

  test("refuses a split view: another root at the same size, another history beyond it", async () => {
    const witness = witnessFor();
    await witness.addCheckpoint(await submission(entries, 8, 0));
    expect(await witness.addCheckpoint(await submission(others, 8, 8))).toMatchObject({
      status: 409,
      contentType: expect.stringContaining("text/plain"),
    });
    expect(await witness.addCheckpoint(await submission(others, 12, 8))).toMatchObject({ status: 422 });
    expect(await witness.addCheckpoint(await submission(entries, 12, 8))).toMatchObject({ status: 200 });
    // Without memory, the same two views are both cosigned.
    const [one, two] = [witnessFor(), witnessFor()];
    expect((await one.addCheckpoint(await submission(entries, 12, 0))).status).toBe(200);
    expect((await two.addCheckpoint(await submission(others, 12, 0))).status).toBe(200);
  });

  test("refuses a log that goes back", async () => {
    const witness = witnessFor();
    await witness.addCheckpoint(await submission(entries, 12, 0));
    expect(await witness.addCheckpoint(await submission(entries, 8, 12))).toMatchObject({ status: 400 });
    expect(await witness.addCheckpoint(await submission(entries, 8, 8))).toMatchObject({
      status: 409,
      body: "12\n",
    });
  });

  test("a log is its origin and its keys, whatever these are called", async () => {
    const [key, stranger] = [logSigner("keys.example/k1", 4), logSigner("keys.example/k1", 5)];
    const witness = witnessFor([], undefined, [
      { origin: ORIGIN, keys: [key.key] },
      { origin: "else.example", keys: [log.key] },
    ]);
    const status = async (signer: typeof log, size = 8, oldSize = 0): Promise<number> =>
      (await witness.addCheckpoint(await submission(entries, size, oldSize, signer))).status;
    expect(await status(stranger)).toBe(403);
    // The key that is called so is another log's.
    expect(await status(log)).toBe(403);
    expect(await status(key)).toBe(200);
    // Named by its key alone, this log is not known by its origin.
    const byKey = witnessFor([key.key]);
    expect((await byKey.addCheckpoint(await submission(entries, 8, 0, key))).status).toBe(404);
  });

  test("a log goes on over a change of its keys; who has only the name of it does not", async () => {
    const at = join(folder, "rotated");
    const [before, after] = [log, logSigner(ORIGIN, 2)];
    const sent = async (keys: readonly NoteKey[], body: string): Promise<number> =>
      (await witnessFor(keys, at).addCheckpoint(body)).status;
    expect(await sent([before.key], await submission(entries, 8, 0, before))).toBe(200);
    const { root, tree } = logOf(entries.slice(0, 12));
    const both = signedBy({ origin: ORIGIN, size: 12, root }, [after, before]);
    const proof = await proveConsistency(tree, 8);
    const rotating = formatSubmission({ oldSize: 8, proof, checkpoint: both });
    // The new key is unknown to it, and passed over.
    expect(await sent([before.key], rotating)).toBe(200);
    const alone = await submission(entries, 20, 12, after);
    expect(await sent([before.key], alone)).toBe(403);
    // By the new key another history is another history of the same log.
    expect(await sent([before.key, after.key], await submission(others, 20, 12, after))).toBe(422);
    expect(await sent([before.key, after.key], alone)).toBe(200);
    // One of two signatures by known keys is false: nothing is cosigned.
    const text = `${ORIGIN}\n20\n${Buffer.from(logOf(entries).root).toString("base64")}\n`;
    const signatures = [after.sign(text), before.sign("another text\n")];
    const forged = formatSubmission({
      ...{ oldSize: 20, proof: [] },
      checkpoint: utf8(formatNote({ text, signatures })),
    });
    expect(await sent([before.key, after.key], forged)).toBe(403);
    expect(await sent([after.key], forged)).toBe(200);
  });

  test("unknown logs, unknown keys, false signatures, nonsense", async () => {
    const witness = witnessFor();
    const good = await submission(entries, 8, 0);
    expect((await witnessFor([logSigner("else.example", 1).key]).addCheckpoint(good)).status).toBe(404);
    expect((await witness.addCheckpoint(await submission(entries, 8, 0, logSigner(ORIGIN, 9)))).status).toBe(
      403,
    );
    expect((await witness.addCheckpoint(good.replace("\n8\n", "\n9\n"))).status).toBe(403);
    for (const bad of [
      "",
      "old 0",
      "old 0\n\n",
      good.replace("old 0", "old 00"),
      good.replace("old 0", "old -1"),
      good.replace("old 0\n", "old 0\nAAAA\n"),
      good.slice(0, 30),
      good.replaceAll("\n", "\r\n"),
    ])
      expect((await witness.addCheckpoint(bad)).status).toBe(400);
    const long = `old 0\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(64)}${good.slice(6)}`;
    expect((await witness.addCheckpoint(long)).status).toBe(400);
    // A proof where there can be none.
    expect(
      (
        await witness.addCheckpoint(
          good.replace("old 0\n", `old 0\n${Buffer.alloc(32).toString("base64")}\n`),
        )
      ).status,
    ).toBe(422);
    expect((await witness.addCheckpoint(good)).status).toBe(200);
  });

  test("two submissions at the same moment: one goes on from 8, the other hears of it", async () => {
    const witness = witnessFor();
    await witness.addCheckpoint(await submission(entries, 8, 0));
    const [long, short] = await Promise.all([submission(entries, 20, 8), submission(entries, 9, 8)]);
    const statuses = (await Promise.all([witness.addCheckpoint(long), witness.addCheckpoint(short)])).map(
      (a) => a.status,
    );
    expect(statuses.sort()).toEqual([200, 409]);
  });

  test("remembers over a restart", async () => {
    const at = join(folder, "kept");
    await witnessFor([log.key], at).addCheckpoint(await submission(entries, 8, 0));
    expect(await witnessFor([log.key], at).addCheckpoint(await submission(others, 8, 8))).toMatchObject({
      status: 409,
    });
  });

  test.each(["", "junk", `else.example\n8\n${Buffer.alloc(32).toString("base64")}\n`])(
    "a record that it can not read stops it: it does not begin anew (%j)",
    async (record) => {
      const at = join(folder, `broken${++count}`);
      await witnessFor([log.key], at).addCheckpoint(await submission(entries, 8, 0));
      const [file = ""] = (await readdir(at)).filter((name) => name.endsWith(".checkpoint"));
      await writeFile(join(at, file), record);
      for (const [view, oldSize] of [
        [others, 0],
        [entries, 8],
      ] as const)
        await expect(
          witnessFor([log.key], at).addCheckpoint(await submission(view, 12, oldSize)),
        ).rejects.toThrow("own record of a log can not be read");
    },
  );

  test("the empty log is a beginning, too", async () => {
    const witness = witnessFor();
    const checkpoint = signedBy({ origin: ORIGIN, size: 0, root: emptyRoot(portable) }, [log]);
    expect(
      (await witness.addCheckpoint(formatSubmission({ oldSize: 0, proof: [], checkpoint }))).status,
    ).toBe(200);
    const false0 = signedBy({ origin: ORIGIN, size: 0, root: new Uint8Array(32) }, [log]);
    expect(
      (await witness.addCheckpoint(formatSubmission({ oldSize: 0, proof: [], checkpoint: false0 }))).status,
    ).toBe(409);
  });
});

describe("a log with witnesses", () => {
  let world: World;
  const servers: Server[] = [];
  let witnesses: Witness[] = [];
  const said: string[] = [];

  beforeEach(async () => {
    world = await worldOf(inject("postgresUrl"));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    witnesses = [];
    said.splice(0);
    await world.close();
  });

  async function serve(witness: Witness, answer = (text: string) => text): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", async () => {
        const { status, contentType, body } = await witness.addCheckpoint(Buffer.concat(parts).toString());
        response.writeHead(status, { "content-type": contentType }).end(answer(body));
      });
    });
    servers.push(server);
    witnesses.push(witness);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/` : "";
  }

  const sequence = (urls: readonly string[]) => {
    const reader = tileReader(world.db, "shop", world.ledger.place.files);
    const addresses = urls.flatMap((url, n) =>
      witnesses[n] === undefined ? [] : [{ url, key: witnesses[n].key }],
    );
    const cosign = cosigner({
      witnesses: addresses,
      readTile: (size) => readTileOf(reader, size),
      onLog: (line) => said.push(line),
    });
    return sequenceAll({ ...world.ledger.sequencer, cosign });
  };

  test("receipts carry their cosignatures and say how many; one that is away costs only its own", async () => {
    const logs = await world.ledger.verifierKeys();
    const urls = [await serve(witnessFor(logs)), await serve(witnessFor(logs))];
    for (const size of [3, 300, 301]) {
      const [id = ""] = await appendTo(
        world,
        size - Number((await latestCheckpoint(world.db, world.ledger.place))?.size ?? 0),
      );
      await sequence(urls);
      const receipt = await world.ledger.receipt(id);
      const trust = { log: logs, witnesses: witnesses.map((w) => w.key) };
      expect(verifyReceipt(portable, receipt?.bytes ?? new Uint8Array(), trust)).toMatchObject({
        ok: true,
        value: { size, witnesses: 2 },
      });
    }
    servers.shift()?.close();
    await appendTo(world, 1);
    await sequence(["http://127.0.0.1:1/", urls[1] ?? ""]);
    const published = await latestCheckpoint(world.db, world.ledger.place);
    const opened = openCheckpoint(portable, published?.bytes ?? new Uint8Array(), {
      log: logs,
      witnesses: witnesses.map((w) => w.key),
    });
    expect(opened).toMatchObject({ ok: true, value: { size: 302, witnesses: { length: 1 } } });
    expect(said).toEqual([expect.stringContaining("did not cosign 302 entries: unreachable")]);
  });

  test("a witness that answers with nonsense, or with another's signature, gets nothing into the checkpoint", async () => {
    const logs = await world.ledger.verifierKeys();
    const urls = [
      await serve(witnessFor(logs), () => "— witness.example/w1 AAAAAAAA\n"),
      await serve(witnessFor(logs), (text) =>
        text.replace(/(.{20})(.)/, (_, a, b) => a + (b === "A" ? "B" : "A")),
      ),
      await serve(witnessFor(logs), (text) => `${text}\n\n— forged line`),
    ];
    await appendTo(world, 2);
    await sequence(urls);
    const note =
      textOf((await latestCheckpoint(world.db, world.ledger.place))?.bytes ?? new Uint8Array()) ?? "";
    expect(note.match(/^— /gm)).toHaveLength(1);
    expect(said).toHaveLength(3);
  });

  test("a log rewritten behind its guard's back is not cosigned", async () => {
    const logs = await world.ledger.verifierKeys();
    const urls = [await serve(witnessFor(logs))];
    await appendTo(world, 5);
    await sequence(urls);
    const other = await worldOf(inject("postgresUrl"));
    await cp(world.ledger.place.keys.path, other.ledger.place.keys.path, { recursive: true });
    await other.db.updateTable("ledger_logs").set({ origin: world.ledger.place.origin }).execute();
    await appendTo(other, 5);
    const reader = tileReader(other.db, "shop", other.ledger.place.files);
    const cosign = cosigner({
      witnesses: [{ url: urls[0] ?? "", key: witnesses[0]?.key ?? log.key }],
      readTile: (size) => readTileOf(reader, size),
      onLog: (line) => said.push(line),
    });
    const place = { ...other.ledger.place, origin: world.ledger.place.origin, keys: world.ledger.place.keys };
    await sequenceAll({ db: other.db, place, cosign });
    expect(said).toEqual([expect.stringContaining("it answered 409")]);
    await other.close();
  });
});
