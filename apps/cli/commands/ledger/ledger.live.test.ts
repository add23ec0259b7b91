/** The log and its receipts as a script sees them; and as software sees them that is not ours. */
import { spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { unpackBundle } from "@avow/core/evidence/layout";
import { formatKey } from "@avow/core/evidence/note";
import { logSigner } from "@avow/core/evidence/testing/signing";
import { leaf, path } from "@avow/sim/model/merkle";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { z } from "zod";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { type Ended, runningProgram } from "../../testing/run.ts";
import { runsOut } from "../../testing/runs-out.ts";
import { type Service, startService } from "../../testing/service.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const VERIFIER = new URL("../../../verifier/main.ts", import.meta.url).pathname;
const STRANGER = new URL("../../../verifier/testing/stranger.mjs", import.meta.url).pathname;

const POLICY = `---
service: cards
version: 2025-01-09
effective: 2025-01-09
locale: en
controller: { name: Cards Ltd, country: IE, contact: { rights: privacy@cards.example } }
jurisdictions: [EU]
classes: { account: [user.account, user.contact] }
---
## Your rights {#rights}

You can have everything about you erased.

\`\`\`commit
- id: erasure
  right: erase
  within: P1M
  ways: [app]
  promise: C1
\`\`\`
`;
const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { email: email, customer_id: id }
    fields: { id: user.unique_id, email: user.contact.email }
    erase: delete
`;

// Many commands a test: each is a process, and takes ten seconds and more on a busy machine.
vi.setConfig({ testTimeout: 600_000 });

let service: Service;
let folder: string;
let db: pg.Client;

beforeAll(async () => {
  const settings = "ledger: { origin: ledger.example.com/cards }\n";
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "cards", policy: POLICY, map: MAP, settings },
  });
  ({ folder, own: db } = service);
  await service.store.query("create table customers (id int primary key, email text)");
  await service.store.query(
    "insert into customers select n, 'c' || n || '@example.org' from generate_series(1, 50) n",
  );
});

afterAll(() => service.close());

const avow = (...args: readonly string[]): Promise<Ended> => runningProgram(service, [MAIN, ...args]);
const json = async (...args: readonly string[]) => {
  const ended = await avow(...args, "--json");
  const value: unknown = ended.out === "" ? null : JSON.parse(ended.out);
  return { ...ended, value };
};
const erase = async (n: number) => {
  const { code, value } = await json("request", "erase", "--person", `email=c${n}@example.org`, "--yes");
  expect(code).toBe(0);
  return z.object({ request: z.string(), receipt: z.string() }).parse(value);
};
const keysSchema = z.object({ keys: z.array(z.string()), size: z.number(), note: z.string() });
const checkpoint = async () => keysSchema.parse((await json("ledger", "checkpoint")).value);

describe("a person's receipt", () => {
  let receipt = "";
  let key = "";

  test("an erasure gives one; it holds, with the contract of the command line", async () => {
    ({ receipt } = await erase(1));
    [key = ""] = (await checkpoint()).keys;
    const { code, value } = await json(
      "receipt",
      "verify",
      receipt,
      "--key",
      key,
      "--person",
      "email= C1@Example.org",
    );
    expect(code).toBe(0);
    expect(value).toMatchObject({
      ...{
        ok: true,
        index: expect.any(Number),
        size: expect.any(Number),
        origin: "ledger.example.com/cards",
      },
      witnesses: 0,
      disclosed: {
        ...{
          event: "request.closed",
          right: "erase",
          state: "closed",
          kept: [],
          steps: { done: 1, failed: 0 },
        },
        policy: { version: "2025-01-09", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        done: [
          {
            store: "app",
            collection: "customers",
            result: "verified_absent",
            rows: 1,
            reached: { deleted: expect.any(String) },
          },
        ],
      },
    });
    expect(await readFile(receipt, "utf8")).not.toMatch(/c1@|ZXhhbXBsZS5vcm/);
  });

  test("who was asked for by a number can prove it by the address that lay beside it", async () => {
    const asked = await json("request", "erase", "--person", "customer_id=45", "--yes");
    const own = z.object({ receipt: z.string() }).parse(asked.value).receipt;
    const verify = (...person: readonly string[]) =>
      avow("receipt", "verify", own, "--key", key, ...person.flatMap((p) => ["--person", p]));
    const both = await verify("customer_id=45", "email=C45@example.org");
    expect(both).toMatchObject({ code: 0, out: expect.stringContaining("`email=c45@example.org` lay in") });
    expect((await verify("customer_id=45")).out).toContain("it is about this person");
    expect(await verify("email=c2@example.org")).toMatchObject({ code: 1 });
    expect(await readFile(own, "utf8")).not.toMatch(/c45@/);
  });

  test("the verifier by itself says the same", async () => {
    const ended = await runningProgram(service, [
      VERIFIER,
      receipt,
      "--key",
      key,
      "--person",
      "email=c1@example.org",
    ]);
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(ended.out)).toMatchObject({ ok: true, origin: "ledger.example.com/cards" });
    expect((await runningProgram(service, [VERIFIER, receipt])).code).toBe(2);
  });

  test("what does not hold: another person, another key, a changed file; what can not be read", async () => {
    const ours = ["receipt", "verify"] as const;
    expect(await json(...ours, receipt, "--person", "email=c2@example.org")).toMatchObject({
      ...{ code: 1, value: { ok: false, reason: "the receipt is not about this person", disclosed: null } },
    });
    const changed = join(folder, "changed.tlog-proof");
    await writeFile(changed, (await readFile(receipt, "utf8")).replace(/\nindex \d+/, "\nindex 999"));
    expect(await json(...ours, changed, "--key", key)).toMatchObject({ code: 1, value: { ok: false } });
    expect(await avow(...ours, "nowhere.tlog-proof", "--key", key)).toMatchObject({ code: 2, out: "" });
    expect((await avow(...ours, receipt, "--key", "nonsense")).err).toContain("takes a verifier key");
    expect(await avow("receipt", "burn")).toMatchObject({ code: 2 });
  });

  test("it is written again on demand, and no more when the request's key is gone; the person's copy still holds", async () => {
    const request = /cards-([0-9a-f-]{36})\.tlog-proof$/.exec(receipt)?.[1] ?? "";
    const again = join(folder, "again.tlog-proof");
    expect(await avow("receipt", "write", request, "--out", again)).toMatchObject({ code: 0 });
    const subject = `request:${request}`;
    const { rows } = await db.query("select sealed from ledger_keys where subject = $1", [subject]);
    const sealedIs = (sealed: unknown) =>
      db.query("update ledger_keys set sealed = $2 where subject = $1", [subject, sealed]);
    await sealedIs(null);
    expect(await avow("receipt", "write", request)).toMatchObject({
      ...{ code: 1, out: "" },
      err: expect.stringMatching(/^there is no receipt: the key of whom [^\n]+ was taken out [^\n]+\n$/),
    });
    await sealedIs(rows[0]?.sealed);
    expect(await avow("receipt", "write", request, "--out", again)).toMatchObject({ code: 0 });
    await runsOut(service, subject);
    expect(await avow("receipt", "write", request)).toMatchObject({
      ...{ code: 1, out: "" },
      err: expect.stringMatching(/^there is no receipt: [^\n]* or its key has been destroyed\n$/),
    });
    expect(await avow("receipt", "verify", receipt, "--key", key)).toMatchObject({ code: 0 });
    expect(await avow("ledger", "fsck")).toMatchObject({ code: 0 });
  });
});

const sigstore = createRequire(import.meta.url);

describe("the log", () => {
  test("what a request did, in the order of its body; staff can read it, the files can not", async () => {
    const { value } = await json("ledger", "tail", "--lines", "100");
    const events = z
      .object({
        entries: z.array(z.object({ type: z.string(), body: z.object({ event: z.string() }).nullable() })),
      })
      .parse(value)
      .entries.map((e) => e.body?.event ?? "gone");
    expect(events).toContain("gone");
    await erase(2);
    const after = await avow("ledger", "tail", "--lines", "100");
    for (const event of [
      "request.received",
      "request.planned",
      "step.intended",
      "step.done",
      "request.closed",
    ])
      expect(after.out).toContain(event);
    expect(after.out).not.toContain("@example.org");
  });

  test("exported files: ours, a stranger and sigstore agree on them", async () => {
    let { receipt } = await erase(3);
    for (let n = 4; n < 8; n += 1) ({ receipt } = await erase(n));
    const out = join(folder, "export");
    expect(await avow("ledger", "export", "--out", out)).toMatchObject({ code: 0 });
    expect((await readdir(out)).sort()).toEqual(["checkpoint", "keys.txt", "tile"]);
    const { keys, size, note } = await checkpoint();
    const [key = ""] = keys;
    const fine = await json("ledger", "fsck", "--from", out, "--key", key);
    expect(fine).toMatchObject({ code: 0, value: { ok: true, size, findings: [] } });
    expect(await runningProgram(service, [STRANGER, out, receipt])).toMatchObject({
      code: 0,
      out: `ok ledger.example.com/cards ${size}\n`,
      err: "",
    });
    const bundle = join(out, `tile/entries/000.p/${size}`);
    const bytes = await readFile(bundle);
    bySigstore({ note, key, entries: (unpackBundle(bytes, size) ?? []).map((e) => Buffer.from(e)) });
    const other = join(folder, "other.tlog-proof");
    await writeFile(other, (await readFile(receipt, "utf8")).replace(/^index \d+$/m, "index 0"));
    expect((await runningProgram(service, [STRANGER, out, other])).out).toMatch(/^not ok: .*inclusion proof/);
    await writeFile(bundle, bytes.fill(bytes[30] === 65 ? 66 : 65, 30, 31));
    expect((await runningProgram(service, [STRANGER, out])).out).toContain("not the hashes of what is below");
    expect(await avow("ledger", "fsck", "--from", out, "--key", key)).toMatchObject({ code: 1 });
  });

  test("a key is added and the old one retired: both sign, then one; old receipts still verify", async () => {
    const before = await erase(20);
    const [old = ""] = (await checkpoint()).keys;
    expect(await avow("ledger", "rotate", "--lost", "--retire", "00000000")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--lost and --retire do not go together"),
    });
    expect(await avow("ledger", "rotate", "--lost")).toMatchObject({
      code: 2,
      err: expect.stringContaining("is there and signs: replace it with `avow ledger rotate`"),
    });
    expect(await avow("ledger", "rotate")).toMatchObject({ code: 0 });
    const both = await checkpoint();
    expect(both.note.match(/^— /gm)).toHaveLength(2);
    const between = await erase(21);
    const oldId = old.split("+")[1] ?? "";
    expect(await avow("ledger", "rotate", "--retire", oldId)).toMatchObject({ code: 0 });
    expect(await avow("ledger", "rotate", "--retire", oldId)).toMatchObject({ code: 2 });
    const after = await erase(22);
    const fresh = both.keys.find((k) => k !== old) ?? "";
    expect((await checkpoint()).note.match(/^— /gm)).toHaveLength(1);
    const holds = async (receipt: string, key: string) =>
      (await avow("receipt", "verify", receipt, "--key", key)).code;
    expect([
      await holds(before.receipt, old),
      await holds(between.receipt, old),
      await holds(after.receipt, old),
    ]).toEqual([0, 0, 1]);
    expect([
      await holds(before.receipt, fresh),
      await holds(between.receipt, fresh),
      await holds(after.receipt, fresh),
    ]).toEqual([1, 0, 0]);
    // Without a key it is the installation's own, old and new.
    expect((await avow("receipt", "verify", before.receipt)).code).toBe(0);
  });

  test("a witness cosigns what it has seen go on, and receipts say so", async () => {
    const [key = ""] = (await checkpoint()).keys.slice(-1);
    const list = join(folder, "logs.txt");
    await writeFile(list, `logs/v0\nvkey ${key}\nqpd 86400\ncontact privacy@cards.example\n`);
    const name = "witness.example.org/w1";
    const args = ["ledger", "witness", "--name", name, "--logs", list, "--port", "0", "--out", "w1"];
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: ENVIRONMENT,
    });
    let said = "";
    child.stdout.on("data", (d) => {
      said += d;
    });
    await expect.poll(() => said, { timeout: 120_000 }).toMatch(/witness: http[^\n]+\nkey: [^\n]+\n/);
    const [, url = "", witness = ""] = /witness: (\S+)\nkey: (\S+)/.exec(said) ?? [];
    const yaml = await readFile(join(folder, "avow.yaml"), "utf8");
    await writeFile(
      join(folder, "avow.yaml"),
      yaml.replace("ledger: { ", `ledger: { witnesses: [{ url: "${url}", key: "${witness}" }], `),
    );
    const { receipt } = await erase(40);
    expect(await json("receipt", "verify", receipt, "--key", key, "--witness", witness)).toMatchObject({
      ...{ code: 0, value: { ok: true, witnesses: 1 } },
    });
    expect(await json("ledger", "fsck")).toMatchObject({ code: 0, value: { ok: true, witnesses: 1 } });
    child.kill("SIGTERM");
    await new Promise((resolve) => child.on("close", resolve));
    // It is away: the receipt is there all the same, and says that nobody cosigned.
    const alone = await erase(41);
    const verified = await json("receipt", "verify", alone.receipt, "--key", key, "--witness", witness);
    expect(verified).toMatchObject({ code: 0, value: { ok: true, witnesses: 0 } });
    expect((await avow("ledger", "witness", "--name", "w")).code).toBe(2);
    await writeFile(list, `logs/v0\nvkey ${key}\nqpd 86400\ncontact privacy@cards.example\n`);
    const another = formatKey(logSigner("ledger.example.com/cards", 9).key);
    const both = await avow("ledger", "witness", "--name", "w", "--logs", list, "--key", another);
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining("has another key there than in") });
    await writeFile(list, `logs/v0\nvkey ${key}\nqpd none\n`);
    const refused = await avow("ledger", "witness", "--name", "w", "--logs", list);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("logs.txt:3: `qpd` is a number") });
    await writeFile(join(folder, "avow.yaml"), yaml);
  });

  test("a database brought back: the request is done, the log is refused and says why", async () => {
    const home = join(folder, ".avow");
    await cp(join(home, "ledger-guard"), join(home, "guard-kept"), { recursive: true });
    await writeFile(
      join(home, "ledger-guard", "cards.checkpoint"),
      `ledger.example.com/cards\n99999\n${Buffer.alloc(32).toString("base64")}\n`,
    );
    expect(await avow("ledger", "fsck")).toMatchObject({
      code: 1,
      out: expect.stringContaining("the log went back: 99999"),
    });
    const ended = await json("request", "erase", "--person", "email=c30@example.org", "--yes");
    expect(ended).toMatchObject({
      code: 0,
      value: { state: "closed" },
      err: expect.stringContaining("the log went back"),
    });
    expect(ended.value).not.toHaveProperty("receipt");
    await cp(join(home, "guard-kept"), join(home, "ledger-guard"), { recursive: true });
    expect(await avow("ledger", "fsck")).toMatchObject({ code: 0 });
  });

  test.each([
    [["ledger"], "action"],
    [["ledger", "mend"], "no action"],
    [["ledger", "export"], "--out"],
    [["ledger", "tail", "--lines", "0"], "--lines"],
  ])("bad input: %j", async (args, says) => {
    const ended = await avow(...args);
    expect(ended.code).toBe(2);
    expect(ended.err).toContain(says);
  });
});

interface Foreign {
  readonly note: string;
  readonly key: string;
  readonly entries: readonly Buffer[];
}

/** The Merkle and checkpoint code of @sigstore/verify: another team's, from other pages. */
function bySigstore({ note, key, entries }: Foreign): void {
  const { verifyMerkleInclusion } = sigstore("@sigstore/verify/dist/tlog/merkle.js");
  const { verifyCheckpoint } = sigstore("@sigstore/verify/dist/tlog/checkpoint.js");
  const [name = "", id = ""] = key.split("+");
  const raw = Buffer.from(key.slice(name.length + id.length + 2), "base64").subarray(1);
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  const tlogs = [{ logID: Buffer.from(id, "hex"), baseURL: `https://${name}`, publicKey }];
  const opened = verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: note } } }, tlogs);
  expect(() =>
    verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: note.replace("\n\n", "x\n\n") } } }, tlogs),
  ).toThrow();
  const [first, second] = entries;
  expect(Number(opened.logSize)).toBe(entries.length);
  for (const index of [0, 1, entries.length - 1]) {
    const inclusionProof = {
      logIndex: String(index),
      hashes: path(index, entries.map(leaf)).map((hash) => Buffer.from(hash)),
    };
    const canonicalizedBody = entries[index];
    expect(() => verifyMerkleInclusion({ inclusionProof, canonicalizedBody }, opened)).not.toThrow();
    const other = index === 0 ? second : first;
    expect(() => verifyMerkleInclusion({ inclusionProof, canonicalizedBody: other }, opened)).toThrow(
      "root hash",
    );
  }
}
