import { expect, test } from "vitest";
import { COMMANDS } from "./commands/index.ts";

test("each command is listed once, and is there", async () => {
  for (const command of await Promise.all(COMMANDS.map((c) => c.load())))
    expect(command.run).toBeTypeOf("function");
  expect(new Set(COMMANDS.map((c) => c.name)).size).toBe(COMMANDS.length);
});
