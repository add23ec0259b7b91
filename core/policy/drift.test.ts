import { expect, test } from "vitest";
import { kinds } from "../commitments/index.ts";
import { must } from "../terms/assert.ts";
import { compilePolicy } from "./compile.ts";
import { driftIssues, twinTable } from "./drift.ts";
import type { Fidelity } from "./fidelity/model.ts";
import { printLock } from "./lock/print.ts";
import { joinLocks, lockAfter, proposeLock } from "./lock/propose.ts";

const front = (locale: string, more = ""): string => `---
service: shop
version: 1
effective: unknown
locale: ${locale}
controller: { name: Shop }
classes: { order: [user.financial] }
${more}---
`;
const RETAIN = "```commit\n- id: two-years\n  retain: order\n  for: P2Y\n  from: creation\n```\n";
const EN = `${front("en")}# Shop\n\n## Keeping {#keep}\n\nOrders go after two years.\n\n${RETAIN}\n## Contact {#contact}\n\nWrite to us.\n\n\`\`\`commit\n- id: desk\n  contact: rights\n  by: email\n  address: a@shop.example\n\`\`\`\n`;
const ZH = `${front("zh-Hans", "labels: { order: 订单, creation: 创建 }\n")}# 商店\n\n## 保存 {#keep}\n\n订单两年后删除。\n\n${RETAIN}`;

const compiled = (file: string, text: string, lock: string | null = null) =>
  compilePolicy({
    file,
    text,
    lock: lock === null ? null : { file: "policy.lock", text: lock },
    kinds,
    further: file !== "policy.en.md",
  });
const policy = (file: string, text: string) => must(compiled(file, text).value, "it compiles");
const first = policy("policy.en.md", EN);
const span = { file: "fidelity.yaml", line: 1, column: 1 };
const desk = (why: string): Fidelity => ({
  ...{ file: span.file, sources: [], rows: [] },
  locales: [
    { locale: "zh-Hans", different: [], missing: [{ statements: ["2/1"], why, commitments: ["desk"] }] },
  ],
});
const said = (text: string, fidelity: Fidelity | null = null) =>
  driftIssues(first, policy("policy.zh.md", text), fidelity).map(
    (i) => `${i.severity} ${i.code}: ${i.message}`,
  );

test("what a locale lacks is an error until it is explained, and is still said then", () => {
  expect(said(ZH)).toEqual([
    "error locale-lacks: `policy.zh.md` (zh-Hans) says nothing of `desk`: the address for rights requests can be reached by e-mail at a@shop.example",
  ]);
  expect(said(ZH, desk("the source has no such section"))).toEqual([
    "info locale-lacks: `policy.zh.md` (zh-Hans) says nothing of `desk`: the address for rights requests can be reached by e-mail at a@shop.example; explained: the source has no such section",
  ]);
});

test("a period that differs, a commitment too many and another definition of a word are drift", () => {
  const other = ZH.replace("P2Y", "P3Y").replace("[user.financial]", "[user.financial, user.payment]");
  const more = `${other}\n## 更多 {#more}\n\n我们不收集位置。\n\n\`\`\`commit\n- id: extra\n  collect: order\n\`\`\`\n`;
  expect(said(more, desk("later"))).toEqual([
    "error locale-front-matter: `classes` differs from that of `policy.en.md`",
    "error locale-differs: `two-years` says otherwise than in `policy.en.md` (spec): there “order data is erased 2 years after creation”, here “订单数据自创建起3年后删除”",
    expect.stringContaining("info locale-lacks"),
    "error locale-adds: `policy.en.md` (en) says nothing of `extra`: 从本人收集订单数据",
  ]);
});

test("sections with more statements in one language are listed", () => {
  expect(twinTable(first, policy("policy.zh.md", ZH))).toEqual([{ section: "contact", first: 1, other: 0 }]);
});

test("one lock confirms both files, each its own sentences", () => {
  const [en, zh] = [compiled("policy.en.md", EN), compiled("policy.zh.md", ZH)];
  const both = joinLocks(proposeLock(must(en.value, "compiles"), en.proposals), [
    ["zh-Hans", proposeLock(must(zh.value, "compiles"), zh.proposals, zh.lockLocale)],
  ]);
  const text = printLock(both);
  for (const [file, source] of [
    ["policy.en.md", EN],
    ["policy.zh.md", ZH],
  ] as const) {
    const after = compiled(file, source, text);
    expect(after.issues).toEqual([]);
    expect(after.coverage.coverage).toBe(1);
  }
  const changed = compiled("policy.zh.md", ZH.replace("两年后", "三年后"), text);
  expect(changed.coverage.bound).toBe(0);
  expect(changed.issues.map((i) => i.code)).toContain("stale-lock");
  expect(compiled("policy.en.md", EN, text).coverage.bound).toBe(2);
  expect(
    lockAfter(must(zh.value, "compiles"), zh.proposals, zh.lock, new Set(), "zh-Hans").statements,
  ).toEqual([]);
});

test("what a further locale words otherwise is confirmed for that file alone", () => {
  const held = (locale: string, words: string, text: string): string =>
    text
      .replace(front(locale), front(locale, `conditions: { claim: ${words} }\n`))
      .replace("  from: creation\n", "  from: creation\n  unless: claim\n");
  const plain = ZH.replace("labels: { order: 订单, creation: 创建 }\n", "");
  const [en, zh] = [held("en", "a claim needs it", EN), held("zh-Hans", "法律主张需要", plain)];
  const compiledBoth = [compiled("policy.en.md", en), compiled("policy.zh.md", zh)] as const;
  const [lockEn, lockZh] = compiledBoth.map((c) =>
    proposeLock(must(c.value, "compiles"), c.proposals, c.lockLocale),
  );
  const joined = joinLocks(must(lockEn, "it has one"), [["zh-Hans", must(lockZh, "it has one")]]);
  expect(Object.keys(joined.locales?.["zh-Hans"] ?? {})).toEqual(["two-years"]);
  const text = printLock(joined);
  for (const [file, source] of [
    ["policy.en.md", en],
    ["policy.zh.md", zh],
  ] as const)
    expect(compiled(file, source, text)).toMatchObject({ issues: [], coverage: { coverage: 1 } });
  const reworded = compiled("policy.zh.md", zh.replace("法律主张需要", "我们愿意"), text);
  expect(reworded.issues.map((i) => i.code)).toContain("unbound-commitment");
  expect(compiled("policy.en.md", en, text).issues).toEqual([]);
  // Without its own row, the first file's confirmation says nothing of these words.
  const { locales: _, ...without } = joined;
  expect(compiled("policy.zh.md", zh, printLock(without)).coverage.bound).toBe(0);
});
