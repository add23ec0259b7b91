/** Wycheproof's vectors (HMAC-SHA-256, Ed25519) over both sets of primitives: they must agree on every one. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hex } from "@avow/core/evidence/bytes";
import { portable } from "@avow/core/evidence/portable";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { nodePrimitives } from "./primitives.ts";

const VECTORS = join(import.meta.dirname, "../../../shared/vectors");
const present = existsSync(VECTORS);
if (!present) console.warn(`skipped: no vectors at ${VECTORS}`);

const read = <T>(schema: z.ZodType<T>, path: string): T =>
  schema.parse(JSON.parse(readFileSync(path, "utf8")));

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
  ["node", nodePrimitives],
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
