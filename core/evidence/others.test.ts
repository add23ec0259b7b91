/** What other implementations write: odd, and right. And what looks alike, and is wrong. */
import {
  leaf as naiveLeaf,
  path as naivePath,
  proof as naiveProof,
  root as naiveRoot,
} from "@avow/sim/model/merkle";
import { expect, test } from "vitest";
import { base64, concat, hex, utf8 } from "./bytes.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { emptyRoot, leafHash, nodeHash } from "./hashing.ts";
import { formatNote, formatSignature, type NoteSignature } from "./note.ts";
import { portable as p } from "./portable.ts";
import type { Primitives } from "./primitives.ts";
import { verifyReceipt } from "./receipt.ts";
import { parseSubmission } from "./submission.ts";
import { logSigner, type Signer, witnessSigner } from "./testing/signing.ts";
import { verifyConsistency, verifyInclusion } from "./verify.ts";

const ORIGIN = "rome.example/tevere 2026";
const NAME = "rome.example/tevere";
const log = logSigner(NAME, 1);
const witness = witnessSigner("w.example", 3, 1_767_225_600);

const signed = (text: string, more: readonly NoteSignature[] = [], by: readonly Signer[] = [log]): string =>
  formatNote({ text, signatures: [...by.map((s) => s.sign(text)), ...more] });
const textOf = (size: string | number, root: Uint8Array, more = ""): string =>
  `${NAME}\n${size}\n${base64(root)}\n${more}`;
const open = (note: string, witnesses = [witness.key]) =>
  openCheckpoint(p, utf8(note), { log: [log.key], witnesses });

const line = (name: string, bytes: number, fill: number): NoteSignature => ({
  name,
  id: new Uint8Array(4).fill(fill),
  bytes: new Uint8Array(bytes).fill(fill),
});

test.each<readonly [string, readonly NoteSignature[]]>([
  ["of one byte", [line("a", 1, 1)]],
  ["of an algorithm that is not known here, 2,428 bytes", [line("w.example", 2428, 2)]],
  ["with a name in another script", [line("свидетель.пример/один", 64, 3)]],
  ["many of one name, with as many keys", [1, 2, 3, 4].map((n) => line(NAME, 64, n))],
  ["one and the same twice", [line("b", 64, 7), line("b", 64, 7)]],
])("signature lines of strangers are passed over: %s", (_, strangers) => {
  const text = textOf(0, emptyRoot(p));
  expect(open(signed(text, strangers)).ok).toBe(true);
  // Before the known one, too.
  const first = formatNote({ text, signatures: [...strangers, log.sign(text), witness.sign(text)] });
  expect(open(first)).toMatchObject({ ok: true, value: { witnesses: [{ key: { name: "w.example" } }] } });
});

test("a key that is given twice is one signer, and two keys of one name are two", () => {
  const text = textOf(0, emptyRoot(p));
  const second = witnessSigner("w.example", 4, 9);
  const note = formatNote({ text, signatures: [log, witness, second].map((s) => s.sign(text)) });
  const count = (keys: readonly Signer[]): number => {
    const opened = open(
      note,
      keys.map((k) => k.key),
    );
    return opened.ok ? opened.value.witnesses.length : -1;
  };
  expect(count([witness, witness, witness])).toBe(1);
  expect(count([witness, second])).toBe(2);
  expect(count([witness, second, witness])).toBe(2);
});

test("a log's own key is no witness, under whatever name it is given", () => {
  const text = textOf(0, emptyRoot(p));
  const [own, named] = [log, logSigner("w.example", 3)];
  const note = formatNote({ text, signatures: [own, named].map((s) => s.sign(text)) });
  expect(open(note, [own.key, named.key])).toMatchObject({ ok: true, value: { witnesses: [] } });
});

test("one key under two names is one witness, and the log's key under another's name none", () => {
  const text = textOf(0, emptyRoot(p));
  const signers = [witness, witnessSigner("v.example", 3, 9), witnessSigner("u.example", 1, 9)];
  const note = formatNote({ text, signatures: [log, ...signers].map((s) => s.sign(text)) });
  const keys = signers.map(({ key }) => key);
  expect(open(note, keys)).toMatchObject({
    ok: true,
    value: { witnesses: [{ key: { name: "w.example" } }] },
  });
});

