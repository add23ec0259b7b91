/** What only MariaDB has: its types, collations, engines, stamps, zero dates, TLS, and the log that shows what was sent. */
import { freshMariaDb } from "@avow/provision/mariadb";
import type {
  Connector,
  ConnectorOptions,
  FollowQuery,
  Mutation,
} from "@avow/runtime/connector-kit/contract";
import { answered, failureIn, readAll, sorted, using } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";
import { Session } from "./session.ts";

const server = inject("mariaDb");
const SCHEMA = `
  CREATE TABLE \`kinds\` (
    id bigint unsigned PRIMARY KEY, note varchar(40) CHARACTER SET latin1 UNIQUE, small tinyint unsigned, money decimal(20,4), at datetime(6),
    stamp timestamp NULL, day date, clock time(3), year year, bits bit(9), single float, twin double, mood enum('so so','o''k') NOT NULL,
    tags set('x','y'), doc json, ref uuid, ip inet6, raw binary(4), blobs blob, place point,
    doubled int GENERATED ALWAYS AS (small * 2) STORED, changed timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    KEY (at), KEY (raw));
  SET sql_mode = '';
  INSERT INTO kinds (id, note, small, money, at, stamp, day, clock, year, bits, single, twin, mood, tags, doc, ref, ip, raw, blobs, place, changed) VALUES
    (18446744073709551615, 'Zoë', 255, 10.5, '2024-05-05 03:05:05.123456', '2024-05-05 03:05:05', '2024-02-29', '12:00:00.5', 2024, b'100000001', 0.1, 0.1,
      'o''k', 'x,y', '{"a": 1}', '6F8B0C1E-3A52-4F0E-9D0B-7C1F2E3D4A5B', '::1', 'ab', x'00ff', POINT(1, 2), '2020-01-01 00:00:00'),
    (1, 'other', 0, 0, '0000-00-00', NULL, '2024-00-10', NULL, NULL, NULL, NULL, NULL, 'so so', '', NULL, NULL, NULL, x'00000000', '', NULL, '2020-01-01 00:00:00');
  CREATE TABLE old_engine (id int PRIMARY KEY, note text) ENGINE=Aria TRANSACTIONAL=0;
  CREATE TABLE remembering (id int PRIMARY KEY, note text) WITH SYSTEM VERSIONING;
  INSERT INTO old_engine VALUES (1, 'x'); INSERT INTO remembering VALUES (1, 'x');
  CREATE VIEW seen AS SELECT * FROM kinds;
`;

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  describe("mariadb", () => {
    let admin: mysql.Connection;
    let url: string;
    let drop: () => Promise<void>;
    let live: Connector;
    const options = (more: Partial<ConnectorOptions> = {}): ConnectorOptions => ({
      url,
      access: "erase",
      statementTimeoutMs: 30_000,
      ...more,
    });

    beforeAll(async () => {
      const database = await freshMariaDb(server.url, "mysql_only");
      ({ url, drop } = database);
      admin = await mysql.createConnection({ uri: url, multipleStatements: true });
      await admin.query(SCHEMA);
      live = connector.open(options());
    });
    afterAll(async () => {
      await live?.close();
      await admin?.end();
      await drop?.();
    });

    const count = async (field: string, ...values: string[]): Promise<number> =>
      answered(
        await live.count({
          collection: "kinds",
          anyOf: [{ fields: [field], tuples: values.map((v) => [v]) }],
        }),
      );
    const set = (
      collection: string,
      mask: Extract<Mutation, { act: "set" }>["set"],
      ...ids: string[]
    ): Mutation => ({
      act: "set",
      collection,
      where: { fields: ["id"], tuples: ids.map((id) => [id]) },
      set: mask,
    });
    const FIELDS = [
      "id",
      "note",
      "small",
      "money",
      "at",
      "stamp",
      "day",
      "clock",
      "year",
      "bits",
      "single",
      "twin",
      "mood",
      "tags",
      "doc",
      "ref",
      "ip",
      "raw",
      "blobs",
      "place",
    ];

    test("describes types, generated and stamped fields, and leaves views out", async () => {
      const { collections } = answered(await live.describe());
      expect(collections.map((c) => c.name)).toEqual(["kinds", "old_engine", "remembering"]);
      const kinds = collections[0];
      expect(kinds?.uniques).toEqual([["note"]]);
      expect(kinds?.fields.filter((f) => f.generated).map((f) => f.name)).toEqual(["doubled"]);
      expect(kinds?.fields.filter((f) => f.bytes).map((f) => f.name)).toEqual(["raw", "blobs"]);
      expect(kinds?.fields.filter((f) => f.stamped).map((f) => f.name)).toEqual(["changed"]);
      expect(kinds?.fields.find((f) => f.name === "mood")?.type).toBe("enum('so so','o''k')");
      expect(kinds?.fields.filter((f) => f.label !== undefined).map((f) => [f.name, f.label])).toEqual([
        ["bits", "0"],
        ["mood", "so so"],
      ]);
    });

    test("every type is written as text, and found by it", async () => {
      const rows = await readAll(live, { collection: "kinds", fields: FIELDS });
      expect(rows.find((row) => row[0] !== "1")).toEqual([
        ...[
          "18446744073709551615",
          "Zoë",
          "255",
          "10.5000",
          "2024-05-05 03:05:05.123456",
          "2024-05-05 03:05:05",
          "2024-02-29",
          "12:00:00.500",
          "2024",
        ],
        ...[
          "257",
          "0.1",
          "0.1",
          "o'k",
          "x,y",
          '{"a": 1}',
          "6f8b0c1e-3a52-4f0e-9d0b-7c1f2e3d4a5b",
          "::1",
          "0x61620000",
          "0x00ff",
          "POINT(1 2)",
        ],
      ]);
      for (const [i, field] of FIELDS.entries()) {
        for (const row of rows) {
          const value = row[i] ?? null;
          if (value !== null) expect(await count(field, value), `${field} ${value}`).toBe(1);
        }
      }
    });

    test("what doesn't fit a type matches nothing, and nothing is rounded into a neighbour", async () => {
      expect(await count("money", "10.50001", "10.50")).toBe(1);
      expect(await count("money", "10.50004", "1e1", "")).toBe(0);
      expect(await count("small", "256", "-1", "255.0", "255 or 1")).toBe(0);
      expect(await count("id", "18446744073709551616", "-1", "18446744073709551614")).toBe(0);
      expect(await count("at", "2024-05-05 03:05:05", "2024-02-30 00:00:00")).toBe(0);
      expect(await count("note", "ZOË", "zoë", "Zoe", "zoe ", "名")).toBe(0);
      expect(await count("raw", "0x6162", "ab", "0x6162000")).toBe(0);
      expect(await count("mood", "1", "O'K")).toBe(0);
    });

    test("zero dates are no point in time", async () => {
      const ask = async (field: string) =>
        answered(await live.oldest({ collection: "kinds", field, before: "2024-05-05T03:05:05.124Z" }));
      expect(await ask("at")).toEqual({ oldest: "2024-05-05T03:05:05.123Z", before: 1, undated: 1, rows: 2 });
      expect(await ask("day")).toEqual({
        oldest: "2024-02-29T00:00:00.000Z",
        before: 1,
        undated: 1,
        rows: 2,
      });
    });

    test("every type has its tombstone, keeps it, and the store's stamp stays as it was", async () => {
      const mask = Object.fromEntries(FIELDS.slice(1).map((field) => [field, "tombstone" as const]));
      const both = [set("kinds", mask, "1", "18446744073709551615")];
      expect(await live.mutate(both)).toEqual({ ok: true, value: [2] });
      const once = await readAll(live, { collection: "kinds", fields: [...FIELDS, "changed"] });
      const [, note, ...rest] = once.find((row) => row[0] === "1") ?? [];
      expect(note).toMatch(/^erased-[0-9a-f]{16}$/);
      expect(rest.map((v) => v?.replace(/^(00000000-0000-4e4a-a).*/, "$1") ?? null)).toEqual([
        ...[
          "0",
          "0.0000",
          "1970-01-01 00:00:00.000000",
          "1970-01-01 00:00:01",
          "1970-01-01",
          "00:00:00.000",
          "0000",
          "0",
          "0",
          "0",
        ],
        ...["so so", "", "{}", "00000000-0000-4e4a-a", "::", "0x00000000", "", null, "2020-01-01 00:00:00"],
      ]);
      expect(await live.mutate(both)).toEqual({ ok: true, value: [2] });
      expect(sorted(await readAll(live, { collection: "kinds", fields: [...FIELDS, "changed"] }))).toEqual(
        sorted(once),
      );
      const made = failureIn(await live.mutate([set("kinds", { doubled: "tombstone" }, "1")]));
      expect(made).toMatchObject({ error: "malformed", retryable: false });
    });

    test("a table that can't undo a step, or that remembers what was deleted, is not touched", async () => {
      for (const collection of ["old_engine", "remembering"]) {
        const where = { fields: ["id"], tuples: [["1"]] };
        const failure = failureIn(await live.mutate([{ act: "delete", collection, where }]));
        expect(failure).toMatchObject({ error: "blocked", retryable: false });
        expect(answered(await live.count({ collection }))).toBe(1);
      }
    });

    test("no value stands in the text of a statement", async () => {
      await admin.query(
        "CREATE TABLE letters (id int PRIMARY KEY, body varchar(100)); INSERT INTO letters VALUES (1, 'secret-a'), (2, 'secret-b')",
      );
      const where = { fields: ["body"], tuples: [["secret-a"]] };
      await admin.query("START TRANSACTION; SELECT * FROM letters FOR UPDATE");
      const waiting = live.mutate([{ act: "set", collection: "letters", where, set: { body: "tombstone" } }]);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const [running] = await admin.query<mysql.RowDataPacket[]>(
        "SELECT info FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
      );
      const texts = running.map((row) => String(row["info"]));
      await admin.query("COMMIT");
      expect(await waiting).toEqual({ ok: true, value: [1] });
      expect(texts.join()).toContain("UPDATE `letters`");
      expect(texts.join()).not.toContain("secret");
    });

    test("what nobody waits for any more ends on the server, too: a chain without an index", async () => {
      await admin.query(
        "CREATE TABLE chain (id int PRIMARY KEY, up int); INSERT INTO chain SELECT seq, seq - 1 FROM seq_1_to_40000",
      );
      const running = async (): Promise<number> => {
        const [rows] = await admin.query<mysql.RowDataPacket[]>(
          "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%RECURSIVE%'",
        );
        return rows.length;
      };
      await using(connector.open(options({ access: "read", statementTimeoutMs: 1_000 })), async (c) => {
        const query: FollowQuery = {
          about: [
            {
              ...{ collection: "chain", fields: ["id"], beside: [] },
              anyOf: [{ fields: ["id"], tuples: [["1"]] }],
            },
          ],
          entries: [{ about: 0, fields: ["up"] }],
          arms: [{ about: 0, fields: ["id"], entry: 0 }],
        };
        const last = (await Array.fromAsync(c.following?.read(query) ?? [])).at(-1);
        expect(last).toMatchObject({ ok: false, error: "throttled", retryable: true });
        expect(await running()).toBe(1);
        const until = Date.now() + 10_000;
        while ((await running()) > 0 && Date.now() < until)
          await new Promise((resolve) => setTimeout(resolve, 100));
        expect(await running()).toBe(0);
      });
    });

    test("a reader can't be talked into writing, and an account of a read-only server is denied", async () => {
      const session = new Session(options({ access: "read" }));
      const write = session.rows("kinds", { text: "DELETE FROM kinds", values: [] });
      await expect(write).rejects.toMatchObject({ errno: 1792 });
      await session.close();
      const reader = `reader_${url.split("_").at(-1)}`;
      await admin.query(`CREATE USER ${reader} IDENTIFIED BY 'r'; GRANT SELECT ON kinds TO ${reader}`);
      const as = Object.assign(new URL(url), { username: reader, password: "r" }).href;
      await using(connector.open(options({ url: as })), async (c) => {
        expect(failureIn(await c.mutate([set("kinds", { small: "tombstone" }, "1")]))).toMatchObject({
          error: "denied",
          retryable: false,
        });
      });
      const wrong = Object.assign(new URL(url), { username: reader, password: "wrong" }).href;
      await using(connector.open(options({ url: wrong })), async (c) => {
        expect(failureIn(await c.probe())).toMatchObject({ error: "denied", retryable: false });
      });
      await admin.query(`DROP USER ${reader}`);
    });

    test("a url is refused with what is wrong about it, and not repeated", async () => {
      for (const wrong of [
        "mysql://ann:secret@host:port/db",
        "mysql://ann:secret@host/",
        `${url}?ssl-mode=MAYBE`,
        `${url}?flags=LOCAL_FILES`,
        `${url}?ssl-ca=/no/such/file`,
      ]) {
        const answer = await using(connector.open(options({ url: wrong })), (c) => c.probe());
        expect(failureIn(answer), wrong).toMatchObject({ error: "malformed", retryable: false });
        expect(JSON.stringify(answer)).not.toContain("secret");
      }
      const nowhere = `${url.replace(/\/[^/]*$/, "")}/no_such_database`;
      const answer = await using(connector.open(options({ url: nowhere })), (c) => c.probe());
      expect(failureIn(answer)).toMatchObject({ error: "unreachable", retryable: false });
    });

    test("a connection is encrypted when asked for, and to nobody but the one who can prove it", async () => {
      const probe = async (query: string) =>
        using(connector.open(options({ url: `${url}?${query}` })), (c) => c.probe());
      const ca = encodeURIComponent(server.caFile);
      expect(answered(await probe(""))).toMatchObject({ encryptedInTransit: false });
      expect(answered(await probe(`ssl-ca=${ca}`))).toMatchObject({ encryptedInTransit: true });
      expect(answered(await probe("ssl-mode=REQUIRED"))).toMatchObject({ encryptedInTransit: true });
      expect(failureIn(await probe("ssl-mode=VERIFY_CA"))).toMatchObject({
        error: "unreachable",
        retryable: false,
      });
    });

    test("a list of keys beyond what a packet holds is refused before anything is changed", async () => {
      const [rows] = await admin.query<mysql.RowDataPacket[]>("SELECT @@max_allowed_packet AS n");
      const long = "x".repeat(1_000);
      const tuples = Array.from({ length: Math.ceil(Number(rows[0]?.["n"]) / 1_000) }, (_, i) => [
        `${i}${long}`,
      ]);
      await admin.query(
        "CREATE TABLE wide (id int PRIMARY KEY, note text); INSERT INTO wide VALUES (1, 'x')",
      );
      const failure = failureIn(
        await live.count({ collection: "wide", anyOf: [{ fields: ["note"], tuples }] }),
      );
      expect(["malformed", "unreachable"]).toContain(failure.error);
      expect(failure.retryable).toBe(false);
      expect(failure.reason).toContain("max_allowed_packet");
      expect(answered(await live.count({ collection: "wide" }))).toBe(1);
    });

    test("a deadlock is tried again", async () => {
      await admin.query(
        "CREATE TABLE pairs (id int PRIMARY KEY, note varchar(20)); INSERT INTO pairs VALUES (1, 'a'), (2, 'b')",
      );
      await admin.query("START TRANSACTION; UPDATE pairs SET note = 'held' WHERE id = 2");
      const change = live.mutate([
        set("pairs", { note: "tombstone" }, "1"),
        set("pairs", { note: "tombstone" }, "2"),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      // Now each waits for the other; the server ends the one that changed less.
      const other = admin.query("UPDATE pairs SET note = 'held' WHERE id = 1").then(
        () => admin.query("COMMIT"),
        () => admin.query("ROLLBACK"),
      );
      expect(await change).toEqual({ ok: true, value: [1, 1] });
      await other;
      const [rows] = await admin.query<mysql.RowDataPacket[]>("SELECT DISTINCT note FROM pairs");
      expect(rows.map((row) => row["note"])).toEqual(["erased"]);
    });

    test("a signal may say what it likes: nothing of it gets out", async () => {
      await admin.query(`CREATE TABLE locked (id int PRIMARY KEY, email varchar(50)); INSERT INTO locked VALUES (1, 'ann@example.org');
      CREATE TRIGGER keep_row BEFORE DELETE ON locked FOR EACH ROW BEGIN DECLARE text VARCHAR(200) DEFAULT CONCAT('for key ''', OLD.email, '''');
        SIGNAL SQLSTATE '23000' SET MESSAGE_TEXT = text, MYSQL_ERRNO = 1062; END`);
      const failure = failureIn(
        await live.mutate([
          { act: "delete", collection: "locked", where: { fields: ["id"], tuples: [["1"]] } },
        ]),
      );
      expect(failure).toEqual({
        ok: false,
        error: "blocked",
        retryable: false,
        reason: "unique violation (1062)",
      });
    });
  });
