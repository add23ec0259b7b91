/** Several kinds of act in one statement: what a kind does not name stays byte for byte, and an account needs no right more than before. */

import type { MaskAct } from "@avow/core/datamap/model";
import { freshMariaDb } from "@avow/provision/mariadb";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { answered, using } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const server = inject("mariaDb");
const LAYOUT = `DROP TABLE IF EXISTS kinds; SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
  CREATE TABLE kinds (id bigint unsigned PRIMARY KEY, note varchar(40) CHARACTER SET latin1, sjis varchar(40) CHARACTER SET sjis, padded char(8) UNIQUE,
    small tinyint unsigned, money decimal(20,4), at datetime(6), stamp timestamp NULL, day date, clock time(3), year year, bits bit(9), single float,
    twin double, mood enum('so so','o''k','') NOT NULL, tags set('x','y'), doc json, ref uuid, ip inet6, raw binary(4), blobs blob,
    changed timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp());
  INSERT INTO kinds VALUES
    (1, 'Zoë', 'ソ表', 'ab ', 255, 10.5, '2024-05-05 03:05:05.123456', '2024-05-05 03:05:05', '2024-02-29', '-12:00:00.5', 2024, b'100000001', 0.1, 0.1,
      'o''k', 'x,y', '{"a": 1.50,  "b": "ü"}', '6F8B0C1E-3A52-4F0E-9D0B-7C1F2E3D4A5B', '::1', 'ab', x'00ff5c27', '2020-01-01 00:00:00'),
    (2, 'it''s', '', '', 0, -0.0001, '0000-00-00', '1970-01-01 00:00:01', '2024-00-10', '838:59:59.999', 0000, b'0', 16777216, -1e-300, '', '', 'null', NULL, NULL,
      x'00000000', '', '2020-01-01 00:00:00'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0000-00-00', NULL, NULL, NULL, 3.4e38, 0.30000000000000004, '', NULL, NULL, NULL, NULL, NULL, NULL,
      '2020-01-01 00:00:00');
  INSERT IGNORE INTO kinds (id, mood, changed) VALUES (4, 'no such label', '2020-01-01 00:00:00');`;

const set = (id: string, fields: readonly string[], act: MaskAct): Mutation => ({
  ...{ act: "set", collection: "kinds", where: { fields: ["id"], tuples: [[id]] } },
  set: Object.fromEntries(fields.map((f) => [f, act])),
});

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  describe("several kinds of act on mariadb", () => {
    let admin: mysql.Connection;
    let database: Awaited<ReturnType<typeof freshMariaDb>>;
    beforeAll(async () => {
      database = await freshMariaDb(server.url, "kinds");
      admin = await mysql.createConnection({
        ...{ uri: database.url, multipleStatements: true, charset: "utf8mb4" },
      });
    });
    beforeEach(async () => void (await admin.query(LAYOUT)));
    afterAll(async () => {
      await admin?.end();
      await database?.drop();
    });
    const open = (url = database.url, onStatement = (): void => undefined) =>
      connector.open({ url, access: "erase", statementTimeoutMs: 30_000, onStatement });

    test("a row keeps byte for byte what its own kind does not name, whatever the type", async () => {
      const live = open();
      const all = answered(await live.describe()).collections.find((c) => c.name === "kinds")?.fields ?? [];
      const fields = all.filter((f) => f.name !== "id" && f.stamped !== true).map((f) => f.name);
      const seen = async (): Promise<readonly Record<string, unknown>[]> => {
        const hex = all.map((f) => `HEX(CAST(\`${f.name}\` AS BINARY)) AS \`${f.name}\``).join(", ");
        const exact =
          "HEX(bits + 0) AS b, CAST(single AS DOUBLE) AS s, CAST(twin AS DOUBLE) AS t, mood + 0 AS m";
        const [rows] = await admin.query<mysql.RowDataPacket[]>(
          `SELECT id, ${exact}, ${hex} FROM kinds ORDER BY id`,
        );
        return rows;
      };
      const before = await seen();
      let joint = 0;
      for (const field of fields) {
        let sent = 0;
        const counting = open(undefined, () => void (sent += 1));
        const other = field === "money" ? "small" : "money";
        const mutations = [set("1", [field], "tombstone"), set("3", [other], "tombstone")];
        expect(await using(counting, (c) => c.mutate(mutations))).toEqual({ ok: true, value: [1, 1] });
        joint += sent === 1 ? 1 : 0;
        for (const row of [1, 3]) {
          const now = (await seen())[row] ?? {};
          const changed = Object.keys(now).filter((f) => now[f] !== before[row]?.[f]);
          expect([field, ...changed]).toEqual([field]);
        }
        await admin.query(LAYOUT);
      }
      // Labels, bits and a character set with two codes for one letter go one after the other.
      expect(fields.length - joint).toBe(4);
      await live.close();
    });

    test("an account that may change a field and not see it changes it all the same, kind by kind", async () => {
      const user = `blind_${database.url.split("_").at(-1)}`;
      await admin.query(`CREATE USER ${user} IDENTIFIED BY 'b'; GRANT SELECT (id, changed) ON kinds TO ${user};
        GRANT UPDATE (note, money, changed) ON kinds TO ${user}`);
      const url = Object.assign(new URL(database.url), { username: user, password: "b" }).href;
      const mutations = [set("1", ["note"], "null"), set("2", ["money"], "null")];
      expect(await using(open(url), (c) => c.mutate(mutations))).toEqual({ ok: true, value: [1, 1] });
      const [rows] = await admin.query("SELECT id, note, money FROM kinds WHERE id < 3 ORDER BY id");
      expect(rows).toEqual([
        { id: 1, note: null, money: "10.5000" },
        { id: 2, note: "it's", money: null },
      ]);
      await admin.query(`DROP USER ${user}`);
    });
  });
