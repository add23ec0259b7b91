import { beforeAll, describe, expect, test } from "vitest";
import { base64, hex, utf8 } from "./bytes.ts";
import {
  blindingOf,
  bodyCommitment,
  decodeEntry,
  encodeEntry,
  locatorKeyOf,
  locatorOf,
  subjectCommitment,
} from "./entry.ts";
import { formatKey } from "./note.ts";
import { portable } from "./portable.ts";
import { proveInclusion } from "./proofs.ts";
import { formatReceipt, parseReceipt, type Receipt, verifyReceipt } from "./receipt.ts";
import { logOf, logSigner, signedBy, witnessSigner } from "./testing/signing.ts";

const p = portable;
const origin = "ledger.example.com/shop";
const log = logSigner(origin, 1);
const witness = witnessSigner("witness.example/w1", 3, 1_679_315_147);
const key = new Uint8Array(32).fill(42);
const id = "0b9f5c0e-7a3e-4f6e-9d3b-2f1f6a0c9d11";
const place = { origin, id };
const locator = locatorKeyOf(p, key, place);
const body = { event: "request.closed", about: [locatorOf(p, locator, "email=ada@example.org")], rows: 3 };
const blind = blindingOf(p, key, place);
const entry = encodeEntry({
  type: "request",
  at: new Date("2026-11-25T08:01:59.999Z"),
  id,
  sub: subjectCommitment(p, key, place),
  body: bodyCommitment(p, blind, { ...place, type: "request", body }),
});
const entries = [utf8("a"), utf8("b"), entry, utf8("d"), utf8("e")];
const trust = { log: [log.key], witnesses: [witness.key] };
let receipt: Receipt;
let file: Uint8Array;

beforeAll(async () => {
  const { root, tree } = logOf(entries);
  receipt = {
    disclosure: { entry, body, blind, locator },
    index: 2,
    proof: await proveInclusion(tree, 2),
    checkpoint: signedBy({ origin, size: entries.length, root }, [log, witness]),
  };
  file = formatReceipt(receipt);
});

const verify = (bytes: Uint8Array, options = {}) => verifyReceipt(p, bytes, { ...trust, ...options });

test("an entry is exact: its bytes are fixed for good", () => {
  expect(new TextDecoder().decode(entry)).toBe(
    `{"body":"${base64(bodyCommitment(p, blind, { ...place, type: "request", body }))}","id":"${id}","sub":"${base64(subjectCommitment(p, key, place))}","t":"2026-11-25T08:01Z","type":"request","v":1}`,
  );
  expect(hex(p.sha256(entry))).toMatchInlineSnapshot(
    `"3bfc3a9e98162ce03aea5e93819db26c9bab4a46e51c7074d269a75c6ca0f810"`,
  );
  expect(decodeEntry(entry)?.at.toISOString()).toBe("2026-11-25T08:01:00.000Z");
});

test("what lay in the account beside what was named is said apart", async () => {
  const lay = { ...body, beside: [locatorOf(p, locator, "user_id=7")] };
  const own = encodeEntry({
    ...{ type: "request", at: new Date("2026-11-25T08:01:59.999Z"), id },
    sub: subjectCommitment(p, key, place),
    body: bodyCommitment(p, blind, { ...place, type: "request", body: lay }),
  });
  const { root, tree } = logOf([own, utf8("b")]);
  const bytes = formatReceipt({
    disclosure: { entry: own, body: lay, blind, locator },
    ...{ index: 0, proof: await proveInclusion(tree, 0) },
    checkpoint: signedBy({ origin, size: 2, root }, [log]),
  });
  const asked = (...about: string[]) => verify(bytes, { about });
  expect(asked("email=ada@example.org")).toMatchObject({ ok: true, value: { beside: [] } });
  expect(asked("user_id=7", "email=ada@example.org")).toMatchObject({
    ok: true,
    value: { beside: ["user_id=7"] },
  });
  expect(asked("user_id=8", "email=ada@example.org")).toMatchObject({ ok: false });
});

test("a receipt gives index, size, origin, witnesses and what was disclosed, and knows whom it is about", () => {
  expect(verify(file)).toEqual({
    ok: true,
    value: {
      ...{ origin, index: 2, size: 5, witnesses: 1, type: "request" },
      ...{ at: "2026-11-25T08:01:00.000Z", beside: [], disclosed: body },
    },
  });
  expect(verify(file, { about: ["email=ada@example.org"] }).ok).toBe(true);
  expect(verify(file, { about: ["email=eve@example.org"] })).toEqual({
    ok: false,
    reason: "the receipt is not about this person",
  });
  expect(formatReceipt(parseReceipt(file) ?? receipt)).toEqual(file);
});

test("a proof without disclosure takes the entry from its holder; an entry of a later version is proven, not understood", async () => {
  const bare = formatReceipt({ ...receipt, disclosure: null });
  expect(verify(bare)).toMatchObject({
    ok: false,
    reason: expect.stringContaining("does not hold its entry"),
  });
  expect(verify(bare, { entry })).toMatchObject({ ok: true, value: { disclosed: null, type: "request" } });
  const later = formatReceipt({
    ...receipt,
    disclosure: null,
    index: 0,
    proof: await proveInclusion(logOf(entries).tree, 0),
  });
  expect(verify(later, { entry: utf8("a") })).toMatchObject({ ok: true, value: { type: null, at: null } });
});