test("extension lines are signed, and passed over", () => {
  const text = textOf(7, new Uint8Array(32), "expires 2027-01-01\n— not a signature\n5 6 7\n");
  expect(open(signed(text))).toMatchObject({ ok: true, value: { size: 7 } });
  expect(open(signed(text).replace("2027", "2028")).ok).toBe(false);
});

test("an origin that no key can be called after is named beside the keys, and is then the only one", () => {
  const text = `go.sum database tree\n0\n${base64(emptyRoot(p))}\n`;
  const trusting = (origin?: string) =>
    openCheckpoint(p, utf8(signed(text)), { log: [log.key], witnesses: [], origin });
  expect(trusting().ok).toBe(false);
  expect(trusting("go.sum database tree")).toMatchObject({ ok: true, value: { size: 0 } });
  expect(trusting("go.sum database")).toEqual({
    ok: false,
    reason: "the checkpoint is of `go.sum database tree`, and not of `go.sum database`",
  });
  // Whoever names it believes no other one, though the key's name would fit.
  const own = utf8(signed(textOf(0, emptyRoot(p))));
  expect(openCheckpoint(p, own, { log: [log.key], witnesses: [], origin: "go.sum database tree" }).ok).toBe(
    false,
  );
});

test.each([
  ["300 characters long", "a".repeat(300)],
  ["with a control character beyond ASCII's first ones", "a\u007fb\u0080"],
  ["with a mark that is no space", "\ufeffa\u200b"],
  ["without a letter", "—"],
])("a stranger's name %s is passed over", (_, name) => {
  const text = textOf(0, emptyRoot(p));
  expect(open(signed(text, [{ name, id: new Uint8Array(4), bytes: new Uint8Array(64) }])).ok).toBe(true);
});

test.each(["a+b", "a\u0085b", "a\u00a0b", "a\u2028b", "a\u3000b"])("%j is nobody's name", (name) => {
  const text = textOf(0, emptyRoot(p));
  expect(open(signed(text, [{ name, id: new Uint8Array(4), bytes: new Uint8Array(64) }])).ok).toBe(false);
});

test("an origin is any line; a log's key is for its own name only", () => {
  const other = logSigner(ORIGIN.replace(" ", "+"), 1);
  const text = `${ORIGIN}\n0\n${base64(emptyRoot(p))}\n`;
  expect(openCheckpoint(p, utf8(signed(text)), { log: [log.key, other.key], witnesses: [] })).toEqual({
    ok: false,
    reason: `the checkpoint is of \`${ORIGIN}\`, and no key of that log was given`,
  });
});

test.each([
  ["0", true],
  ["9007199254740991", true],
  ["9007199254740992", false],
  ["18446744073709551615", false],
  ["00", false],
  ["01", false],
  ["-0", false],
  ["1e3", false],
  ["0x10", false],
  ["１", false],
  ["1 ", false],
  ["", false],
])("a size of `%s`: %s", (size, isRead) => {
  expect(open(signed(textOf(size, new Uint8Array(32)))).ok).toBe(isRead);
});

test.each([0, 1, 4])(
  "a signature line of %i bytes holds no signature: no note, whoever it names",
  (bytes) => {
    const text = textOf(0, emptyRoot(p));
    for (const name of ["stranger.example", NAME]) {
      const odd = `— ${name} ${base64(log.key.id.subarray(0, bytes))}\n`;
      expect(open(signed(text) + odd)).toEqual({ ok: false, reason: "this is no signed checkpoint" });
    }
  },
);

test("a time that numbers here can not hold is none, though it was signed", () => {
  const text = textOf(0, emptyRoot(p));
  for (const [at, isRead] of [
    [2 ** 53 - 1, true],
    [2 ** 53, false],
    [2 ** 60, false],
  ] as const) {
    const late = witnessSigner("w.example", 3, at);
    expect(open(signed(text, [], [log, late])).ok).toBe(isRead);
  }
});

