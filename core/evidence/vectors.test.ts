/** Vectors of others: transparency-dev/merkle (RFC 6962 proofs, malformed ones too) and Wycheproof (HMAC-SHA-256, Ed25519). */
import { createHash, createHmac, createPublicKey, verify } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fromBase64, hex } from "./bytes.ts";
import { portable } from "./portable.ts";
import type { Primitives } from "./primitives.ts";
import { verifyConsistency, verifyInclusion } from "./verify.ts";

const VECTORS = join(import.meta.dirname, "../../../shared/vectors");
const present = existsSync(VECTORS);
if (!present) console.warn(`skipped: no vectors at ${VECTORS}`);

const node: Primitives = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
  verifyEd25519(publicKey, message, signature) {
    const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey]);
    return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
  },
};

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

const fromHex = z.string().transform((text) => Uint8Array.from(Buffer.from(text, "hex")));
const result = z.enum(["valid", "invalid", "acceptable"]);
const macs = z.object({
  testGroups: z.array(
    z.object({
      tagSize: z.number(),
      tests: z.array(z.object({ key: fromHex, msg: fromHex, tag: fromHex, result, tcId: z.number() })),
    }),
  ),
});
const signatures = z.object({
  testGroups: z.array(
    z.object({
      publicKey: z.object({ pk: fromHex }),
      tests: z.array(z.object({ msg: fromHex, sig: fromHex, result, tcId: z.number() })),
    }),
  ),
});

describe.runIf(present).each([
  ["portable", portable],
  ["node", node],
])("Wycheproof, %s", (_name, primitives) => {
  test("HMAC-SHA-256", () => {
    const wrong: number[] = [];
    let seen = 0;
    for (const group of read(macs, join(VECTORS, "wycheproof/hmac_sha256_test.json")).testGroups) {
      for (const t of group.tests) {
        const tag = primitives.hmacSha256(t.key, t.msg).slice(0, group.tagSize / 8);
        seen += 1;
        if ((hex(tag) === hex(t.tag)) !== (t.result === "valid")) wrong.push(t.tcId);
      }
    }
    expect(seen).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  test("Ed25519", () => {
    const wrong: number[] = [];
    let seen = 0;
    for (const group of read(signatures, join(VECTORS, "wycheproof/ed25519_test.json")).testGroups) {
      for (const t of group.tests) {
        seen += 1;
        if (primitives.verifyEd25519(group.publicKey.pk, t.msg, t.sig) !== (t.result === "valid"))
          wrong.push(t.tcId);
      }
    }
    expect(seen).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });
});
