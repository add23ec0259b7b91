/** Rows that broke something by what they hold are named on each engine, and their locators lead to them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector as mysql } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import type { Suspects } from "@avow/core/commitments/proof";
import { must } from "@avow/core/terms/assert";
import { type Club, clubsOn } from "@avow/provision/club";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Connector } from "../connector-kit/contract.ts";
import { BUDGET } from "./budget/model.ts";
import { locateRow } from "./locate.ts";
import { nameSuspects } from "./suspects.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`naming rows on MariaDB is not tried: ${server.missing}`);
const CONNECTORS = { postgres, mysql, sqlite };

for (const { engine, start } of clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
}))
  describe(`rows are named on ${engine}`, () => {
    let folder: string;
    let club: Club;
    let app: Connector;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-suspects-"));
      club = await start(folder);
      const module = must(
        Object.entries(CONNECTORS).find(([name]) => name === engine)?.[1],
        "the engine has a connector",
      );
      const url = club.url === "sqlite:club.db" ? `sqlite:${join(folder, "club.db")}` : club.url;
      app = module.open({ url, access: "read", statementTimeoutMs: 30_000 });
      await club.rows("insert into payments values (11, 1, 1.00, 'O''Hara''s \"', '2025-01-01 10:00:00')");
      await club.rows("insert into payments values (12, 1, 1.00, null, '2025-01-01 10:00:00')");
    });
    afterAll(async () => {
      await app.close();
      await club.drop();
      await rm(folder, { recursive: true });
    });

    const locatorOf = (place: string): string => `locator of ${place}`;
    const context = (budget = BUDGET) => ({
      beside: { budget, perStore: new Map() },
      ...{ readers: { app }, locatorOf, spent: { rows: 0, bytes: 0 } },
      describe: () => app.describe(),
    });
    const notes = (values: readonly (string | null)[]): Suspects => ({
      ...{ what: "somebody whom the policy does not name", store: "app", collection: "payments" },
      where: { note: values },
    });

    test("by any value that a field may hold, nothing at all included, and no other row", async () => {
      const named = await nameSuspects([notes(["O'Hara's \"", "for Bob", null])], context());
      const ids: string[] = [];
      for (const { locator = "", what } of named) {
        expect(what).toBe("a row of `payments`: somebody whom the policy does not name");
        const { found } = await locateRow({ ...{ readers: { app }, locatorOf }, locator });
        ids.push(found?.key["id"] ?? "");
      }
      expect(ids.sort()).toEqual(["11", "12", "3"]);
      expect(await nameSuspects([notes(["nobody holds this"])], context())).toEqual([]);
    });

    test("what costs more than a run may read is not named, and says so", async () => {
      const [only, ...others] = await nameSuspects([notes(["for Bob"])], context({ ...BUDGET, bytes: 1 }));
      expect(others).toEqual([]);
      expect(only?.locator).toBeUndefined();
      expect(only?.what).toMatch(
        /^no row of `payments` is named: to read `payments` as well would be .+ (bytes|kB) and \d+ rows, and a run may read 1 bytes/,
      );
    });
  });
