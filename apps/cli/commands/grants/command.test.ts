import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { grants } from "./command.ts";

const MECHAT = join(import.meta.dirname, "../../../../services/mechat");

test("a service without a store needs no account, and is told so", async () => {
  const ran = await runHere(grants, { folder: MECHAT });
  expect(ran).toEqual({ exit: 0, out: "", err: expect.stringContaining("connects no store") });
});
