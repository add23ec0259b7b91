/** The map that a store's owner has pinned, through the real command line. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "@avow/core/terms/assert";
import { clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { freshDatabase } from "@avow/provision/database";
import { expect, inject, test } from "vitest";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { runningCli } from "../../testing/run.ts";

test("it carries requests and checks, and no other does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-pin-"));
  const state = await freshDatabase(inject("postgresUrl"), "pin_state");
  const clubs = clubsOn({ postgresUrl: inject("postgresUrl"), mariaUrl: null });
  const club = await must(clubs[0], "there is a PostgreSQL").start(folder);
  const env = {
    ...ENVIRONMENT,
    AVOW_HOME: join(folder, ".avow"),
    APP_URL: club.url,
    STATE_URL: state.url,
  };
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const manifest = (more: string): string =>
    `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL${more} } }\nstate: env:STATE_URL\n`;
  const avow = (...args: string[]) => runningCli({ folder, env }, args);
  const dryRun = ["request", "access", "--person", "email=ada@example.org", "--dry-run"];
  try {
    await write("policy.en.md", POLICY);
    await write("app.yaml", mapOf("postgres"));
    await write("avow.yaml", manifest(""));
    const printed = await avow("grants");
    const [, pin = ""] = /`pin: (sha256:[0-9a-f]{64})`/.exec(printed.out) ?? [];
    await write("avow.yaml", manifest(`, pin: '${pin}'`));
    expect(await avow(...dryRun)).toMatchObject({ code: 0 });
    // The same rows, and one field less that counts as the person's.
    await write("app.yaml", mapOf("postgres").replace("amount: user.financial", "amount: system"));
    for (const args of [dryRun, ["verify"], ["grants"]]) {
      const refused = await avow(...args);
      expect(refused.code, args[0]).toBe(2);
      expect(refused.err, args[0]).toContain("is not the one that its owner has pinned");
    }
  } finally {
    await club.drop();
    await state.drop();
    await rm(folder, { recursive: true });
  }
});
