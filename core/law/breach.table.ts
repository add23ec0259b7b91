/** Whom a breach of personal data is told to, by when, and what the notice holds. Format: spec/law.md. */
import type { Period } from "./calendar.ts";
import type { Row } from "./row.ts";

/** Who is told: the authority, the people concerned, or the controller (by its processor). */
export type Told = "authority" | "people" | "controller";

export interface BreachDuty {
  /** Absent where the law names no number. */
  readonly within?: Period;
  /** The law's words, in short. */
  readonly words?: string;
  /** What starts the clock. */
  readonly counts: "awareness" | "discovery" | "assessment" | "notice to people";
  /** Which breaches are meant. */
  readonly when: string;
  readonly contents: readonly string[];
  /** What may or must come later. */
  readonly followUp?: { readonly within: Period; readonly what: string };
}

export interface BreachRow extends Row<BreachDuty> {
  readonly regime: string;
  /** Where it is a law beside the regimes, such as a state's breach statute: the place. */
  readonly in?: string;
  readonly who: Told;
}

const HOURS_72: Period = { duration: "PT72H" };
const days = (n: number): Period => ({ duration: `P${n}D` });

const GDPR_AUTHORITY = [
  "nature of the breach",
  "categories and approximate number of people",
  "categories and approximate number of records",
  "contact for more information",
  "likely consequences",
  "measures taken or proposed",
  "reasons for any delay beyond 72 hours",
];
const GDPR_PEOPLE = [
  "nature of the breach",
  "contact for more information",
  "likely consequences",
  "measures taken or proposed",
];
const US_PEOPLE = [
  "what happened",
  "what data",
  "what is being done",
  "what people can do",
  "contact for more information",
];
const LGPD_CONTENTS = [
  "nature and category of the data",
  "people affected",
  "measures of protection",
  "risks and possible impact",
  "reasons for any delay",
  "measures taken or to be taken",
  "date of knowledge",
  "contact of the officer",
];

const likeGdpr = (regime: string, from: string): readonly BreachRow[] => [
  {
    regime,
    who: "authority",
    value: {
      within: HOURS_72,
      words: "without undue delay and, where feasible, within 72 hours",
      counts: "awareness",
      when: "unless unlikely to result in a risk to people",
      contents: GDPR_AUTHORITY,
    },
    law: regime,
    article: "Art. 33(1) and (3)",
    from,
    note: "information may follow in phases: Art. 33(4); every breach is recorded: Art. 33(5)",
  },
  {
    regime,
    who: "people",
    value: {
      words: "without undue delay",
      counts: "awareness",
      when: "likely to result in a high risk to people, and no exception of Art. 34(3)",
      contents: GDPR_PEOPLE,
    },
    law: regime,
    article: "Art. 34",
    from,
  },
  {
    regime,
    who: "controller",
    value: {
      words: "without undue delay",
      counts: "awareness",
      when: "every breach at a processor",
      contents: [],
    },
    law: regime,
    article: "Art. 33(2)",
    from,
  },
];

/** A state's breach statute: notice to its residents. */
const statePeople = (
  code: string,
  within: number,
  law: string,
  article: string,
  from: string,
  confirmed?: string,
): BreachRow => ({
  regime: law,
  in: `US-${code}`,
  who: "people",
  value: {
    within: days(within),
    words: "without unreasonable delay",
    counts: "discovery",
    when: "personal information as that statute defines it, unencrypted",
    contents: US_PEOPLE,
  },
  law,
  article,
  from,
  ...(confirmed === undefined ? {} : { confirmed }),
});

