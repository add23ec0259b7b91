/**
 * A verifier by a stranger: whoever wrote it had read C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-proof and RFC 6962 section 2.1, and
 * nothing of ours. `node stranger.mjs LOGFOLDER [RECEIPT]` prints `ok ORIGIN SIZE`, or `not ok: WHY` and exits with 1.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

const fail = (why) => {
  throw new Error(why);
};
const need = (condition, why) => condition || fail(why);
const same = (a, b) => Buffer.compare(a, b) === 0;
const hash = (...parts) => Buffer.from(sha256(Buffer.concat(parts)));
const leafHash = (entry) => hash(Buffer.of(0), entry),
  nodeHash = (left, right) => hash(Buffer.of(1), left, right);
const split = (n) => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}; // the largest power of two below n

function treeHash(row, from = 0, to = row.length) {
  // MTH of RFC 6962, over leaf hashes
  if (to - from < 2) return to === from ? hash() : row[from];
  const middle = from + split(to - from);
  return nodeHash(treeHash(row, from, middle), treeHash(row, middle, to));
}
function rootOfPath(leaf, m, n, path) {
  // the root that PATH(m, D[n]) leads to, read from its end
  if (n === 1) return path.length ? fail("inclusion proof: too long") : leaf;
  const k = split(n),
    last = path.at(-1) ?? fail("inclusion proof: too short"),
    rest = path.slice(0, -1);
  return m < k
    ? nodeHash(rootOfPath(leaf, m, k, rest), last)
    : nodeHash(last, rootOfPath(leaf, m - k, n - k, rest));
}
function text(bytes, what) {
  const t = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); // throws
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  return /[\x00-\x09\x0b-\x1f]/.test(t) ? fail(`${what}: control character`) : t;
}
function unbase64(s, what, length) {
  // RFC 4648 section 4, canonical
  const bytes = Buffer.from(s, "base64");
  return bytes.toString("base64") === s && bytes.length === (length ?? bytes.length)
    ? bytes
    : fail(`${what}: bad base64`);
}
const decimal = (s, what) =>
  /^(0|[1-9][0-9]*)$/.test(s) && Number.isSafeInteger(+s) ? +s : fail(`${what}: bad decimal`);

function parseKeys(bytes) {
  // one vkey a line: <name>+<hex key id>+base64(0x01 || public key)
  const keys = new Map();
  for (const line of text(bytes, "keys")
    .split("\n")
    .filter((l) => l !== "")) {
    const [, name, hex, data] =
      /^([^+\p{White_Space}]+)\+([0-9a-fA-F]{8})\+(.*)$/u.exec(line) ?? fail("keys: bad vkey");
    const typed = unbase64(data, "keys: public key", 33),
      id = hash(Buffer.from(`${name}\n`), typed).toString("hex", 0, 4);
    need(
      typed[0] === 1 && id === hex.toLowerCase(),
      "keys: not Ed25519, or the key id is not the one of this name and key",
    );
    keys.set(`${name}+${id}`, typed.subarray(1));
  }
  return keys;
}
function openCheckpoint(bytes, keys, what) {
  const note = text(bytes, what),
    cut = note.lastIndexOf("\n\n"),
    body = note.slice(0, cut + 1);
  need(cut > 0 && note.endsWith("\n") && cut + 2 < note.length, `${what}: not a signed note`);
  const lines = body.slice(0, -1).split("\n"),
    signatures = note.slice(cut + 2, -1).split("\n");
  const seen = new Set(),
    signers = new Set(need(signatures.length <= 100, `${what}: too many signatures`) && []);
  for (const line of signatures) {
    const [, name, data] =
      /^\u2014 ([^+\p{White_Space}]+) ([^ ]+)$/u.exec(line) ?? fail(`${what}: bad signature line`);
    const raw = unbase64(data, `${what}: signature`),
      tag = `${name}+${raw.toString("hex", 0, 4)}`,
      key = keys.get(tag);
    need(
      raw.length > 4 && !seen.has(tag) && seen.add(tag),
      `${what}: signature too short, or a second one of its key`,
    );
    if (!key) continue; // signatures of unknown keys MUST be ignored
    need(
      raw.length === 68 && ed25519.verify(raw.subarray(4), Buffer.from(body), key, { zip215: false }),
      `${what}: wrong signature`,
    );
    signers.add(name);
  }
  need(signers.has(lines[0]), `${what}: no signature of a known key of this origin`);
  need(lines.length >= 3 && lines.every((l) => l !== ""), `${what}: fewer than three lines, or an empty one`);
  return {
    origin: lines[0],
    size: decimal(lines[1], `${what}: size`),
    root: unbase64(lines[2], `${what}: root`, 32),
  };
}
function tilePath(level, n, width = 256) {
  const groups = String(n)
      .padStart(Math.ceil(String(n).length / 3) * 3, "0")
      .match(/.../g),
    last = groups.pop();
  return `${level}/${groups.map((g) => `x${g}/`).join("")}${last}${width < 256 ? `.p/${width}` : ""}`;
}
function entriesOf(bundle, width, where) {
  const entries = [];
  for (
    let rest = bundle, end;
    entries.length < width || (rest.length && fail(`${where}: too long`));
    rest = rest.subarray(end)
  ) {
    need(rest.length >= 2 && rest.length >= (end = 2 + rest.readUInt16BE(0)), `${where}: too short`);
    entries.push(rest.subarray(2, end));
  }
  return entries;
}
function verifyLog(folder, { size, root }) {
  // gives the leaf hashes
  const files = new Map(),
    leaves = [],
    above = [];
  const load = (level, n, width) => {
    const path = tilePath(level, n, width),
      bytes = existsSync(folder + path) ? readFileSync(folder + path) : fail(`${path}: missing`);
    files.set(tilePath(level, n), { width, bytes });
    return [bytes, width, path];
  };
  for (let n = 0; n * 256 < size; n++)
    leaves.push(...entriesOf(...load("entries", n, Math.min(256, size - n * 256))).map(leafHash));
  for (let level = 0, row = leaves; row.length > 0; level++, row = above.splice(0)) {
    for (let n = 0; n * 256 < row.length; n++) {
      const part = row.slice(n * 256, n * 256 + 256),
        [bytes, , path] = load(level, n, part.length);
      need(bytes.length === part.length * 32, `${path}: ${bytes.length} bytes, not ${part.length * 32}`);
      need(same(bytes, Buffer.concat(part)), `${path}: not the hashes of what is below`);
      if (part.length === 256) above.push(treeHash(part));
    }
  }
  need(same(treeHash(leaves), root), "the root of the entries is not the root of the checkpoint");
  for (const path of existsSync(folder) ? readdirSync(folder, { recursive: true }) : []) {
    // what else is there?
    if (statSync(folder + path).isDirectory()) continue;
    const [, base, w = "256"] = /^(.*?)(?:\.p\/([^/]*))?$/.exec(path),
      now = files.get(base),
      width = decimal(w, path);
    const old = readFileSync(folder + path),
      name = base + (width < 256 ? `.p/${width}` : ""); // older partial tiles may stay
    need(
      now && width > 0 && width <= now.width && path === name,
      `${path}: no such tile in a log of this size`,
    );
    if (path.startsWith("entries/")) entriesOf(old, width, path);
    else need(old.length === width * 32, `${path}: wrong length`);
    need(
      same(old, now.bytes.subarray(0, old.length)),
      `${path}: not the beginning of the tile that followed it`,
    );
  }
  return leaves;
}
function verifyReceipt(bytes, keys, log, leaves) {
  const form = /^c2sp\.org\/tlog-proof@v1\n(?:extra (.*)\n)?index (.*)\n((?:.+\n)*)\n([\s\S]*)$/;
  const [, extra, at, lines, note] = form.exec(text(bytes, "receipt")) ?? fail("receipt: not a tlog-proof");
  const path = lines
    .split("\n")
    .slice(0, -1)
    .map((l) => unbase64(l, "receipt: proof line", 32));
  const index = decimal(at, "receipt: index"),
    point = openCheckpoint(Buffer.from(note), keys, "receipt: checkpoint");
  need(
    point.origin === log.origin && index < point.size,
    "receipt: of another log, or its index is not in the tree",
  );
  const { entry } = JSON.parse(unbase64(extra ?? fail("receipt: no extra"), "receipt: extra").toString());
  const leaf = leafHash(
    unbase64(typeof entry === "string" ? entry : fail("receipt: no entry"), "receipt: entry"),
  );
  need(
    same(rootOfPath(leaf, index, point.size, path), point.root),
    "receipt: the inclusion proof does not lead to its root",
  );
  need(
    point.size > log.size || same(treeHash(leaves, 0, point.size), point.root),
    "receipt: not the root of the log at that size",
  );
}
try {
  const [folder = fail("usage: node verify.mjs LOGFOLDER [RECEIPT]"), receipt] = process.argv.slice(2);
  const keys = parseKeys(readFileSync(`${folder}/keys.txt`));
  const log = openCheckpoint(readFileSync(`${folder}/checkpoint`), keys, "checkpoint"),
    leaves = verifyLog(`${folder}/tile/`, log);
  if (receipt) verifyReceipt(readFileSync(receipt), keys, log, leaves);
  console.log(`ok ${log.origin} ${log.size}`);
} catch (error) {
  console.log(`not ok: ${error.message}`);
  process.exitCode = 1;
}
