import { expect, test } from "vitest";
import { COMMANDS } from "./commands/index.ts";

test("each command is listed under its own name", async () => {
  const loaded = await Promise.all(COMMANDS.map(async (c) => [c.name, (await c.load()).name]));
  for (const [listed, own] of loaded) expect(listed).toBe(own);
  expect(new Set(COMMANDS.map((c) => c.name)).size).toBe(COMMANDS.length);
});
