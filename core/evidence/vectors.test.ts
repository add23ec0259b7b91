/** Vectors of others: transparency-dev/merkle, RFC 6962 proofs, the malformed ones too. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fromBase64 } from "./bytes.ts";
import { portable } from "./portable.ts";
import { verifyConsistency, verifyInclusion } from "./verify.ts";

const VECTORS = join(import.meta.dirname, "../../../shared/vectors");
const present = existsSync(VECTORS);
if (!present) console.warn(`skipped: no vectors at ${VECTORS}`);

const read = <T>(schema: z.ZodType<T>, path: string): T =>
  schema.parse(JSON.parse(readFileSync(path, "utf8")));
const files = (folder: string): string[] =>
  globSync("**/*.json", { cwd: join(VECTORS, folder) }).map((f) => join(VECTORS, folder, f));
/** What can not be decoded at all is as wrong as what does not verify. */
const bytes = z
  .string()
  .nullable()
  .transform((text) => fromBase64(text ?? "") ?? new Uint8Array());
const proof = z
  .array(bytes)
  .nullable()
  .transform((list) => list ?? []);

const inclusion = z.object({
  ...{ leafIdx: z.number(), treeSize: z.number(), root: bytes, leafHash: bytes, proof, wantErr: z.boolean() },
});
const consistency = z.object({
  ...{ size1: z.number(), size2: z.number(), root1: bytes, root2: bytes, proof, wantErr: z.boolean() },
});

describe.runIf(present)("RFC 6962", () => {
  const inclusions = files("rfc6962/inclusion");
  const consistencies = files("rfc6962/consistency");

  test("all of them are there", () => {
    expect([inclusions.length, consistencies.length]).toEqual([98, 98]);
  });

  test.each(inclusions.map((f) => relative(VECTORS, f)))("%s", (file) => {
    const v = read(inclusion, join(VECTORS, file));
    const { leafIdx: index, treeSize: size, leafHash: leaf, root } = v;
    expect(verifyInclusion(portable, { index, size, leaf, root, proof: v.proof })).toBe(!v.wantErr);
  });

  test.each(consistencies.map((f) => relative(VECTORS, f)))("%s", (file) => {
    const v = read(consistency, join(VECTORS, file));
    const input = { oldSize: v.size1, newSize: v.size2, oldRoot: v.root1, newRoot: v.root2, proof: v.proof };
    expect(verifyConsistency(portable, input)).toBe(!v.wantErr);
  });
});
