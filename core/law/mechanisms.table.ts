/** By which means data may leave a place, other than adequacy. Format: spec/law.md. */
import type { Row } from "./row.ts";

/** The words of the policy's `transfer` clause, and three more that some laws have. */
export type Mechanism =
  | "scc"
  | "adequacy"
  | "bcr"
  | "certification"
  | "consent"
  | "derogation"
  | "code"
  | "contract"
  | "assessment";

export interface MechanismRow extends Row<{ readonly needs?: string }> {
  readonly regime: string;
  readonly mechanism: Mechanism;
}

const plain = (
  regime: string,
  law: string,
  from: string,
  rows: readonly (readonly [Mechanism, string, string?])[],
): readonly MechanismRow[] =>
  rows.map(([mechanism, article, needs]) => ({
    regime,
    mechanism,
    value: needs === undefined ? {} : { needs },
    law,
    article,
    from,
  }));

const BEFOREHAND = "the person is told of the risks; not for regular transfers";

export const MECHANISMS: readonly MechanismRow[] = [
  ...plain("GDPR", "GDPR", "2018-05-25", [
    ["adequacy", "Art. 45"],
    ["bcr", "Arts 46(2)(b) and 47"],
    ["code", "Arts 40 and 46(2)(e)"],
    ["certification", "Arts 42 and 46(2)(f)"],
    ["consent", "Art. 49(1)(a)", BEFOREHAND],
    ["derogation", "Art. 49(1)(b)-(g)", "read narrowly"],
  ]),
  {
    regime: "GDPR",
    mechanism: "scc",
    value: { needs: "an assessment of the law of the destination" },
    law: "GDPR",
    article: "Art. 46(2)(c), with clauses of 2001, 2004 and 2010",
    from: "2018-05-25",
    until: "2021-06-26",
  },
  {
    regime: "GDPR",
    mechanism: "scc",
    value: { needs: "an assessment of the law of the destination" },
    law: "(EU) 2021/914",
    article: "Art. 1; GDPR Art. 46(2)(c)",
    from: "2021-06-27",
    note: "old clauses could be relied on until 27 December 2022",
  },
  ...plain("UK GDPR", "UK GDPR", "2021-01-01", [
    ["adequacy", "Art. 45 (Art. 45A from 5 February 2026)"],
    ["bcr", "Arts 46(2)(b) and 47"],
    ["code", "Art. 46(2)(e)"],
    ["certification", "Art. 46(2)(f)"],
    ["consent", "Art. 49(1)(a)", BEFOREHAND],
    ["derogation", "Art. 49(1)(b)-(g)", "read narrowly"],
  ]),
  {
    regime: "UK GDPR",
    mechanism: "scc",
    value: { needs: "the EU clauses as they stood at the end of the transition" },
    law: "DPA 2018",
    article: "Sch. 21, para. 7",
    from: "2021-01-01",
    until: "2022-03-20",
  },
  {
    regime: "UK GDPR",
    mechanism: "scc",
    value: { needs: "the International Data Transfer Agreement, or its Addendum to the EU clauses" },
    law: "DPA 2018",
    article: "s. 119A",
    from: "2022-03-21",
    note: "EU clauses without the Addendum do not suffice since 21 March 2024",
  },
  ...plain("FADP", "FADP", "2023-09-01", [
    ["adequacy", "Art. 16(1)"],
    ["contract", "Art. 16(2)(b)", "told to the Commissioner beforehand"],
    ["scc", "Art. 16(2)(d)", "clauses that the Commissioner recognises"],
    ["bcr", "Art. 16(2)(e)"],
    ["consent", "Art. 17(1)(a)"],
    ["derogation", "Art. 17(1)(b)-(f)"],
  ]),
  ...plain("LGPD", "LGPD", "2020-09-18", [
    ["adequacy", "Art. 33 I"],
    ["contract", "Art. 33 II (a)", "approved by the ANPD"],
    ["bcr", "Art. 33 II (c)", "approved by the ANPD"],
    ["certification", "Art. 33 II (d)"],
    ["consent", "Art. 33 VIII", "specific and set apart, with information on the transfer"],
    ["derogation", "Art. 33 III-VII and IX"],
  ]),
  {
    regime: "LGPD",
    mechanism: "scc",
    value: {},
    law: "ANPD 19/2024",
    article: "Annex II; LGPD Art. 33 II (b)",
    from: "2024-08-23",
    confirmed: "2026-11",
    note: "contracts of before had to have the clauses by 23 August 2025",
  },
  ...plain("PIPL", "PIPL", "2021-11-01", [
    [
      "assessment",
      "Arts 38(1)(1) and 40",
      "by the Cyberspace Administration; for critical infrastructure and large volumes",
    ],
    [
      "certification",
      "Art. 38(1)(2)",
      "beside it, the person's separate consent where the use rests on consent (Art. 39)",
    ],
  ]),
  {
    regime: "PIPL",
    mechanism: "scc",
    value: {
      needs:
        "filed with the provincial authority; beside it, the person's separate consent where the use rests on consent (Art. 39)",
    },
    law: "CN standard contract",
    article: "PIPL Art. 38(1)(3)",
    from: "2023-06-01",
    note: "small volumes and some purposes are free of it since 22 March 2024",
  },
  ...plain("PDPA", "PDPA Regulations", "2021-02-01", [
    ["contract", "reg. 11"],
    ["bcr", "reg. 11"],
    ["certification", "reg. 12"],
    ["consent", "reg. 10(2)(a)", "with a summary of the protection at the destination"],
    ["derogation", "reg. 10(2)"],
  ]),
  ...plain("PIPA", "PIPA", "2023-09-15", [
    ["consent", "Art. 28-8(1)1"],
    [
      "derogation",
      "Art. 28-8(1)2 and 3",
      "a law or treaty; or entrusting and storage for a contract, if published or told",
    ],
    ["certification", "Art. 28-8(1)4"],
    ["adequacy", "Art. 28-8(1)5"],
  ]),
  ...plain("APPI", "APPI", "2022-04-01", [
    ["consent", "Art. 28(1)-(2)", "with information on the destination"],
    ["adequacy", "Art. 28(1)"],
    ["contract", "Art. 28(1) and (3)", "a system equivalent to the Act, looked after"],
    ["certification", "Art. 28(1); Rules Art. 16"],
    ["derogation", "Arts 27(1) and 28(1)"],
  ]),
  {
    regime: "QC P-39.1",
    mechanism: "assessment",
    value: { needs: "a privacy impact assessment and a written agreement" },
    law: "QC P-39.1",
    article: "s. 17",
    from: "2023-09-22",
  },
  ...plain("Privacy Act 1988", "Privacy Act 1988", "2014-03-12", [
    ["contract", "APP 8.1", "reasonable steps; the sender stays liable (s. 16C)"],
    ["consent", "APP 8.2(b)"],
    ["derogation", "APP 8.2"],
  ]),
];