export const BREACHES: readonly BreachRow[] = [
  ...likeGdpr("GDPR", "2018-05-25"),
  ...likeGdpr("UK GDPR", "2021-01-01"),
  {
    regime: "FADP",
    who: "authority",
    value: {
      words: "as quickly as possible",
      counts: "awareness",
      when: "likely to lead to a high risk",
      contents: ["nature of the breach", "consequences", "measures taken or planned"],
    },
    law: "FADP",
    article: "Art. 24(1)-(2)",
    from: "2023-09-01",
    confirmed: "2026-11",
  },
  {
    regime: "FADP",
    who: "people",
    value: {
      words: "no number named",
      counts: "awareness",
      when: "required for their protection, or the Commissioner asks",
      contents: ["nature of the breach", "consequences", "measures taken or planned"],
    },
    law: "FADP",
    article: "Art. 24(4)",
    from: "2023-09-01",
    confirmed: "2026-11",
  },
  {
    regime: "FADP",
    who: "controller",
    value: {
      words: "as quickly as possible",
      counts: "awareness",
      when: "every breach at a processor",
      contents: [],
    },
    law: "FADP",
    article: "Art. 24(3)",
    from: "2023-09-01",
    confirmed: "2026-11",
  },

  {
    regime: "Cal. Civ. Code",
    in: "US-CA",
    who: "people",
    value: {
      words: "in the most expedient time possible and without unreasonable delay",
      counts: "discovery",
      when: "unencrypted personal information of a resident",
      contents: US_PEOPLE,
    },
    law: "Cal. Civ. Code",
    article: "§ 1798.82(a)",
    from: "2003-07-01",
    until: "2025-12-31",
    confirmed: "2026-11",
  },
  {
    regime: "Cal. Civ. Code",
    in: "US-CA",
    who: "people",
    value: {
      within: days(30),
      counts: "discovery",
      when: "unencrypted personal information of a resident",
      contents: US_PEOPLE,
    },
    law: "Cal. Civ. Code",
    article: "§ 1798.82(a)(2)",
    from: "2026-01-01",
    confirmed: "2026-11",
  },
  {
    regime: "Cal. Civ. Code",
    in: "US-CA",
    who: "authority",
    value: {
      within: days(15),
      counts: "notice to people",
      when: "more than 500 residents are told",
      contents: ["sample copy of the notice"],
    },
    law: "Cal. Civ. Code",
    article: "§ 1798.82(f)",
    from: "2026-01-01",
    confirmed: "2026-11",
    note: "to the Attorney General",
  },
  statePeople("CO", 30, "Colo. Rev. Stat.", "§ 6-1-716(2)", "2018-09-01", "2026-11"),
  statePeople("CT", 60, "Conn. Gen. Stat.", "§ 36a-701b(b)", "2021-10-01", "2026-11"),
  statePeople("DE", 60, "Del. Code", "tit. 6, § 12B-102(c)", "2018-04-14", "2026-11"),
  statePeople("FL", 30, "Fla. Stat.", "§ 501.171(4)", "2014-07-01", "2026-11"),
  statePeople("NY", 30, "N.Y. Gen. Bus. Law", "§ 899-aa(2)", "2024-12-21", "2026-11"),
  statePeople("TX", 60, "Tex. Bus. & Com. Code", "§ 521.053(b)", "2020-01-01"),
  {
    regime: "Tex. Bus. & Com. Code",
    in: "US-TX",
    who: "authority",
    value: {
      within: days(30),
      words: "as soon as practicable",
      counts: "discovery",
      when: "250 residents or more",
      contents: [
        "nature of the breach",
        "number of residents",
        "measures taken and planned",
        "whether law enforcement is involved",
      ],
    },
    law: "Tex. Bus. & Com. Code",
    article: "§ 521.053(i)",
    from: "2023-09-01",
    note: "to the Attorney General",
  },
  statePeople("WA", 30, "Wash. Rev. Code", "§ 19.255.010(8)", "2020-03-01", "2026-11"),

  {
    regime: "LGPD",
    who: "authority",
    value: {
      within: { businessDays: 3 },
      counts: "awareness",
      when: "may cause relevant risk or damage",
      contents: LGPD_CONTENTS,
      followUp: {
        within: { businessDays: 20 },
        what: "information that was missing, from the first notice on",
      },
    },
    law: "ANPD 15/2024",
    article: "Regulation Art. 6",
    from: "2024-04-26",
    confirmed: "2026-11",
  },
  {
    regime: "LGPD",
    who: "people",
    value: {
      within: { businessDays: 3 },
      counts: "awareness",
      when: "may cause relevant risk or damage",
      contents: LGPD_CONTENTS,
    },
    law: "ANPD 15/2024",
    article: "Regulation Art. 9",
    from: "2024-04-26",
    confirmed: "2026-11",
  },

  {
    regime: "PIPL",
    who: "authority",
    value: {
      words: "at once",
      counts: "awareness",
      when: "leak, alteration or loss that happened or may have happened",
      contents: [
        "categories of data",
        "causes",
        "possible harm",
        "measures taken",
        "measures that people can take",
        "contact of the handler",
      ],
    },
    law: "PIPL",
    article: "Art. 57",
    from: "2021-11-01",
    until: "2025-10-31",
  },
  {
    regime: "PIPL",
    who: "authority",
    value: {
      within: { duration: "PT4H" },
      words: "at once",
      counts: "awareness",
      when: "leak, alteration or loss; the four hours are for incidents of the grade relatively major and above, such as the data of a million people",
      contents: [
        "categories of data",
        "causes",
        "possible harm",
        "measures taken",
        "measures that people can take",
        "contact of the handler",
      ],
    },
    law: "CN incident reporting",
    article: "Art. 4; PIPL Art. 57",
    from: "2025-11-01",
    confirmed: "2026-11",
    note: "one hour for operators of critical infrastructure, two for central state bodies",
  },
  {
    regime: "PIPL",
    who: "people",
    value: {
      words: "at once",
      counts: "awareness",
      when: "unless measures effectively avoid harm",
      contents: [
        "categories of data",
        "causes",
        "possible harm",
        "measures taken",
        "measures that people can take",
        "contact of the handler",
      ],
    },
    law: "PIPL",
    article: "Art. 57",
    from: "2021-11-01",
  },

  {
    regime: "DPDP",
    who: "authority",
    value: {
      within: HOURS_72,
      words: "without delay; the details within 72 hours",
      counts: "awareness",
      when: "every breach",
      contents: [
        "facts and causes",
        "measures taken or proposed",
        "findings on who caused it",
        "remedies against recurrence",
        "report on the notices to people",
      ],
    },
    law: "DPDP Rules",
    article: "rule 7(2)",
    from: "2027-05-13",
    confirmed: "2026-11",
  },
  {
    regime: "DPDP",
    who: "people",
    value: {
      words: "without delay",
      counts: "awareness",
      when: "every breach",
      contents: [
        "nature, extent, timing",
        "consequences",
        "measures taken",
        "what people can do",
        "contact for more information",
      ],
    },
    law: "DPDP Rules",
    article: "rule 7(1)",
    from: "2027-05-13",
    confirmed: "2026-11",
  },

  {
    regime: "PDPA",
    who: "authority",
    value: {
      within: days(3),
      words: "as soon as is practicable",
      counts: "assessment",
      when: "significant harm, or 500 people or more",
      contents: [
        "facts of the breach",
        "how it was handled",
        "people and data affected",
        "harm",
        "plan of notices",
        "contact",
      ],
    },
    law: "PDPA",
    article: "ss. 26B and 26D(1)",
    from: "2021-02-01",
    confirmed: "2026-11",
    note: "calendar days, once assessed as notifiable; the assessment itself is to be reasonable and expeditious (s. 26C)",
  },
  {
    regime: "PDPA",
    who: "people",
    value: {
      words: "as soon as is practicable, with or after the notice to the Commission",
      counts: "assessment",
      when: "significant harm is likely",
      contents: [
        "facts of the breach",
        "data affected",
        "harm",
        "measures taken",
        "what people can do",
        "contact",
      ],
    },
    law: "PDPA",
    article: "s. 26D(2)",
    from: "2021-02-01",
    confirmed: "2026-11",
  },

  {
    regime: "PIPA",
    who: "people",
    value: {
      within: HOURS_72,
      words: "without delay",
      counts: "awareness",
      when: "loss, theft or leak",
      contents: [
        "items of data",
        "time and circumstances",
        "what people can do",
        "measures taken",
        "contact",
      ],
    },
    law: "PIPA",
    article: "Art. 34(1); Decree Art. 39",
    from: "2023-09-15",
    confirmed: "2026-11",
    note: "an amendment of 2026 widens it to possible breaches; its day was not verified",
  },
  {
    regime: "PIPA",
    who: "authority",
    value: {
      within: HOURS_72,
      words: "without delay",
      counts: "awareness",
      when: "1,000 people or more, sensitive or unique identifying data, or unlawful access from outside",
      contents: [
        "items of data",
        "time and circumstances",
        "what people can do",
        "measures taken",
        "contact",
      ],
    },
    law: "PIPA",
    article: "Art. 34(3); Decree Art. 40",
    from: "2023-09-15",
    confirmed: "2026-11",
  },

  {
    regime: "APPI",
    who: "authority",
    value: {
      words: "promptly",
      counts: "awareness",
      when: "sensitive data, danger of financial damage, a wrongful purpose, or more than 1,000 people",
      contents: [
        "outline",
        "data and number of people",
        "cause",
        "secondary damage",
        "notices to people",
        "publication",
        "prevention",
      ],
      followUp: { within: days(30), what: "the full report, 60 days where a wrongful purpose is likely" },
    },
    law: "APPI Rules",
    article: "Arts 7 and 8; APPI Art. 26",
    from: "2022-04-01",
    note: "the guidelines read promptly as three to five days",
  },
  {
    regime: "APPI",
    who: "people",
    value: {
      words: "promptly, as the circumstances ask",
      counts: "awareness",
      when: "the same breaches",
      contents: ["outline", "data", "cause", "secondary damage", "other useful facts"],
    },
    law: "APPI Rules",
    article: "Art. 10; APPI Art. 26",
    from: "2022-04-01",
  },

  {
    regime: "PIPEDA",
    who: "authority",
    value: {
      words: "as soon as feasible",
      counts: "awareness",
      when: "real risk of significant harm",
      contents: ["circumstances and cause", "time", "data", "number of people", "measures", "contact"],
    },
    law: "PIPEDA",
    article: "s. 10.1(1)-(2)",
    from: "2018-11-01",
  },
  {
    regime: "PIPEDA",
    who: "people",
    value: {
      words: "as soon as feasible",
      counts: "awareness",
      when: "real risk of significant harm",
      contents: ["circumstances", "time", "data", "measures", "what people can do", "contact"],
    },
    law: "PIPEDA",
    article: "s. 10.1(3)-(6)",
    from: "2018-11-01",
  },
  {
    regime: "QC P-39.1",
    who: "authority",
    value: { words: "promptly", counts: "awareness", when: "risk of serious injury", contents: [] },
    law: "QC P-39.1",
    article: "s. 3.5",
    from: "2022-09-22",
    confirmed: "2026-11",
    note: "the contents are in the Regulation respecting confidentiality incidents, in force since 29 December 2022",
  },
  {
    regime: "QC P-39.1",
    who: "people",
    value: { words: "promptly", counts: "awareness", when: "risk of serious injury", contents: [] },
    law: "QC P-39.1",
    article: "s. 3.5",
    from: "2022-09-22",
    confirmed: "2026-11",
  },
  {
    regime: "Privacy Act 1988",
    who: "authority",
    value: {
      words: "as soon as practicable",
      counts: "assessment",
      when: "likely to result in serious harm",
      contents: [
        "identity and contact",
        "description of the breach",
        "kinds of data",
        "what people should do",
      ],
    },
    law: "Privacy Act 1988",
    article: "ss. 26WH and 26WK",
    from: "2018-02-22",
    note: "an assessment takes 30 days at most (s. 26WH)",
  },
  {
    regime: "Privacy Act 1988",
    who: "people",
    value: {
      words: "as soon as practicable after the statement",
      counts: "assessment",
      when: "likely to result in serious harm",
      contents: [
        "identity and contact",
        "description of the breach",
        "kinds of data",
        "what people should do",
      ],
    },
    law: "Privacy Act 1988",
    article: "s. 26WL",
    from: "2018-02-22",
  },
  {
    regime: "Privacy Act 2020",
    who: "authority",
    value: {
      words: "as soon as practicable",
      counts: "awareness",
      when: "serious harm is likely",
      contents: [],
    },
    law: "Privacy Act 2020",
    article: "s. 114",
    from: "2020-12-01",
  },
  {
    regime: "Privacy Act 2020",
    who: "people",
    value: {
      words: "as soon as practicable",
      counts: "awareness",
      when: "serious harm is likely",
      contents: [],
    },
    law: "Privacy Act 2020",
    article: "s. 115",
    from: "2020-12-01",
  },
];
