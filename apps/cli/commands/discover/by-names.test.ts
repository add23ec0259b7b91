/** A folder without a database, upon a map that was drafted from one. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { discover } from "./command.ts";

test("what values told stays in the map, and what the files add comes in", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-by-names-"));
  try {
    const map = join(folder, "app.yaml");
    const write = async () => {
      const options = { store: "app", write: "." };
      const { exit, err } = await runHere(discover, {
        ...{ folder, options, args: ["s.sql"], interactive: false, ask: async () => "q" },
        now: () => new Date("2030-01-01T00:00:00Z"),
      });
      expect([exit, err]).toEqual([0, expect.stringContaining("fields added")]);
      return readFile(map, "utf8");
    };
    await writeFile(join(folder, "s.sql"), "create table users (id bigint primary key, code text);\n");
    const drafted = await write();
    const learned = drafted.replace(/code: .*/, "code: user.contact.email # ? 0.90 its values are addresses");
    expect(learned).not.toBe(drafted);
    await writeFile(map, learned);
    await writeFile(
      join(folder, "s.sql"),
      "create table users (id bigint primary key, code text, email text);\n",
    );
    const later = await write();
    expect(later).toContain("code: user.contact.email # ? 0.90 its values are addresses");
    expect(later).toContain("email: user.contact.email");
  } finally {
    await rm(folder, { recursive: true });
  }
});
