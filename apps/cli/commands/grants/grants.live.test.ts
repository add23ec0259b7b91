/** Exactly what `avow grants` prints is enough for checks, access and erasure; with any one statement less something fails or goes unseen. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { type Club, clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import type { Act } from "@avow/runtime/requests/grace/back";
import { bundlesIn } from "@avow/runtime/requests/grace/bundle";
import { passOver } from "@avow/runtime/requests/grace/pass";
import { PutBack } from "@avow/runtime/requests/grace/put-back";
import { undoOf } from "@avow/runtime/requests/grace/undo";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import { bindEstate } from "@avow/runtime/requests/run/estate";
import { memoryJournal } from "@avow/runtime/requests/run/journal";
import { grantsFor } from "@avow/runtime/service/grants";
import { type OpenService, openService } from "@avow/runtime/service/open";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import { createSealer } from "@avow/runtime/vault/seal";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`grants on MariaDB are not tried: ${server.missing}`);
const CLUBS = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});

const now = () => new Date("2026-01-01T00:00:00Z");

/** How accounts are made and stripped of what everybody may do, per engine; none where there are no accounts. */
const ACCOUNTS: Readonly<
  Record<string, { make: readonly string[]; strip: readonly string[]; drop: readonly string[] }>
> = {
  postgres: {
    make: ["CREATE ROLE %user% LOGIN PASSWORD 'club'"],
    strip: [
      "DROP OWNED BY %user%",
      "REVOKE ALL ON SCHEMA public FROM PUBLIC",
      "REVOKE ALL ON DATABASE %name% FROM PUBLIC",
    ],
    drop: ["DROP OWNED BY %user%", "DROP ROLE %user%"],
  },
  mysql: {
    make: ["CREATE USER %user% IDENTIFIED BY 'club'"],
    strip: ["REVOKE ALL PRIVILEGES, GRANT OPTION FROM %user%"],
    drop: ["DROP USER %user%"],
  },
};

/** The statement with one of its rights less, or nothing at all when it gives but one. */
function lesser(statement: string): readonly string[] {
  const [, rights = "", rest = ""] = /^GRANT (.*?)( ON .*)$/.exec(statement) ?? [];
  const all = rights.match(/[A-Z]+(?: \([^)]*\))?/g) ?? [];
  if (all.length < 2) return [""];
  return all.map((_, i) => `GRANT ${all.toSpliced(i, 1).join(", ")}${rest}`);
}

