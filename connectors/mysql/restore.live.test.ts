/** Every kind of column that MariaDB has, deleted and put back: looked at by MariaDB itself, byte by byte, before and after. */
import { freshMariaDb } from "@avow/provision/mariadb";
import { answered, readAll } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { describe, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const server = inject("mariaDb");
const SCHEMA = `
  SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
  CREATE TABLE kinds (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, note varchar(40) CHARACTER SET latin1, padded char(8), small tinyint unsigned, money decimal(20,4),
    at datetime(6), stamp timestamp NULL, day date, clock time(3), year year, bits bit(9), single float, twin double, mood enum('so so','o''k','') NOT NULL,
    tags set('x','y'), doc json, ref uuid, ip inet6, raw binary(4), blobs blob, place point, doubled int GENERATED ALWAYS AS (small * 2) STORED,
    virtually int GENERATED ALWAYS AS (small * 3) VIRTUAL, changed timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp());
  INSERT INTO kinds (id, note, padded, small, money, at, stamp, day, clock, year, bits, single, twin, mood, tags, doc, ref, ip, raw, blobs, place, changed) VALUES
    (18446744073709551614, 'Zoë', 'ab ', 255, 10.5, '2024-05-05 03:05:05.123456', '2024-05-05 03:05:05', '2024-02-29', '-12:00:00.5', 2024, b'100000001', 0.1, 0.1,
      'o''k', 'x,y', '{"a": 1.50,  "b": "ü"}', '6F8B0C1E-3A52-4F0E-9D0B-7C1F2E3D4A5B', '::1', 'ab', x'00ff5c27', PointFromText('POINT(1.25 2)', 4326), '2020-01-01 00:00:00'),
    (0, 'it''s \\\\ "q"', '', 0, -0.0001, '0000-00-00', NULL, '2024-00-10', '838:59:59.999', 0000, b'0', 16777216, -1e-300, 'so so', '', NULL, NULL, NULL, x'00000000', '', NULL, '2020-01-01 00:00:00'),
    (7, NULL, NULL, NULL, NULL, NULL, NULL, '0000-00-00', NULL, NULL, NULL, 3.4e38, 0.30000000000000004, '', NULL, 'null', NULL, NULL, NULL, NULL, NULL, '2020-01-01 00:00:00');`;

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  test("rows come back as they were: zero dates, bits, bytes, shapes, floats, a row numbered 0", async () => {
    const database = await freshMariaDb(server.url, "restore");
    const admin = await mysql.createConnection({
      uri: database.url,
      multipleStatements: true,
      charset: "utf8mb4",
    });
    await admin.query(SCHEMA);
    const live = connector.open({ url: database.url, access: "erase", statementTimeoutMs: 30_000 });
    const { collections } = answered(await live.describe());
    const all = collections.find((c) => c.name === "kinds")?.fields ?? [];
    const fields = all.filter((f) => !f.generated).map((f) => f.name);
    const seen = async (): Promise<unknown> => {
      const hex = all.map((f) => `HEX(CAST(\`${f.name}\` AS BINARY)) AS \`${f.name}\``).join(", ");
      const exact = "HEX(single = 0.1), CAST(single AS DOUBLE) AS s, CAST(twin AS DOUBLE) AS t";
      return (await admin.query(`SELECT ${hex}, ${exact} FROM kinds ORDER BY id`))[0];
    };
    const before = await seen();
    const rows = await readAll(live, { collection: "kinds", fields: [], exact: fields });
    const ids = (await readAll(live, { collection: "kinds", fields: ["id"] })).map(([id]) => [id ?? ""]);
    answered(
      await live.mutate([{ act: "delete", collection: "kinds", where: { fields: ["id"], tuples: ids } }]),
    );
    expect(await seen()).toEqual([]);
    answered(await live.mutate([{ act: "insert", collection: "kinds", fields, rows }]));
    expect(await seen()).toEqual(before);
    // The same by updates: everything that may be null is emptied and given back.
    const nullable = all.filter((f) => f.nullable && !f.generated).map((f) => f.name);
    const read = () => readAll(live, { collection: "kinds", fields: ["id"], exact: nullable });
    const was = await read();
    await admin.query(
      `UPDATE kinds SET ${nullable.map((f) => `\`${f}\` = NULL`).join(", ")}, changed = changed`,
    );
    const updated = was.map(([id, ...to]) => ({ key: [id ?? ""], was: nullable.map(() => null), to }));
    answered(
      await live.mutate([
        { act: "update", collection: "kinds", key: ["id"], fields: nullable, rows: updated },
      ]),
    );
    expect(await seen()).toEqual(before);
    await live.close();
    await admin.end();
    await database.drop();
  });
