import { expect, test } from "vitest";
import { base64, hex, utf8 } from "./bytes.ts";
import { logsOfKeys, parseLogList } from "./log-list.ts";
import { formatKey } from "./note.ts";
import { portable as p } from "./portable.ts";
import { logSigner } from "./testing/signing.ts";

const one = formatKey(logSigner("one.example/log", 1).key);
const two = formatKey(logSigner("two.example", 2).key);
/** As an ML-DSA-44 key is written: a type that is not known here, and more bytes. */
const later = `later.example+${hex(p.sha256(utf8("later")).slice(0, 4))}+${base64(new Uint8Array(1313).fill(6))}`;

const list = (...items: readonly string[]): string => ["logs/v0", ...items].join("\n");
const item = (vkey: string, origin?: string): string =>
  [`vkey ${vkey}`, ...(origin === undefined ? [] : [`origin ${origin}`]), "qpd 24", "contact a (at) b"].join(
    "\n",
  );

test("each log is its origin, with the name of its key or with another", () => {
  const text = `# ours\n\n  logs/v0 \n\n${item(one)}\n\t# and one with another name\n${item(two, "a log, and not its key").replace("qpd", "\t qpd")}\n`;
  expect(parseLogList(p, text)).toEqual({
    ok: true,
    logs: [
      { origin: "one.example/log", keys: [logSigner("one.example/log", 1).key] },
      { origin: "a log, and not its key", keys: [logSigner("two.example", 2).key] },
    ],
    passedOver: [],
  });
  expect(parseLogList(p, text.replaceAll("\n", "\r\n"))).toEqual(parseLogList(p, text));
  expect(parseLogList(p, "logs/v0")).toEqual({ ok: true, logs: [], passedOver: [] });
});

test("a log whose key is of a later kind is passed over, and said; the others are watched", () => {
  const read = parseLogList(p, list(item(later), item(one)));
  expect(read).toMatchObject({ ok: true, logs: [{ origin: "one.example/log" }], passedOver: [2] });
});

test.each<readonly [string, string, number, string]>([
  ["another format", `logs/v1\n${item(one)}`, 1, "begins with `logs/v0`"],
  ["nothing", "", 1, "begins with `logs/v0`"],
  ["no key", list("qpd 24"), 2, "here stands `vkey`"],
  ["another order", list(`vkey ${one}`, "contact a", "qpd 24"), 3, "here stands `origin`"],
  ["a line that nobody knows", list(`vkey ${one}`, "origin a", "bastion none"), 4, "here stands `qpd`"],
  ["cut", list(`vkey ${one}`, "qpd 24"), 3, "`contact` is missing behind this line"],
  ["no number", list(`vkey ${one}`, "qpd 024", "contact a"), 3, "`qpd` is a number"],
  ["too large a number", list(`vkey ${one}`, "qpd 2147483648", "contact a"), 3, "`qpd` is a number"],
  ["a key that is none", list(item(one.slice(0, -2))), 2, "no verifier key"],
  ["a key with another's id", list(item(one.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))), 2, "no verifier key"],
  ["one origin twice", list(item(one), item(two, "one.example/log")), 6, "is there twice"],
  ["one origin twice, one of a later kind", list(item(later), item(one, "later.example")), 6, "there twice"],
])("refused: %s", (_, text, line, reason) => {
  expect(parseLogList(p, text)).toEqual({ ok: false, line, reason: expect.stringContaining(reason) });
});

test("keys of one name are one log's", () => {
  const keys = [1, 2].map((seed) => logSigner("one.example/log", seed).key);
  const other = logSigner("two.example", 3).key;
  expect(logsOfKeys([...keys, other])).toEqual([
    { origin: "one.example/log", keys },
    { origin: "two.example", keys: [other] },
  ]);
});
