/** What collations take for one: links follow it, and of nothing else a text equals more than itself (spec/connector.md, "Several notations"). */
import { oneNotation } from "@avow/core/terms/notations";
import { freshMariaDb } from "@avow/provision/mariadb";
import type { Connector, Match } from "@avow/runtime/connector-kit/contract";
import { answered, readAll } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const server = inject("mariaDb");
const LETTERS = Array.from("abcdefghijklmnopqrstuvwxyz");

/** `kinds` has a column for each collation whose name ends in `_ci`. */
async function columnsOf(admin: mysql.Connection): Promise<ReadonlyMap<string, string>> {
  const [rows] = await admin.query<mysql.RowDataPacket[]>(
    `SELECT FULL_COLLATION_NAME AS collation, CHARACTER_SET_NAME AS charset FROM information_schema.collation_character_set_applicability
      WHERE FULL_COLLATION_NAME LIKE '%_ci' AND CHARACTER_SET_NAME NOT IN ('utf16', 'utf16le', 'utf32', 'ucs2')`,
  );
  return new Map(rows.map((row, i) => [`c${i}`, `${row.charset} COLLATE ${row.collation}`]));
}

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  describe("mariadb", () => {
    let admin: mysql.Connection;
    let drop: () => Promise<void>;
    let live: Connector;
    let columns: ReadonlyMap<string, string>;

    beforeAll(async () => {
      const database = await freshMariaDb(server.url, "mysql_collation");
      drop = database.drop;
      admin = await mysql.createConnection({ uri: database.url, multipleStatements: true });
      columns = await columnsOf(admin);
      const all = [...columns].map(([name, of]) => `${name} varchar(4) CHARACTER SET ${of}`);
      await admin.query(`
        CREATE TABLE kinds (id int PRIMARY KEY, ${all.join(", ")});
        CREATE TABLE posts (id int PRIMARY KEY, plain varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
          bare varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_nopad_ci, latin varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci,
          turkish varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_turkish_ci, bin varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, raw varbinary(20));
        INSERT INTO posts SELECT 1 + seq, n, n, REPLACE(n, 'ł', '?'), n, n, n FROM (SELECT 0 seq, 'ann' n UNION SELECT 1, 'ANN' UNION SELECT 2, 'Ann ' UNION SELECT 3, 'änn' UNION SELECT 4, 'ł') AS v`);
      live = connector.open({ url: database.url, access: "read", statementTimeoutMs: 60_000 });
    });
    afterAll(async () => {
      await live?.close();
      await admin?.end();
      await drop?.();
    });

    const notations = async (table: string) => {
      const { collections } = answered(await live.describe());
      const fields = collections.find((c) => c.name === table)?.fields ?? [];
      return new Map(fields.map((f) => [f.name, f.notations]));
    };
    const found = async (match: Match): Promise<string[]> =>
      (await readAll(live, { collection: "posts", fields: ["id"], anyOf: [match] }))
        .flatMap((r) => r[0] ?? [])
        .sort();

    test("what is said of a collation holds: letters of ASCII in any case, alone and in pairs, and blanks", async () => {
      const told = await notations("kinds");
      const certain = [...columns.keys()].filter((name) => told.get(name) !== "collation");
      expect(certain.length).toBeGreaterThan(20);
      for (const name of certain) {
        const kind = told.get(name);
        expect(["spelling", "padded"]).toContain(kind);
        const [charset = "", collation = ""] = (columns.get(name) ?? "").split(" COLLATE ");
        const text = (of: string): string => `CONVERT(${of} USING ${charset}) COLLATE ${collation}`;
        const letters = LETTERS.map((l) => `SELECT '${l}' AS l`).join(" UNION ALL ");
        const [[row]] = await admin.query<mysql.RowDataPacket[]>(`
          SELECT SUM(${text("CONCAT(a.l, b.l)")} <> ${text("CONCAT(a.l, UPPER(b.l))")}) + SUM(${text("CONCAT(a.l, b.l)")} <> ${text("CONCAT(UPPER(a.l), b.l)")})
            + SUM(${text("CONCAT(a.l, b.l)")} <> ${text("UPPER(CONCAT(a.l, b.l))")}) AS differ, ${text("'a'")} = ${text("'a  '")} AS padded
          FROM (${letters}) AS a, (${letters}) AS b`);
        expect([Number(row?.differ), Number(row?.padded)], collation).toEqual([0, kind === "padded" ? 1 : 0]);
      }
    });

    test("a text equals itself only, and what the collation says where that is asked for", async () => {
      expect(await notations("posts")).toEqual(
        new Map<string, string | undefined>([
          ...([
            ["id", "integer"],
            ["plain", "padded"],
            ["bare", "spelling"],
            ["latin", "padded"],
          ] as const),
          ...([
            ["turkish", "collation"],
            ["bin", undefined],
            ["raw", "other"],
          ] as const),
        ]),
      );
      const ann = { tuples: [["ann"]] };
      for (const field of ["plain", "bare", "latin", "turkish", "bin"])
        expect(await found({ ...ann, fields: [field] }), field).toEqual(["1"]);
      const collated = async (field: string): Promise<string[]> =>
        found({ ...ann, fields: [field], collated: true });
      expect(await collated("plain")).toEqual(["1", "2", "3", "4"]);
      expect(await collated("bare")).toEqual(["1", "2", "4"]);
      expect(await collated("latin")).toEqual(["1", "2", "3"]);
      expect(await collated("turkish")).toEqual(["1", "2", "3", "4"]);
      expect(await collated("bin")).toEqual(["1"]);
      expect(await found({ fields: ["plain", "latin"], tuples: [["ANN", "aNN"]], collated: true })).toEqual([
        "1",
        "2",
        "3",
      ]);
      expect(oneNotation("padded", "Ann ")).toBe(oneNotation("padded", "aNN"));
      expect(oneNotation("spelling", "Ann ")).not.toBe(oneNotation("spelling", "ann"));
    });

    test("a letter that a column can't hold is no question mark", async () => {
      expect(await found({ fields: ["latin"], tuples: [["ł"]], collated: true })).toEqual([]);
      expect(await found({ fields: ["latin"], tuples: [["?"]], collated: true })).toEqual(["5"]);
    });
  });
