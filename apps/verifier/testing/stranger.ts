/**
 * A verifier by a stranger: from c2sp.org/tlog-tiles, tlog-checkpoint, signed-note and tlog-proof and RFC 6962 alone, with @noble and
 * nothing of ours. Shares no line with the product, so that the two can only agree on the formats.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

const h = (...parts: Uint8Array[]): Buffer => Buffer.from(sha256(Buffer.concat(parts)));
const leaf = (data: Uint8Array): Buffer => h(Buffer.of(0), data);
const node = (l: Uint8Array, r: Uint8Array): Buffer => h(Buffer.of(1), l, r);

/** RFC 6962, 2.1. */
function mth(d: readonly Uint8Array[]): Uint8Array {
  if (d.length === 0) return h();
  if (d.length === 1) return d[0] ?? h();
  const k = 2 ** Math.floor(Math.log2(d.length - 1));
  return node(mth(d.slice(0, k)), mth(d.slice(k)));
}

/** RFC 6962, 2.1.1, from the top: which side the leaf is on says where its sibling goes. */
function fold(hash: Uint8Array, m: number, n: number, path: Uint8Array[]): Uint8Array {
  if (n === 1) {
    if (path.length > 0) throw new Error("the path is too long");
    return hash;
  }
  const sibling = path.pop();
  if (sibling === undefined) throw new Error("the path is too short");
  const k = 2 ** Math.floor(Math.log2(n - 1));
  return m < k ? node(fold(hash, m, k, path), sibling) : node(sibling, fold(hash, m - k, n - k, path));
}

export function openNote(text: string, vkey: string): { origin: string; size: number; root: Buffer } {
  const [name = "", id = "", ...rest] = vkey.split("+");
  const key = Buffer.from(rest.join("+"), "base64");
  const wanted = h(Buffer.from(`${name}\n`), key)
    .subarray(0, 4)
    .toString("hex");
  if (wanted !== id || key[0] !== 1) throw new Error("this is no Ed25519 verifier key");
  const cut = text.lastIndexOf("\n\n");
  const body = text.slice(0, cut + 1);
  const signed = text
    .slice(cut + 2)
    .split("\n")
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .filter((line) => line?.[1] === name)
    .map((line) => Buffer.from(line?.[2] ?? "", "base64"))
    .filter((bytes) => bytes.subarray(0, 4).toString("hex") === id);
  if (signed.length === 0) throw new Error("the log did not sign");
  for (const bytes of signed)
    if (!ed25519.verify(bytes.subarray(4), Buffer.from(body), key.subarray(1)))
      throw new Error("a bad signature");
  const [origin = "", size = "", root = ""] = body.split("\n");
  return { origin, size: Number(size), root: Buffer.from(root, "base64") };
}

const number3 = (n: number): string => {
  const digits = String(n).padStart(Math.ceil(String(n).length / 3) * 3, "0");
  return (digits.match(/\d{3}/g) ?? []).map((g, i, all) => (i < all.length - 1 ? `x${g}` : g)).join("/");
};

/** Reads a mirrored log from its folder; gives every entry, after all of it was verified. */
export function readLog(folder: string, vkey: string): Buffer[] {
  const { size, root } = openNote(readFileSync(join(folder, "checkpoint"), "utf8"), vkey);
  const entries: Buffer[] = [];
  for (let n = 0; n * 256 < size; n += 1) {
    const width = Math.min(256, size - n * 256);
    const partial = width === 256 ? "" : `.p/${width}`;
    const bundle = readFileSync(join(folder, `tile/entries/${number3(n)}${partial}`));
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
      entries.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
  }
  if (entries.length !== size) throw new Error("the bundles hold another number of entries");
  let row: Uint8Array[] = entries.map(leaf);
  if (!Buffer.from(mth(row)).equals(root)) throw new Error("the entries do not give the root");
  for (let level = 0; row.length > 0; level += 1) {
    for (let n = 0; n * 256 < row.length; n += 1) {
      const hashes = row.slice(n * 256, n * 256 + 256);
      const partial = hashes.length === 256 ? "" : `.p/${hashes.length}`;
      const tile = readFileSync(join(folder, `tile/${level}/${number3(n)}${partial}`));
      if (!tile.equals(Buffer.concat(hashes))) throw new Error(`tile ${level}/${n} is wrong`);
    }
    const full = Math.floor(row.length / 256);
    row = Array.from({ length: full }, (_, n) => mth(row.slice(n * 256, n * 256 + 256)));
  }
  return entries;
}

/** A receipt: gives the entry that it proves. */
export function readProof(text: string, vkey: string): { entry: Buffer; body: unknown; index: number } {
  const [head = "", ...others] = text.split("\n\n");
  const [first, extra = "", index = "", ...path] = head.split("\n");
  if (first !== "c2sp.org/tlog-proof@v1") throw new Error("no proof");
  const { size, root } = openNote(others.join("\n\n"), vkey);
  const m = Number(index.replace("index ", ""));
  const disclosed: { entry: string; body: unknown } = JSON.parse(
    Buffer.from(extra.replace("extra ", ""), "base64").toString(),
  );
  const entry = Buffer.from(disclosed.entry, "base64");
  if (!(m < size)) throw new Error("no such entry");
  const proven = fold(
    leaf(entry),
    m,
    size,
    path.map((line) => Buffer.from(line, "base64")),
  );
  if (!Buffer.from(proven).equals(root)) throw new Error("the proof does not lead to the root");
  return { entry, body: disclosed.body, index: m };
}
