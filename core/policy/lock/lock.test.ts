import { describe, expect, test } from "vitest";
import { kinds } from "../../commitments/index.ts";
import { type Compiled, compilePolicy } from "../compile.ts";
import { printLock } from "./print.ts";
import { changesOf, lockAfter, proposeLock } from "./propose.ts";
import { readLock } from "./read.ts";

const TEXT = `---
service: shop
version: 1
effective: unknown
locale: en
controller: { name: Shop }
classes: { order: [user.financial] }
---
# Shop

Orders are kept two years.

Unbound words.

\`\`\`commit
- id: orders
  retain: order
  for: P2Y
  from: creation
\`\`\`

## About

This describes the shop.

\`\`\`commit
- informs: a description
\`\`\`

Nothing stands below.
`;

const compile = (text: string, lock: string | null): Compiled =>
  compilePolicy({
    file: "p.md",
    text,
    lock: lock === null ? null : { file: "policy.lock", text: lock },
    kinds,
  });

function bound(text: string, lock: string | null = null): string {
  const c = compile(text, lock);
  if (c.value === null) throw new Error(JSON.stringify(c.issues));
  return printLock(proposeLock(c.value, c.proposals));
}

const codes = (c: Compiled): string[] => c.issues.map((i) => `${i.file}:${i.line} ${i.code}`);
const reasons = (c: Compiled): string[] =>
  c.value?.statements.map((s) =>
    s.fate.fate === "unbound" ? `${s.id}: ${s.fate.reason}` : `${s.id} ${s.fate.fate}`,
  ) ?? [];