for (const { engine, start } of CLUBS.filter((club) => club.engine in ACCOUNTS))
  describe(`grants on ${engine}`, () => {
    const accounts = must(ACCOUNTS[engine], "filtered");
    let folder: string;
    let club: Club;
    let state: { url: string; drop: () => Promise<void> };
    let env: Record<string, string>;
    let users: { reader: string; eraser: string };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-grants-"));
      state = await freshDatabase(inject("postgresUrl"), "grants_state");
      club = await start(folder);
      const tail = must(new URL(club.url).pathname.split("_").at(-1), "names end in a random part");
      users = { reader: `reader_${tail}`, eraser: `eraser_${tail}` };
      const as = (username: string) => Object.assign(new URL(club.url), { username, password: "club" }).href;
      env = {
        STATE_URL: state.url,
        READ_URL: as(users.reader),
        ERASE_URL: as(users.eraser),
        AVOW_HOME: join(folder, ".avow"),
      };
      await writeFile(join(folder, "policy.en.md"), POLICY);
      await writeFile(join(folder, "app.yaml"), mapOf(engine));
      await writeFile(
        join(folder, "avow.yaml"),
        `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${engine}, readUrl: env:READ_URL, eraseUrl: env:ERASE_URL } }\nstate: env:STATE_URL\n`,
      );
      await each(accounts.make);
      // A field that no map knows, which only an account that sees the whole schema notices.
      await club.rows("alter table members add shoe_size integer");
    });
    afterAll(async () => {
      await each(accounts.drop);
      await club.drop();
      await state.drop();
      await rm(folder, { recursive: true });
    });

    async function each(statements: readonly string[]): Promise<void> {
      const name = new URL(club.url).pathname.slice(1);
      for (const user of Object.values(users))
        for (const sql of statements)
          await club.rows(sql.replaceAll("%user%", user).replaceAll("%name%", name));
    }

    async function granted(): Promise<readonly string[]> {
      const options = { env, onLog: () => undefined, connectors: CONNECTORS, admins: { app: club.url } };
      const { grants, unreachable } = await grantsFor(folder, options);
      expect(unreachable).toEqual([]);
      return grants.flatMap(({ statements }) => statements);
    }

    async function rights(service: OpenService): Promise<Record<string, string>> {
      const [reader, eraser] = [must(service.readers["app"], "given"), must(service.erasers["app"], "given")];
      const bound = await bindEstate({
        map: service.map,
        keepRules: service.keepRules,
        stores: { app: { reader, eraser } },
      });
      if (!bound.ok) return { bound: "failure" in bound ? bound.failure.error : "issues" };
      const run = async (right: string) => {
        const written = new TransformStream<Uint8Array, Uint8Array>();
        const context = {
          estate: bound.estate,
          identities: [{ namespace: "email", value: "ada@example.org" }],
          journal: memoryJournal(),
          now,
          approve: async () => true,
          archive: {
            head: {
              service: "club",
              controller: "Club",
              title: right,
              at: now(),
              policyVersion: "1",
              says: {},
              general: [],
            },
            writable: written.writable,
          },
        };
        const drained = written.readable.pipeTo(new WritableStream()).catch(() => undefined);
        const outcome = await must(RIGHTS.get(right), "carried out")
          .runner.run(context)
          .catch((error: Error) => ({ state: error.name }));
        if (outcome.state === "closed" && right === "access") await drained;
        return outcome.state;
      };
      return { access: await run("access"), erase: await run("erase") };
    }

    /** What can be done and seen with these statements, on the data as it was at first. */
    async function outcome(statements: readonly string[]): Promise<Record<string, string>> {
      await club.reset();
      await each(accounts.strip);
      for (const sql of statements) if (sql !== "") await club.rows(sql.replace(/;$/, ""));
      const opened = await openService(folder, { env, now, onLog: () => undefined, connectors: CONNECTORS });
      const service = must(opened.value, "the folder is sound");
      try {
        const report = await checkService(service, { now: now(), keepHistory: true });
        const seen = report.promises.map((p) => [
          p.promise,
          `${p.verdict} ${p.commitments.map((c) => c.reason).join(" ")}`,
        ]);
        return { ...Object.fromEntries(seen), ...(await rights(service)) };
      } finally {
        await service.close();
      }
    }

    test("exactly these suffice, and none can be spared", async () => {
      const statements = await granted();
      expect(statements.length).toBeGreaterThan(5);
      const whole = await outcome(statements);
      expect(whole).toMatchObject({ access: "closed", erase: "closed" });
      const spared: string[] = [];
      for (const [at, one] of statements.entries()) {
        for (const less of lesser(one)) {
          const seen = await outcome(statements.with(at, less));
          if (JSON.stringify(seen) === JSON.stringify(whole)) spared.push(`${one} could be ${less}`);
        }
      }
      expect(spared).toEqual([]);
    });

    test("under grace they name what putting rows back takes, and only then; it suffices", async () => {
      const plain = await granted();
      expect(plain.join("\n")).not.toContain("INSERT");
      const file = join(folder, "avow.yaml");
      const text = await readFile(file, "utf8");
      await writeFile(file, `${text}grace: P14D\n`);
      const more = await granted();
      await writeFile(file, text);
      expect(more.filter((s) => s.includes("INSERT")).length).toBeGreaterThan(1);
      for (const [statements, ends] of [
        [more, ["restored"]],
        [
          more.map((s) => s.replace(/INSERT \([^)]*\)(, )?/, "").replace(/, ( ON)/, "$1")),
          ["denied", "malformed"],
        ],
      ] as const) {
        await club.reset();
        const before = await everything();
        await each(accounts.strip);
        for (const sql of statements) await club.rows(sql.replace(/;$/, ""));
        // MariaDB does not show a field to an account that may do nothing with it.
        const ended = await thereAndBack();
        expect(ends).toContain(ended);
        if (ended === "restored") expect(await everything()).toEqual(before);
      }
    });

    test("where the policy promises corrections they name what those take, and only then; it suffices", async () => {
      const plain = await granted();
      const file = join(folder, "policy.en.md");
      await writeFile(file, POLICY.replace("right: [access, erase]", "right: [access, erase, rectify]"));
      const more = await granted();
      await writeFile(file, POLICY);
      for (const [statements, state] of [
        [more, "closed"],
        [plain, "not_done"],
      ] as const) {
        await club.reset();
        await each(accounts.strip);
        for (const sql of statements) await club.rows(sql.replace(/;$/, ""));
        expect(await corrected()).toBe(state);
        const names = await club.rows("select name from members order by id");
        expect(names).toEqual([["Bob"], [state === "closed" ? "Ada Lovelace" : "Ada"]]);
      }
    });

    async function corrected(): Promise<string> {
      const opened = await openService(folder, { env, now, onLog: () => undefined, connectors: CONNECTORS });
      const service = must(opened.value, "the folder is sound");
      try {
        const { map, keepRules, readers, erasers } = service;
        const app = { reader: must(readers["app"], "given"), eraser: must(erasers["app"], "given") };
        const bound = await bindEstate({ map, keepRules, stores: { app } });
        if (!bound.ok) throw new Error("the estate is not bound");
        const { state } = await must(RIGHTS.get("rectify"), "carried out").runner.run({
          estate: bound.estate,
          identities: [{ namespace: "email", value: "ada@example.org" }],
          journal: memoryJournal(),
          now,
          approve: async () => true,
          asked: { ...NOTHING_MORE, set: [{ field: "members.name", value: "Ada Lovelace" }] },
        });
        return state;
      } finally {
        await service.close();
      }
    }

    const everything = async () =>
      JSON.stringify(
        [
          await club.rows("select * from members order by id"),
          await club.rows("select * from payments order by id"),
          await club.rows("select * from messages order by id"),
        ],
        (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
      );

    async function thereAndBack(): Promise<string> {
      const opened = await openService(folder, { env, now, onLog: () => undefined, connectors: CONNECTORS });
      const service = must(opened.value, "the folder is sound");
      try {
        const [reader, eraser] = [
          must(service.readers["app"], "given"),
          must(service.erasers["app"], "given"),
        ];
        const { map, keepRules } = service;
        const bound = await bindEstate({ map, keepRules, stores: { app: { reader, eraser } } });
        if (!bound.ok) throw new Error("the estate is not bound");
        const key = oneWayKey();
        const bundle = {
          estate: bound.estate,
          bundles: bundlesIn(join(folder, "undo"), createSealer(randomBytes(32))),
          request: randomUUID(),
          key,
        };
        const journal = memoryJournal();
        const erased = await must(RIGHTS.get("erase"), "carried out").runner.run({
          estate: bound.estate,
          identities: [{ namespace: "email", value: "ada@example.org" }],
          journal,
          undo: undoOf({ ...bundle, publicKey: key.publicKey }),
          now,
          approve: async () => true,
        });
        expect(erased.state).toBe("closed");
        const steps = journal.steps.map((_, i) => ({ id: String(i), whole: true })).toReversed();
        let refused: string | null = null;
        const act: Act = async (_, mutations) => {
          const answer = await eraser.mutate(mutations);
          if (!answer.ok) refused = answer.error;
          return answer.ok ? null : answer;
        };
        const { lines } = await passOver(bundle, steps, act, new PutBack()).catch(() => ({ lines: [] }));
        return refused ?? [...new Set(lines.map((l) => l.result))].join();
      } finally {
        await service.close();
      }
    }
  });

test("SQLite has no accounts, and says what to do instead", async () => {
  const sqlite = await CONNECTORS["sqlite"]?.();
  const said = sqlite?.grants?.({ url: "sqlite:/srv/club.db", access: "read", needs: [] });
  expect(said).toEqual([
    "-- let the reading account read `/srv/club.db`; with a write-ahead log it has to be able to write in `/srv`, too",
  ]);
});
