/** A small service on each engine, through the real command line: what it promises, a person's archive, an erasure with rows that stay. */
import { spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Club, clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ENVIRONMENT } from "./testing/environment.ts";

const MAIN = new URL("main.ts", import.meta.url).pathname;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

async function archiveOf(file: string): Promise<Record<string, string>> {
  const reader = new ZipReader(new BlobReader(await openAsBlob(file)), { useWebWorkers: false });
  const texts: Record<string, string> = {};
  for (const entry of await reader.getEntries())
    if (!entry.directory) texts[entry.filename] = await entry.getData(new TextWriter());
  return texts;
}

const server = inject("mariaDb");
if ("missing" in server) console.warn(`a service on MariaDB is not tried: ${server.missing}`);
const CLUBS = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});

for (const { engine, start } of CLUBS)
  describe(`a service on ${engine}`, () => {
    let folder: string;
    let store: Club;
    let state: { url: string; drop: () => Promise<void> };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-engine-"));
      state = await freshDatabase(inject("postgresUrl"), "engine_state");
      store = await start(folder);
      await writeFile(join(folder, "policy.en.md"), POLICY);
      await writeFile(join(folder, "app.yaml"), mapOf(engine));
      await writeFile(
        join(folder, "avow.yaml"),
        `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${engine}, readUrl: env:APP_URL, eraseUrl: env:APP_URL } }\nstate: env:STATE_URL\n`,
      );
      const bound = await avow(["bind", "--yes"]);
      expect(bound.code, bound.out + bound.err).toBe(0);
    });
    afterAll(async () => {
      await store.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    });

    function avow(args: readonly string[]): Promise<Ended> {
      const env = {
        ...ENVIRONMENT,
        AVOW_HOME: join(folder, ".avow"),
        APP_URL: store.url,
        STATE_URL: state.url,
      };
      const child = spawn(process.execPath, [MAIN, ...args, "--service", folder], { env, cwd: folder });
      const said = { out: "", err: "" };
      child.stdout.on("data", (chunk) => void (said.out += chunk));
      child.stderr.on("data", (chunk) => void (said.err += chunk));
      return new Promise((resolve) =>
        child.on("close", (code, signal) => resolve({ code, signal, ...said })),
      );
    }

    const verdicts = async (): Promise<Record<string, string>> => {
      const { out } = await avow(["verify", "--json"]);
      const report: { promises: { promise: string; verdict: string }[] } = JSON.parse(out);
      return Object.fromEntries(report.promises.map((p) => [p.promise, p.verdict]));
    };

    test("keeps its promises, and breaks one when a card number or an old payment turns up", async () => {
      await store.rows("delete from payments where id = 2");
      const kept = await verdicts();
      expect(kept).toMatchObject({ "payments-kept": "kept", "no-cards": "kept" });
      await store.rows(
        "insert into payments values (2, 9007199254740993, 1.00, 'long ago', '2015-01-01 10:00:00')",
      );
      await store.rows("update messages set body = 'card 4111 1111 1111 1111' where id = 3");
      const broken = await verdicts();
      expect(broken).toMatchObject({ "payments-kept": "broken", "no-cards": "broken" });
      await store.rows("update messages set body = 'mine' where id = 3");
    });

    test("gives a person all of theirs, and nothing of others", async () => {
      const file = join(folder, "ada.zip");
      const answer = await avow([
        "request",
        "access",
        "--person",
        "email=ada@example.org",
        "--out",
        file,
        "--yes",
        "--json",
      ]);
      expect(answer.err).not.toContain("ada@");
      expect(answer.code).toBe(0);
      expect(JSON.parse(answer.out)).toMatchObject({ state: "closed" });
      const texts = Object.values(await archiveOf(file)).join("\n");
      for (const theirs of ["9007199254740993", "for Ada", "long ago", "hello Bob", "note to self"])
        expect(texts).toContain(theirs);
      for (const other of ["for Bob", "bob@example.org", '"mine"']) expect(texts).not.toContain(other);
    });

    const erase = () => avow(["request", "erase", "--person", "email=ada@example.org", "--yes", "--json"]);

    async function expectErased(): Promise<void> {
      const text = async (sql: string) =>
        (await store.rows(sql)).map((row) => row.map((cell) => (cell === null ? null : String(cell))));
      expect(await text("select id, email, name, invited_by from members")).toEqual([
        ["9007199254740992", "bob@example.org", "Bob", null],
      ]);
      expect(await text("select id, member_id, note from payments order by id")).toEqual([
        ["1", null, "erased"],
        ["3", "9007199254740992", "for Bob"],
      ]);
      expect(await text("select id, sender, recipient, body from messages order by id")).toEqual([
        ["1", null, "9007199254740992", "hello Bob"],
        ["3", "9007199254740992", "9007199254740992", "mine"],
      ]);
    }

    test("erases a person, keeps what the law wants, and leaves others alone", async () => {
      const answer = await erase();
      expect(JSON.parse(answer.out)).toMatchObject({ state: "closed" });
      expect(answer.code).toBe(0);
      expect(answer.out + answer.err).not.toContain("ada@");
      await expectErased();
      expect(JSON.parse((await erase()).out)).toMatchObject({ state: "not_found" });
    });
  });