describe("policy.lock", () => {
  test("nothing is bound without a lock", () => {
    const c = compile(TEXT, null);
    expect(c.coverage).toEqual({ statements: 4, bound: 0, informed: 0, coverage: 0 });
    expect(c.value?.commitments[0]?.unbound).toBe("this commitment is new: nobody has bound it yet");
  });

  test("what bind proposes confirms all but what has no block", () => {
    const c = compile(TEXT, bound(TEXT));
    expect(c.coverage).toEqual({ statements: 4, bound: 2, informed: 1, coverage: 0.75 });
    expect(c.value?.commitments[0]?.unbound).toBeNull();
    expect(reasons(c)).toEqual([
      "shop/1 bound",
      "shop/2 bound",
      "about/1 informs",
      "about/2: no block stands under this sentence",
    ]);
    expect(codes(c)).toEqual(["p.md:30 unbound-statement"]);
    expect(changesOf(c.value ?? raise(), c.proposals, c.lock)).toEqual([]);
  });

  test("a changed commitment is unbound, says what it was, and takes its sentences with it", () => {
    const c = compile(TEXT.replace("P2Y", "P3Y"), bound(TEXT));
    expect(c.value?.commitments[0]?.unbound).toBe(
      "the commitment changed since it was bound: was “order data is erased 2 years after creation”",
    );
    expect(reasons(c)[0]).toBe(`shop/1: ${c.value?.commitments[0]?.unbound}`);
  });

  test("a changed sentence is unbound, and reported as gone from the lock", () => {
    const c = compile(TEXT.replace("two years", "ten years"), bound(TEXT));
    expect(reasons(c)).toContain("shop/1: this sentence is new or changed since it was bound");
    expect(c.value?.commitments[0]?.unbound).toBeNull();
    expect(codes(c)).toContain("policy.lock:4 stale-lock");
  });

  test("a commitment none of whose sentences is confirmed is unbound", () => {
    const c = compile(TEXT.replace("two years", "ten years").replace("Unbound", "Other"), bound(TEXT));
    expect(c.value?.commitments[0]?.unbound).toBe(
      "the sentences above it are new or changed since it was bound",
    );
  });

  test("a slipped-in sentence stays unbound, a moved one too", () => {
    const slipped = compile(
      TEXT.replace("Unbound words.", "Unbound words.\n\nWe never sell data."),
      bound(TEXT),
    );
    expect(reasons(slipped)).toContain("shop/3: this sentence is new or changed since it was bound");
    const moved = compile(
      TEXT.replace("Unbound words.\n", "").replace("This describes", "Unbound words.\n\nThis describes"),
      bound(TEXT),
    );
    expect(reasons(moved)).toContain("about/1: this sentence is new or changed since it was bound");
  });

  test("what promises nothing can not silently become bound, or change its reason", () => {
    const lock = bound(TEXT);
    const now = "- id: about\n  retain: order\n  for: P1Y\n  from: creation";
    expect(reasons(compile(TEXT.replace("- informs: a description", now), lock))[2]).toBe(
      "about/1: it was said to promise nothing, and now stands above commitments",
    );
    expect(reasons(compile(TEXT.replace("a description", "another reason"), lock))[2]).toBe(
      "about/1: the reason why it promises nothing changed since it was bound",
    );
  });

  test("twice the same sentence needs two rows", () => {
    const text = TEXT.replace("Unbound words.", "Orders are kept two years.");
    const lock = bound(TEXT);
    const c = compile(text, lock);
    expect(reasons(c).slice(0, 2)).toEqual([
      "shop/1 bound",
      "shop/2: this sentence is new or changed since it was bound",
    ]);
    expect(reasons(compile(text, bound(text))).slice(0, 2)).toEqual(["shop/1 bound", "shop/2 bound"]);
  });

  test("a refused change stays as it was, and a confirmed one is written", () => {
    const c = compile(TEXT.replace("P2Y", "P3Y").replace("Unbound", "Other"), bound(TEXT));
    const policy = c.value ?? raise();
    const changes = changesOf(policy, c.proposals, c.lock);
    expect(changes.map((x) => x.change)).toEqual(["commitment", "statement"]);
    const none = lockAfter(policy, c.proposals, c.lock, new Set());
    expect(none.commitments["orders"]).toEqual(c.lock.commitments["orders"]);
    expect(none.statements.map((s) => s.says)).toEqual([
      "Orders are kept two years.",
      "This describes the shop.",
    ]);
    const all = lockAfter(policy, c.proposals, c.lock, new Set(changes));
    expect(all).toEqual(proposeLock(policy, c.proposals));
  });

  test("ids that every object knows are ids like others", () => {
    const text = TEXT.replace("id: orders", "id: constructor");
    expect(compile(text, null).value?.commitments[0]?.unbound).toMatch(/new/);
    expect(compile(text, bound(text)).value?.commitments[0]?.unbound).toBeNull();
    expect(
      changesOf(compile(text, null).value ?? raise(), new Map(), { statements: [], commitments: {} }),
    ).toMatchObject([{ was: null }]);
  });

  test("prints the same lock as the same text, and reads it back", () => {
    const text = bound(TEXT);
    const read = readLock("policy.lock", text).value ?? raise();
    expect(printLock(read.lock)).toBe(text);
    expect(read.spans.map((s) => s.line)).toEqual([4, 8, 12]);
  });

  test.each([
    ["", "bad-lock"],
    ["lock: 2\nstatements: []\ncommitments: {}\n", "bad-value"],
    ["lock: 1\nstatements: []\n", "missing-key"],
    ["lock: 1\nstatements:\n  - { section: a, hash: b, says: c, binds: [] }\ncommitments: {}\n", "bad-value"],
    [
      `lock: 1\nstatements:\n  - { section: a, hash: "${"0".repeat(64)}", says: c }\ncommitments: {}\n`,
      "bad-lock",
    ],
    ["lock: [1\n", "yaml"],
    ["<<<<<<< ours\nlock: 1\n", "yaml"],
  ])("a bad lock is an error and confirms nothing: %j", (lock, code) => {
    const c = compile(TEXT, lock);
    expect(c.value).toBeNull();
    expect(c.issues.filter((i) => i.severity === "error").map((i) => [i.file, i.code])[0]).toEqual([
      "policy.lock",
      code,
    ]);
    expect(c.coverage.bound).toBe(0);
  });

  test("what is proposed is not offered, not bound, and unbound again where the lock has it", () => {
    const proposed = TEXT.replace("  from: creation", "  from: creation\n  status: proposed");
    const c = compile(proposed, null);
    expect(c.value?.commitments[0]?.unbound).toMatch(/^proposed/);
    expect(reasons(c)[0]).toMatch(/^shop\/1: proposed/);
    expect(bound(proposed)).not.toContain("orders");
    const after = compile(proposed, bound(TEXT));
    expect(after.value?.commitments[0]?.unbound).toMatch(/^proposed/);
    expect(reasons(after)[0]).toMatch(/^shop\/1: proposed/);
    expect(changesOf(after.value ?? raise(), after.proposals, after.lock)).toEqual([]);
    // Taken over, it is what it was.
    expect(compile(TEXT, bound(TEXT)).value?.commitments[0]?.hash).toBe(c.value?.commitments[0]?.hash);
  });

  test("a proposed `informs` informs nobody", () => {
    const c = compile(
      TEXT.replace("- informs: a description", "- informs: a description\n  status: proposed"),
      null,
    );
    expect(reasons(c)[2]).toMatch(/^about\/1: proposed/);
    expect(c.proposals.has("about/1")).toBe(false);
  });
});

function raise(): never {
  throw new Error("there is a policy");
}