describe("every change is refused", () => {
  const changed = (change: (r: Receipt) => Partial<Receipt>) => () =>
    formatReceipt({ ...receipt, ...change(receipt) });
  const disclosing = (change: object) =>
    changed((r) => ({ disclosure: { entry, body, blind, locator, ...r.disclosure, ...change } }));
  const edited = (from: RegExp | string, to: string) => () => {
    const text = new TextDecoder().decode(file);
    expect(text.replace(from, to)).not.toBe(text);
    return utf8(text.replace(from, to));
  };
  /** The disclosure says the same, and is written differently. */
  const respelled = (change: (text: string) => string) => () => {
    const text = new TextDecoder().decode(file);
    const extra = /extra (.*)/.exec(text)?.[1] ?? "";
    const said = Buffer.from(extra, "base64").toString();
    expect(JSON.parse(said)).toMatchObject({ v: 1 });
    expect(change(said)).not.toBe(said);
    return utf8(text.replace(extra, base64(utf8(change(said)))));
  };
  test.each([
    ["another body", disclosing({ body: { ...body, rows: 0 } }), "not what was logged"],
    ["a body with a further key", disclosing({ body: { ...body, more: 1 } }), "not what was logged"],
    ["another blinding", disclosing({ blind: new Uint8Array(32) }), "not what was logged"],
    ["a blinding of 31 bytes", disclosing({ blind: blind.subarray(1) }), "not what was logged"],
    // HMAC pads its key with zeros: one byte more would be the same key.
    ["a blinding of 33 bytes", disclosing({ blind: Uint8Array.from([...blind, 0]) }), "not what was logged"],
    ["a locator key of 33 bytes", disclosing({ locator: Uint8Array.from([...locator, 0]) }), "no receipt"],
    ["another entry", disclosing({ entry: utf8("a") }), "not in the log"],
    ["a node for a leaf", disclosing({ entry: new Uint8Array(65).fill(1) }), "not in the log"],
    ["the next index", changed(() => ({ index: 3 })), "not in the log"],
    ["an index beyond the tree", changed(() => ({ index: 5 })), "not in the log"],
    ["a proof that is too short", changed((r) => ({ proof: r.proof.slice(1) })), "not in the log"],
    [
      "a proof that is too long",
      changed((r) => ({ proof: [...r.proof, new Uint8Array(32)] })),
      "not in the log",
    ],
    [
      "a proof of 64 hashes",
      changed(() => ({ proof: Array.from({ length: 64 }, () => new Uint8Array(32)) })),
      "no receipt",
    ],
    [
      "another key",
      changed((r) => ({
        checkpoint: signedBy({ origin, size: 5, root: r.proof[0] ?? blind }, [logSigner(origin, 7)]),
      })),
      "none of the given keys",
    ],
    [
      "another log",
      changed((r) => ({
        checkpoint: signedBy({ origin: "else", size: 5, root: r.proof[0] ?? blind }, [log]),
      })),
      "no key of that log",
    ],
    ["another size", edited("\n5\n", "\n6\n"), "does not hold"],
    [
      "a cosignature for another checkpoint",
      changed((r) => ({
        checkpoint: Uint8Array.from([
          ...r.checkpoint,
          ...utf8(
            `— ${witness.key.name} ${base64(Uint8Array.from([...witness.key.id, ...witness.sign("x\n").bytes]))}\n`,
          ),
        ]),
      })),
      "does not hold",
    ],
    ["a leading zero", edited("index 2", "index 02"), "no receipt"],
    ["line ends of Windows", edited(/\n/g, "\r\n"), "no receipt"],
    ["another head", edited("proof@v1", "proof@v2"), "no receipt"],
    ["extra twice", edited(/(extra .*\n)/, "$1$1"), "no receipt"],
    ["extra of another application", edited(/extra .*\n/, "extra AAAA\n"), "does not hold its entry"],
    [
      "extra with half of a disclosure",
      edited(/extra .*\n/, `extra ${btoa('{"v":1,"body":{}}')}\n`),
      "no receipt",
    ],
    ["a disclosure with a blank", respelled((text) => text.replace(":", ": ")), "no receipt"],
    [
      "with keys in another order",
      respelled((text) => `{"v":1,${text.slice(1).replace(',"v":1', "")}`),
      "no receipt",
    ],
    [
      "that says a thing twice",
      respelled((text) => text.replace('"body":', '"body":{"rows":0},"body":')),
      "no receipt",
    ],
    [
      "with a further key",
      respelled((text) => text.replace('"v":1', '"v":1,"verdict":"kept"')),
      "no receipt",
    ],
    ["with an escape", respelled((text) => text.replace("event", "\\u0065vent")), "no receipt"],
    ["a short hash", edited(/(index 2\n)(.*)\n/, "$1AAAA\n"), "no receipt"],
    ["no checkpoint", () => file.subarray(0, 20), "no receipt"],
    ["nothing", () => new Uint8Array(), "no receipt"],
    ["too much", () => new Uint8Array(1024 * 1024 + 1), "no receipt"],
  ])("%s", (_, make, reason) => {
    expect(verify(make())).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("one flipped bit anywhere that is signed or committed to", () => {
    const fine: number[] = [];
    for (let at = 0; at < file.length; at += 1) {
      const copy = Uint8Array.from(file);
      copy[at] = (copy[at] ?? 0) ^ 1;
      if (verify(copy, { about: ["email=ada@example.org"] }).ok) fine.push(at);
    }
    // What may change unnoticed is only an unknown signer's line: here the witness's name or key id, by which it stops being known.
    const from = Buffer.from(file).indexOf("witness.example/w1");
    const to = from + "witness.example/w1 ".length + 6;
    expect(fine.filter((at) => at < from || at >= to)).toEqual([]);
  }, 60_000);
});

test("the key of a log reads back from its written form", () => {
  expect(formatKey(log.key)).toMatch(/^ledger\.example\.com\/shop\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/);
});
