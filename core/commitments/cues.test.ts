import { describe, expect, test } from "vitest";
import { hear } from "../policy/import/heard.ts";
import { readSource } from "../policy/source/read.ts";
import { kinds } from "./index.ts";

/** What the kind hears in the last statement of a text; several when it hears itself more than once. */
function heard(kind: string, text: string): readonly unknown[] {
  const source = readSource("x.txt", text);
  const last = hear(source, source.statements.length - 1);
  const found = kinds.find((k) => k.name === kind)?.propose?.(last ?? raise()) ?? [];
  return found.map((f) => f.spec);
}

function raise(): never {
  throw new Error("the text has a statement");
}

/** Kind, text, what is heard; null: nothing, though the words are near. */
const CASES: readonly (readonly [string, string, object | readonly object[] | null])[] = [
  ["accept", "By using the shop, you accept this policy.", { accept: "this policy", by: ["use"] }],
  ["accept", "继续使用即表示您同意修订后的政策。", { accept: "this policy", by: ["continued_use"] }],
  ["accept", "If you do not agree with this policy, do not use the shop.", null],
  [
    "attest",
    "Our people sign confidentiality agreements.",
    { attest: ["Our people sign confidentiality agreements."] },
  ],
  ["attest", "We are training models on leaves.", null],
  ["collect", "We collect your device identifiers and your location.", { collect: ["device", "location"] }],
  ["collect", "1. Information we collect\n- Payment data", { collect: ["payment"], from: "person" }],
  ["collect", "我们收集您的设备信息。", { collect: ["device"], from: "device" }],
  ["collect", "We do not collect your location.", null],
  ["consent", "We will seek your consent before we use it for other purposes.", { consent: ["other"] }],
  [
    "consent",
    "You can unsubscribe from our newsletters.",
    { consent: ["marketing"], opt: "out", withdraw: ["unsubscribe"] },
  ],
  ["consent", "在您允许的情况下,我们收集您的位置。", { consent: ["all"], to: "collect", for: ["location"] }],
  ["consent", "By using the shop with your consent, you agree.", null],
  [
    "contact",
    "Write to our data protection officer at dpo@tea.example.",
    { contact: "officer", by: "email", address: "dpo@tea.example" },
  ],
  [
    "contact",
    "If you have any questions, contact us at:",
    { contact: "general", by: "email", address: "unknown" },
  ],
  ["contact", "Address: 1 Leaf Road", { contact: "general", by: "post", address: "1 Leaf Road" }],
  ["contact", "We may contact you.", null],
  ["cookies", "We use cookies for preferences and analytics.", { cookies: ["preferences", "analytics"] }],
  ["cookies", "您可以通过浏览器关闭所有 cookie。", { cookies: ["functional"], control: ["browser"] }],
  ["cookies", "Cookies are small files.", null],
  [
    "deidentify",
    "Anonymized conversations may be used for AI improvement.",
    { deidentify: ["content"], method: "remove", for: ["ai-training"] },
  ],
  ["deidentify", "We will delete or anonymize your data.", null],
  ["minors", "The shop is not directed to children under 13.", { minors: "refused", under: [13] }],
  ["minors", "未满14岁的儿童须经监护人同意。", { minors: "with_guardian", under: [14] }],
  ["minors", "Children like tea.", null],
  [
    "notify",
    "In a data breach we will notify you within 72 hours.",
    { notify: "affected", on: ["breach"], within: "PT72H" },
  ],
  ["notify", "重大变更将通过平台通知您。", { notify: "people", on: ["material_change"], by: ["platform"] }],
  ["notify", "We send you notifications about tea.", null],
  [
    "protect",
    "Data is encrypted in transit (TLS 1.3) and at rest (AES-256).",
    [
      { protect: ["all"], by: "encryption", standard: "AES-256" },
      { protect: ["all"], by: "transport", standard: "TLS 1.3" },
    ],
  ],
  ["protect", "我们将数据加密。", { protect: ["all"], by: "encryption" }],
  ["protect", "We protect your data.", null],
  [
    "retain",
    "Transaction data is kept for seven years.",
    { retain: ["payment"], for: "P7Y", from: "creation" },
  ],
  ["retain", "交易数据保存七年。", { retain: ["payment"], for: "P7Y" }],
  ["retain", "We retain your data as long as necessary.", { retain: ["all"], for: "needed" }],
  ["retain", "We will delete your data within 30 days.", null],
  [
    "right",
    "You have the right to access and correct your data.",
    { right: ["access", "rectify"], ways: ["support"] },
  ],
  ["right", "您有权随时删除您的个人信息。", { right: ["erase"] }],
  ["right", "The company has the right to modify this policy.", null],
  ["right", "Your decision will not affect your right to access.", null],
  ["share", "We share information with payment processors.", { share: ["all"], with: ["payment-provider"] }],
  [
    "share",
    "We do not share your data with advertisers.",
    { share: ["all"], with: ["advertiser"], never: true },
  ],
  ["share", "We never sell your data.", { share: ["all"], with: ["anyone"], purpose: ["sale"], never: true }],
  ["share", "我们可能向关联公司披露您的信息。", { share: ["all"], with: ["affiliate"] }],
  ["share", "Share your tea with friends.", null],
  [
    "transfer",
    "Data may be transferred to and processed in the United States under Standard Contractual Clauses.",
    { transfer: ["all"], to: ["US"], mechanisms: ["scc"] },
  ],
  ["transfer", "您的信息可能在境外处理。", { transfer: ["all"], mechanisms: ["lawful"] }],
  ["transfer", "Transfer your points to a friend.", null],
  ["use", "We use your information to improve the shop.", { use: ["improvement"] }],
  ["use", "1. How we use it\n- Processing payments", { use: ["billing"] }],
  [
    "use",
    "1. Legal basis\n- Legitimate interests: to keep the shop safe",
    { use: ["all"], basis: "legitimate_interests" },
  ],
  ["use", "改进我们的服务功能;", { use: ["improvement"] }],
  ["use", "Improve your tea.", null],
];

describe("cues", () => {
  test.each(CASES)("%s: %s", (kind, text, wanted) => {
    const found = heard(kind, text);
    if (wanted === null) expect(found).toEqual([]);
    else expect(found).toMatchObject(Array.isArray(wanted) ? wanted : [wanted]);
  });

  test.each(kinds.map((k) => k.name))(
    "%s is heard in one text and not in another, and its schema reads what it hears",
    (name) => {
      const own = CASES.filter(([kind]) => kind === name);
      expect(own.some(([, , wanted]) => wanted !== null)).toBe(true);
      expect(own.some(([, , wanted]) => wanted === null)).toBe(true);
      const schema = kinds.find((k) => k.name === name)?.schema;
      for (const [, text] of own)
        for (const spec of heard(name, text)) expect(schema?.safeParse(spec).success, text).toBe(true);
    },
  );
});
