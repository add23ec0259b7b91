import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { adapterBasis } from "./adapter.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-adapter-"));
  await mkdir(join(folder, "desk"));
  await writeFile(
    join(folder, "drill.ts"),
    'import pg from "pg";\nimport { desk } from "./desk/desk.ts";\nexport * from "./gone.ts";\n',
  );
  await writeFile(
    join(folder, "desk", "desk.ts"),
    'import type { D } from "../drill.ts";\nexport const desk = 1;\n',
  );
  await writeFile(join(folder, "aside.ts"), "export {};\n");
});
afterEach(() => rm(folder, { recursive: true }));

test("an adapter is what its files say, also those that it imports, and no others", async () => {
  const basis = (): Promise<string> => adapterBasis(folder, { adapter: "drill.ts" });
  const first = await basis();
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  await writeFile(join(folder, "aside.ts"), "export const changed = true;\n");
  expect(await basis()).toBe(first);
  await writeFile(join(folder, "desk", "desk.ts"), "export const desk = 2;\n");
  const second = await basis();
  expect(second).not.toBe(first);
  await rm(join(folder, "drill.ts"));
  expect([first, second]).not.toContain(await basis());
  expect(await adapterBasis(folder, null)).toBe("none");
});
