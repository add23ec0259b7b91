/** Circumstances that every policy may name under `if` and `unless` without declaring them. Each is either so or not so for one act. */

export type Language = "en" | "zh";

interface Fact {
  readonly en: string;
  readonly zh: string;
  /** Facts that can not hold at the same time. */
  readonly excludes?: readonly string[];
}

export const FACTS: Readonly<Record<string, Fact>> = {
  consent: { en: "the person consented", zh: "本人已同意" },
  "guardian-consent": { en: "a guardian consented", zh: "监护人已同意" },
  request: { en: "the person asks for it", zh: "本人提出请求" },
  objection: { en: "the person objected", zh: "本人提出反对", excludes: ["consent"] },
  law: { en: "the law demands it", zh: "法律要求" },
  lawful: { en: "the law permits it", zh: "法律允许" },
  "legal-claims": { en: "it is needed for legal claims", zh: "为法律主张所必需" },
  protection: { en: "it protects rights, property or safety", zh: "为保护权利、财产或安全" },
  emergency: { en: "life or health is in danger", zh: "生命或健康受到威胁" },
  risk: { en: "people are put at risk", zh: "对个人造成风险" },
  "business-transfer": { en: "the business changes hands", zh: "业务发生转让" },
  aggregated: { en: "it is aggregated", zh: "已汇总" },
  deidentified: { en: "it identifies nobody", zh: "已去标识化" },
  minor: { en: "the person is a minor", zh: "本人为未成年人", excludes: ["adult"] },
  adult: { en: "the person is of age", zh: "本人为成年人", excludes: ["minor"] },
  "no-account": {
    en: "the person has no account",
    zh: "本人没有账户",
    excludes: ["account-open", "account-closed"],
  },
  "account-open": {
    en: "the account is open",
    zh: "账户处于开通状态",
    excludes: ["account-closed", "no-account"],
  },
  "account-closed": {
    en: "the account is closed",
    zh: "账户已注销",
    excludes: ["account-open", "no-account"],
  },
};

export const isFact = (word: string): boolean => Object.hasOwn(FACTS, word);

/** What a commitment is bounded by: all of `if`, and none of `unless`. */
export interface Condition {
  readonly if: readonly string[];
  readonly unless: readonly string[];
}

export const ALWAYS: Condition = { if: [], unless: [] };

/** Whether there can be a case in which both hold. Words that nobody relates to each other are independent. */
export function canBothHold(a: Condition, b: Condition): boolean {
  const so = new Set([...a.if, ...b.if]);
  if ([...a.unless, ...b.unless].some((word) => so.has(word))) return false;
  return ![...so].some((word) => FACTS[word]?.excludes?.some((other) => so.has(other)) === true);
}
