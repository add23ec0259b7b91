/** On what a use of personal data may rest. Format: spec/law.md. */
import type { Row } from "./row.ts";

/** The words of the policy's `use` clause. */
export const USE_BASES = [
  "contract",
  "consent",
  "legitimate_interests",
  "legal_obligation",
  "vital_interests",
  "public_task",
] as const;

/** Those, and further ones that some laws have. */
export type Basis =
  | (typeof USE_BASES)[number]
  | "recognised_legitimate_interests"
  | "employment"
  | "public_emergency"
  | "news"
  | "already_public"
  | "research"
  | "legal_claims"
  | "health"
  | "credit";

export interface BasisRow extends Row<{ readonly needs?: string }> {
  readonly regime: string;
  readonly basis: Basis;
}

const of = (
  regime: string,
  law: string,
  from: string,
  rows: readonly (readonly [Basis, string, string?])[],
): readonly BasisRow[] =>
  rows.map(([basis, article, needs]) => ({
    regime,
    basis,
    value: needs === undefined ? {} : { needs },
    law,
    article,
    from,
  }));

const SIX: readonly (readonly [Basis, string, string?])[] = [
  ["consent", "Art. 6(1)(a)"],
  ["contract", "Art. 6(1)(b)"],
  ["legal_obligation", "Art. 6(1)(c)"],
  ["vital_interests", "Art. 6(1)(d)"],
  ["public_task", "Art. 6(1)(e)"],
  [
    "legitimate_interests",
    "Art. 6(1)(f)",
    "interests that the person's do not override; not for public authorities",
  ],
];

export const BASES: readonly BasisRow[] = [
  ...of("GDPR", "GDPR", "2018-05-25", SIX),
  ...of("UK GDPR", "UK GDPR", "2021-01-01", SIX),
  {
    regime: "UK GDPR",
    basis: "recognised_legitimate_interests",
    value: { needs: "one of the conditions of Annex 1; no weighing" },
    law: "UK GDPR",
    article: "Art. 6(1)(ea)",
    from: "2026-02-05",
    confirmed: "2026-11",
  },
  ...of("LGPD", "LGPD", "2020-09-18", [
    ["consent", "Art. 7 I"],
    ["legal_obligation", "Art. 7 II"],
    ["public_task", "Art. 7 III"],
    ["research", "Art. 7 IV"],
    ["contract", "Art. 7 V"],
    ["legal_claims", "Art. 7 VI"],
    ["vital_interests", "Art. 7 VII"],
    ["health", "Art. 7 VIII"],
    ["legitimate_interests", "Arts 7 IX and 10"],
    ["credit", "Art. 7 X"],
  ]),
  ...of("PIPL", "PIPL", "2021-11-01", [
    [
      "consent",
      "Art. 13(1)(1)",
      "a separate one for sensitive data, disclosure and transfers abroad (Arts 23, 25, 29, 39)",
    ],
    ["contract", "Art. 13(1)(2)"],
    ["employment", "Art. 13(1)(2)", "labour rules or a collective contract made by law"],
    ["legal_obligation", "Art. 13(1)(3)"],
    ["public_emergency", "Art. 13(1)(4)"],
    ["vital_interests", "Art. 13(1)(4)"],
    ["news", "Art. 13(1)(5)"],
    ["already_public", "Art. 13(1)(6)"],
  ]),
  ...of("DPDP", "DPDP", "2027-05-13", [
    ["consent", "s. 6"],
    ["public_task", "s. 7(b)-(c)"],
    ["legal_obligation", "s. 7(d)-(e)"],
    ["vital_interests", "s. 7(f)"],
    ["public_emergency", "s. 7(g)-(h)"],
    ["employment", "s. 7(i)"],
  ]),
  ...of("PDPA", "PDPA", "2021-02-01", [
    ["consent", "ss. 13-16"],
    ["contract", "s. 15(3)", "deemed consent by contractual necessity"],
    ["legitimate_interests", "First Sch., Part 3", "an assessment; the person is told"],
    ["vital_interests", "First Sch., Part 1"],
    ["legal_obligation", "s. 13(b)"],
  ]),
  ...of("PIPA", "PIPA", "2023-09-15", [
    ["consent", "Art. 15(1)1"],
    ["legal_obligation", "Art. 15(1)2"],
    ["public_task", "Art. 15(1)3"],
    ["contract", "Art. 15(1)4"],
    ["vital_interests", "Art. 15(1)5"],
    ["legitimate_interests", "Art. 15(1)6", "interests that clearly outweigh the person's"],
    ["public_emergency", "Art. 15(1)7"],
  ]),
];
