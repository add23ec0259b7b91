/** The quick commitments are those of core/evidence, and neither keys nor words are left lying. */
import { createHash } from "node:crypto";
import { base64 } from "@avow/core/evidence/bytes";
import { blindingOf, subjectCommitment, textCommitment } from "@avow/core/evidence/entry";
import { portable } from "@avow/core/evidence/portable";
import { expect, test } from "vitest";
import { committer } from "./commitments.ts";

const ORIGINS = ["avow.invalid/shop/0a1b2c3d", "ledger.example.com/t/ü/2026a", "x"];
const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
let drawn = 0;
const bytes = (): Buffer => createHash("sha256").update(`${seed} ${drawn++}`).digest();
const upTo = (most: number): number => bytes().readUInt32BE(0) % most;

function uuid(): string {
  const digits = bytes().toString("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** Short and long, around the room that is held ready, in one to four bytes a character. */
const LENGTHS = [0, 1, 55, 56, 63, 64, 65, 100, 1200, 1330, 1340, 4000, 4096, 5000, 60_000];
const SIGNS = ["a", "ß", "€", "😀"];
const textOf = (): string =>
  (SIGNS[upTo(SIGNS.length)] ?? "").repeat(LENGTHS[upTo(LENGTHS.length)] ?? 0) + "z".repeat(upTo(9));

test(`as core/evidence makes them, keys in turns, seed ${seed}`, () => {
  for (const origin of ORIGINS) {
    const commitments = committer(origin);
    const keys = [bytes(), bytes(), bytes()];
    for (let n = 0; n < 150; n += 1) {
      const key = keys[upTo(keys.length)] ?? bytes();
      const said = { id: uuid(), type: ["check", "a", "r".repeat(32)][upTo(3)] ?? "", text: textOf() };
      const place = { origin, id: said.id };
      commitments.under(key);
      const body = textCommitment(portable, blindingOf(portable, key, place), { ...place, ...said });
      const sub = subjectCommitment(portable, key, place);
      // Either order: neither leans on what the other left.
      const made =
        n % 2 === 0 ? [commitments.sub(said.id), commitments.body(said)] : [null, commitments.body(said)];
      made[0] ??= commitments.sub(said.id);
      expect(made, `${said.text.length} characters`).toEqual([base64(sub), base64(body)]);
      if (upTo(5) === 0) commitments.forget();
    }
  }
});

test("what was forgotten needs its key again", () => {
  const commitments = committer("x");
  const [key, id] = [bytes(), uuid()];
  commitments.under(key);
  const before = commitments.sub(id);
  commitments.forget();
  for (const text of ["short", "y".repeat(5000)])
    expect(() => commitments.body({ id, type: "check", text })).toThrow("made under a key");
  expect(() => commitments.sub(id)).toThrow("made under a key");
  expect(() => commitments.under(key.subarray(1))).toThrow("32 bytes");
  commitments.under(key);
  expect(commitments.sub(id)).toBe(before);
});