test("a proof that goes on above the root is none, though it leads to what was signed", () => {
  const leaves = entriesOf(6).map(naiveLeaf);
  const [real, above] = [naiveRoot(leaves), naiveLeaf(utf8("above"))];
  const higher = nodeHash(p, above, real);
  for (const index of [0, 3, 5]) {
    const [leaf = real, proof] = [leaves[index], naivePath(index, leaves)];
    expect(verifyInclusion(p, { index, size: 6, leaf, root: real, proof })).toBe(true);
    expect(verifyInclusion(p, { index, size: 6, leaf, root: higher, proof: [...proof, above] })).toBe(false);
  }
  const oldRoot = naiveRoot(leaves.slice(0, 3));
  const proof = naiveProof(3, leaves);
  const grown = { oldSize: 3, newSize: 6, oldRoot, newRoot: real, proof };
  expect(verifyConsistency(p, grown)).toBe(true);
  const raised = { oldRoot: nodeHash(p, above, oldRoot), newRoot: higher, proof: [...proof, above] };
  expect(verifyConsistency(p, { ...grown, ...raised })).toBe(false);
  // And one that leads from another beginning to the right end.
  expect(verifyConsistency(p, { ...grown, oldRoot: real })).toBe(false);
});

test("a time beyond 2^53 or no time at all: the cosignature of a known witness spoils the note", () => {
  const text = textOf(0, emptyRoot(p));
  for (const bytes of [new Uint8Array(72).fill(255), new Uint8Array(7), new Uint8Array(64)])
    expect(open(signed(text) + formatSignature({ name: "w.example", id: witness.key.id, bytes }))).toEqual({
      ok: false,
      reason: "a signature by a known key does not hold",
    });
});

/** As somebody writes it who has only read the page (c2sp.org/tlog-proof). */
function proofFile(entries: readonly Uint8Array[], index: number, extra?: string): string {
  const leaves = entries.map(naiveLeaf);
  const hashes = naivePath(index, leaves).map((hash) => `${base64(hash)}\n`);
  const first = extra === undefined ? "" : `extra ${extra}\n`;
  const note = signed(textOf(entries.length, naiveRoot(leaves)));
  return `c2sp.org/tlog-proof@v1\n${first}index ${index}\n${hashes.join("")}\n${note}`;
}
const entriesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => Uint8Array.of(255, n & 255, n >> 8));

test.each([
  [1, 0],
  [2, 1],
  [3, 2],
  [255, 128],
  [256, 255],
  [257, 256],
  [1000, 999],
])(
  "a proof of another's log, of %i entries, at %i: with nothing in it, and with what is his",
  (size, index) => {
    const entries = entriesOf(size);
    const entry = entries[index] ?? new Uint8Array();
    const trust = { log: [log.key], witnesses: [] };
    const his = [
      "YWdlLXYxLjIuMS1kYXJ3aW4=",
      base64(utf8("[1]")),
      base64(utf8('{"v":1,"vrf":"x"}')),
      "/////w==",
    ];
    for (const extra of [undefined, ...his]) {
      const file = utf8(proofFile(entries, index, extra));
      expect(verifyReceipt(p, file, { ...trust, entry })).toEqual({
        ok: true,
        value: { origin: NAME, index, size, witnesses: 0, type: null, at: null, beside: [], disclosed: null },
      });
      expect(verifyReceipt(p, file, { ...trust, entry: utf8("another") }).ok).toBe(false);
      expect(verifyReceipt(p, file, trust)).toMatchObject({
        reason: expect.stringContaining("give the entry's bytes"),
      });
      expect(verifyReceipt(p, file, { ...trust, entry, about: ["email=a"] })).toMatchObject({
        ok: false,
        reason: expect.stringContaining("discloses nothing"),
      });
    }
  },
);

test.each([
  ["extra that is not base64", (file: string) => file.replace("index", "extra ?\nindex")],
  ["extra in loose base64", (file: string) => file.replace("index", "extra AB==\nindex")],
  ["extra after the index", (file: string) => file.replace("index 2\n", "index 2\nextra AAAA\n")],
  ["two blanks", (file: string) => file.replace("index 2", "index  2")],
  ["a blank at the end", (file: string) => file.replace("index 2", "index 2 ")],
  ["an empty line more", (file: string) => file.replace("index 2", "\nindex 2")],
  ["CRLF", (file: string) => file.replaceAll("\n", "\r\n")],
  ["CRLF in the head only", (file: string) => file.replace("@v1\n", "@v1\r\n")],
  ["an index beyond 2^53", (file: string) => file.replace("index 2", "index 18446744073709551618")],
])("no proof: %s", (_, change) => {
  const entries = entriesOf(5);
  const file = proofFile(entries, 2);
  const options = { log: [log.key], witnesses: [], entry: entries[2] ?? new Uint8Array() };
  expect(verifyReceipt(p, utf8(file), options).ok).toBe(true);
  expect(change(file)).not.toBe(file);
  expect(verifyReceipt(p, utf8(change(file)), options)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("this is no receipt"),
  });
});

