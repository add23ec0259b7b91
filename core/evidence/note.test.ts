import { expect, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { openCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { emptyRoot } from "./hashing.ts";
import {
  formatKey,
  formatNote,
  formatSignature,
  parseKey,
  parseNote,
  parseSignatures,
  signersOf,
} from "./note.ts";
import { portable } from "./portable.ts";
import { logSigner, signedBy, witnessSigner } from "./testing/signing.ts";

const p = portable;
const ORIGIN = "ledger.example.com/shop";
const log = logSigner(ORIGIN, 1);
const other = logSigner(ORIGIN, 2);
const witness = witnessSigner("witness.example/w1", 3, 1_679_315_147);
const checkpoint = { origin: ORIGIN, size: 0, root: emptyRoot(p) };
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const good = textOf(signedBy(checkpoint, [log, witness]));
const trust = { log: [log.key], witnesses: [witness.key] };
const open = (text: string, by = trust) => openCheckpoint(p, utf8(text), by);

test("a note of another implementation (the example of golang.org/x/mod/sumdb/note)", () => {
  const key = parseKey(p, "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const line =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  const note = parseNote(utf8(`${text}\n${line}`));
  if (key === null || note === null) throw new Error("neither key nor note was read");
  expect(signersOf(p, note, [key])).toHaveLength(1);
  // Others read the id in letters large or small.
  expect(parseKey(p, "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")).toEqual(key);
  expect(formatKey(key)).toBe("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  expect(signersOf(p, { ...note, text: text.replace("your", "our") }, [key])).toBeNull();
});

test("a checkpoint, its log's signature and a cosignature with its time", () => {
  const opened = open(good);
  expect(opened).toMatchObject({
    ok: true,
    value: { origin: ORIGIN, size: 0, logKeys: [{ at: null }], witnesses: [{ at: 1_679_315_147 }] },
  });
});

test("while a key is replaced both sign; each of them is enough", () => {
  const both = textOf(signedBy(checkpoint, [log, other]));
  for (const key of [log.key, other.key]) expect(open(both, { log: [key], witnesses: [] }).ok).toBe(true);
});

test("unknown signers are ignored, also under a known name or a known id", () => {
  const strangers = textOf(signedBy(checkpoint, [logSigner(ORIGIN, 9), log, logSigner("else.example", 8)]));
  expect(open(strangers).ok).toBe(true);
  const sameId = { name: "else.example", id: log.key.id, bytes: new Uint8Array(64) };
  expect(open(good + formatSignature(sameId)).ok).toBe(true);
});

test.each<readonly [string, number, number]>([
  ["ECDSA (0x02), in DER", 2, 71],
  ["a tree head of RFC 6962 (0x05)", 5, 80],
  ["ML-DSA-44 cosignature (0x06), after a time", 6, 8 + 2420],
  ["what nobody has assigned (0xff)", 255, 5000],
])(
  "a line of an algorithm that is not known here is passed over, under whatever name: %s",
  (_, type, length) => {
    for (const name of [ORIGIN, "witness.example/w1", "else.example"]) {
      const id = p.sha256(utf8(`${name}\n${type}`)).slice(0, 4);
      const line = formatSignature({ name, id, bytes: new Uint8Array(length).fill(type) });
      const [text = "", own = ""] = good.split("\n\n");
      for (const note of [good + line, `${text}\n\n${line}${own}`])
        expect(open(note)).toMatchObject({ ok: true, value: { logKeys: [{}], witnesses: [{}] } });
      // It is not taken for a signature either.
      expect(open(`${text}\n\n${line}`)).toEqual({
        ok: false,
        reason: "none of the given keys signed the checkpoint",
      });
    }
  },
);

test("a known key with the length of another algorithm, or with none, is a false signature", () => {
  for (const length of [1, 63, 65, 72, 2420])
    for (const { name, id } of [log.key, witness.key])
      expect(open(good + formatSignature({ name, id, bytes: new Uint8Array(length) }))).toEqual({
        ok: false,
        reason: "a signature by a known key does not hold",
      });
});

test("a known key that signed wrongly spoils the whole note, also beside its right signature", () => {
  const forged = formatSignature({ ...log.sign("another text\n") });
  expect(open(good + forged)).toEqual({ ok: false, reason: "a signature by a known key does not hold" });
  const late = formatSignature(witnessSigner("witness.example/w1", 3, 5).sign("another text\n"));
  expect(open(good + late).ok).toBe(false);
});

test("a signature twice counts once", () => {
  const twice = good + formatSignature(witness.sign(good.slice(0, good.indexOf("\n\n") + 1)));
  expect(open(twice)).toMatchObject({ ok: true, value: { witnesses: [{}] } });
});

test("no key of the log: refused", () => {
  expect(open(good, { log: [other.key], witnesses: [witness.key] })).toEqual({
    ok: false,
    reason: "none of the given keys signed the checkpoint",
  });
  expect(open(good, { log: [], witnesses: [witness.key] }).ok).toBe(false);
  // A key of another log does not speak for this one.
  const elsewhere = logSigner("else.example/log", 1);
  expect(open(good, { log: [elsewhere.key], witnesses: [] }).ok).toBe(false);
  expect(open(textOf(signedBy({ ...checkpoint, origin: "else.example/log" }, [log]))).ok).toBe(false);
});

const signature = good.slice(good.indexOf("\n\n") + 2);
const body = good.slice(0, good.indexOf("\n\n") + 1);
const root = body.split("\n")[2] ?? "";
const resigned = (text: string): string => formatNote({ text, signatures: [log.sign(text)] });

test.each([
  ["line ends of Windows", good.replaceAll("\n", "\r\n")],
  ["a tabulator", resigned(body.replace("shop", "sh\top"))],
  ["a zero byte", `${good}\0`],
  ["no newline at the end", good.slice(0, -1)],
  ["no signature", `${body}\n`],
  ["no empty line", body + signature],
  ["two dashes for one", good.replaceAll("— ", "-- ")],
  ["two blanks", good.replace("— ", "—  ")],
  ["an empty line after the signatures", `${good}\n`],
  [
    "base64 with loose bits at the end",
    good.replace(/([A-P])==\n/, (_, d) => `${String.fromCharCode(d.charCodeAt(0) + 1)}==\n`),
  ],
  ["base64 without padding", good.replace(/=+\n$/, "\n")],
  ["a leading zero in the size", resigned(body.replace("\n0\n", "\n00\n"))],
  ["a sign before the size", resigned(body.replace("\n0\n", "\n+0\n"))],
  ["a size beyond 2^53", resigned(body.replace("\n0\n", "\n18446744073709551615\n"))],
  ["a root of 31 bytes", resigned(body.replace(root, Buffer.alloc(31).toString("base64")))],
  ["an empty extension line", resigned(`${body}x\n\ny\n`)],
  ["no root", resigned(`${ORIGIN}\n0\n`)],
  ["no origin", resigned(`\n0\n${root}\n`)],
  ["65 signatures", good + formatSignature({ ...log.sign("x"), name: "a" }).repeat(64)],
  [
    "more than 256 KiB",
    good + formatSignature({ name: "a", id: new Uint8Array(4), bytes: new Uint8Array(200_000) }),
  ],
])("malformed: %s", (_, text) => {
  expect(text).not.toBe(good);
  expect(open(text)).toEqual({ ok: false, reason: "this is no signed checkpoint" });
});

/** A checkpoint as one reads it who has not met an attacker: line by line, and whatever a number or base64 may look like. */
function careless(text: string): { readonly size: number; readonly root: string } | null {
  const lines = text.split(/\r?\n/);
  const [origin = "", size = "", root = ""] = lines;
  const signed = lines.some((line) => {
    const [, name, encoded] = /^(?:—|--)\s+(\S+)\s+(\S+)/.exec(line) ?? [];
    const bytes = Buffer.from(encoded ?? "", "base64");
    return (
      name === origin &&
      p.verifyEd25519(log.key.publicKey, utf8(`${origin}\n${size}\n${root}\n`), bytes.subarray(4))
    );
  });
  return signed ? { size: Number(size), root } : null;
}

test.each([
  ["line ends of Windows", good.replaceAll("\n", "\r\n")],
  ["an empty line after the signatures", `${good}\n`],
  ["two blanks", good.replace("— ", "—  ")],
  ["base64 without padding", good.replace(/=(\n— witness)/, "$1")],
  ["a leading zero in the size", resigned(body.replace("\n0\n", "\n00\n"))],
  ["a size beyond 2^53", resigned(body.replace("\n0\n", "\n18446744073709551615\n"))],
  ["a root of 31 bytes", resigned(body.replace(root, Buffer.alloc(31).toString("base64")))],
  ["a forged signature beside the right one", good + formatSignature(log.sign("another text\n"))],
  ["a zero byte", `${good}\0`],
])("a careless reader takes it, and this one does not: %s", (_, text) => {
  expect(careless(text)).not.toBeNull();
  expect(open(text).ok).toBe(false);
});

test("bytes that are no UTF-8, and a byte order mark, are no note of ours", () => {
  expect(parseNote(Uint8Array.of(0xff, 0xfe, 10, 10))).toBeNull();
  const marked = openCheckpoint(p, utf8(`\ufeff${good}`), trust);
  expect(marked.ok).toBe(false);
});

test("extension lines of other logs are carried; the last empty line ends the text", () => {
  const text = `${body}kept by others\n`;
  expect(open(resigned(text)).ok).toBe(true);
  const poem = "first\n\nsecond\n";
  const note = parseNote(utf8(formatNote({ text: poem, signatures: [log.sign(poem)] })));
  expect(note?.text).toBe(poem);
  expect(parseCheckpoint(poem)).toBeNull();
});

test("at least 16 signatures are read", () => {
  const many = Array.from({ length: 16 }, (_, n) => witnessSigner(`w${n}.example`, n + 20, n));
  const opened = openCheckpoint(p, signedBy(checkpoint, [log, ...many]), {
    log: [log.key],
    witnesses: many.map((w) => w.key),
  });
  expect(opened).toMatchObject({ ok: true, value: { witnesses: { length: 16 } } });
  expect(parseSignatures("")).toEqual([]);
});

test.each([
  "",
  "name",
  "name+00000000+AQ==",
  formatKey(log.key).replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
  formatKey(log.key).slice(0, -4),
  formatKey(log.key).toUpperCase(),
  "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
])("no verifier key: `%s`", (text) => {
  expect(parseKey(p, text)).toBeNull();
});
