import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kinds } from "../../commitments/index.ts";
import { blockSchema } from "./block-schema.ts";

test("the schema that editors read", async () => {
  await expect(`${JSON.stringify(blockSchema(kinds), null, 2)}\n`).toMatchFileSnapshot(
    join(import.meta.dirname, "../../../spec/commit-block.schema.json"),
  );
});

test("it has every kind with its required keys, and lets one value stand for a list", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../spec/commit-block.schema.json"), "utf8");
  const { items } = JSON.parse(text);
  expect(items.anyOf.map((e: { title: string }) => e.title).sort()).toEqual(
    [...kinds.map((k) => k.name), "informs"].sort(),
  );
  const share = items.anyOf.find((e: { title: string }) => e.title === "share");
  expect(share.required).toEqual(["id", "share", "with"]);
  expect(share.properties.share.anyOf).toHaveLength(2);
  expect(Object.keys(share.properties)).toEqual(expect.arrayContaining(["if", "unless", "in", "promise"]));
});