const submitted = `old 0\n${base64(new Uint8Array(32))}\n\n${signed(textOf(0, emptyRoot(p)))}`;

test.each([
  ["a hash of 31 bytes", submitted.replace(/old 0\n.*/, `old 0\n${base64(new Uint8Array(31))}`)],
  ["a line that is no base64", submitted.replace("old 0\n", "old 0\n?\n")],
  ["a second `old`", submitted.replace("old 0\n", "old 0\nold 0\n")],
  ["no `old`", submitted.replace("old 0\n", "")],
  ["a leading zero", submitted.replace("old 0", "old 00")],
  ["two blanks", submitted.replace("old 0", "old  0")],
  ["64 hashes", submitted.replace("old 0\n", `old 0\n${`${base64(new Uint8Array(32))}\n`.repeat(63)}`)],
  ["line ends of Windows", submitted.replaceAll("\n", "\r\n")],
])("no submission: %s", (_, text) => {
  expect(parseSubmission(submitted)).toMatchObject({ oldSize: 0, proof: [new Uint8Array(32)] });
  expect(text).not.toBe(submitted);
  expect(parseSubmission(text)).toBeNull();
});

/** Hashing as one writes it who has not read RFC 6962: leaf and node alike. */
const careless: Primitives = {
  ...p,
  sha256: (bytes) => p.sha256(bytes.length > 0 && (bytes[0] ?? 9) < 2 ? bytes.subarray(1) : bytes),
};

test("a node does not pass for an entry; where leaf and node are hashed alike, it does", () => {
  const entries = [2, 3, 4, 5].map((n) => new Uint8Array(32).fill(n));
  const passes = (q: Primitives): boolean => {
    const [a, b, c, d] = entries.map((entry) => leafHash(q, entry));
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four");
    const right = nodeHash(q, c, d);
    const root = nodeHash(q, nodeHash(q, a, b), right);
    // An entry that nobody appended, in a tree of half the size under the root that was signed.
    return verifyInclusion(q, { index: 0, size: 2, leaf: leafHash(q, concat([a, b])), root, proof: [right] });
  };
  expect(passes(careless)).toBe(true);
  expect(passes(p)).toBe(false);
});

const id = "0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d11";
const good = new TextDecoder().decode(
  encodeEntry({
    type: "check",
    at: new Date("2026-02-28T08:01Z"),
    id,
    sub: new Uint8Array(32),
    body: new Uint8Array(32),
  }),
);

test.each([
  ["a key twice", good.replace('"type"', '"type":"hold","type"')],
  ["a key twice, written differently", good.replace('"type"', '"t\\u0079pe":"hold","type"')],
  ["a blank", good.replace(":", ": ")],
  ["keys in another order", `{"v":1,${good.slice(1).replace(',"v":1', "")}`],
  ["an escape that is not needed", good.replace("check", "\\u0063heck")],
  ["a newline at the end", `${good}\n`],
  ["a byte order mark", `\ufeff${good}`],
  ["1.0 for 1", good.replace('"v":1', '"v":1.0')],
  ["a day that is not there", good.replace("02-28", "02-30")],
  ["a further key", good.replace('"v":1', '"v":1,"w":1')],
  ["another version", good.replace('"v":1', '"v":2')],
])("bytes that are not the one spelling of an entry are not understood: %s", (_, text) => {
  expect(decodeEntry(utf8(good))?.type).toBe("check");
  expect(text).not.toBe(good);
  expect(decodeEntry(utf8(text))).toBeNull();
});

test("the naive model and the log agree on what a leaf is", () => {
  for (const entry of [new Uint8Array(), utf8("x"), new Uint8Array(65_535)])
    expect(hex(leafHash(p, entry))).toBe(hex(naiveLeaf(entry)));
});
