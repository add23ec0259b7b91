/** To which places data may go because they are recognised as protecting it well enough. Format: spec/law.md. */
import type { Row } from "./row.ts";

export interface AdequacyRow
  extends Row<{
    /** The decision covers only recipients with this status; without it, it does not help. */
    readonly only?:
      | "dpf-certified"
      | "privacy-shield-certified"
      | "safe-harbor-certified"
      | "subject-to-pipeda"
      | "subject-to-appi"
      | "subject-to-pipa";
  }> {
  /** The place whose law lets the data go; what lies in it is included. */
  readonly exporter: string;
  readonly to: string;
}

/** Commission decisions; in the EFTA states of the EEA they apply at the same time (EEA 154/2018, Art. 1), see the note on Brazil. */
const eu = (
  to: string,
  law: string,
  from: string,
  more: { until?: string; note?: string; confirmed?: string; only?: AdequacyRow["value"]["only"] } = {},
): AdequacyRow => {
  const { only, ...rest } = more;
  return {
    exporter: "EEA",
    to,
    value: only === undefined ? {} : { only },
    law,
    article: "Art. 1",
    from,
    ...rest,
  };
};

/** Recognised by paragraph 5 of Schedule 21 at the end of the transition. */
const uk = (to: string, only?: AdequacyRow["value"]["only"]): AdequacyRow => ({
  exporter: "GB",
  to,
  value: only === undefined ? {} : { only },
  law: "DPA 2018",
  article: "Sch. 21, para. 5",
  from: "2021-01-01",
  confirmed: "2026-11",
});

const swiss = (to: string, only?: AdequacyRow["value"]["only"]): AdequacyRow => ({
  exporter: "CH",
  to,
  value: only === undefined ? {} : { only },
  law: "FADP Ordinance",
  article: "Annex 1; FADP Art. 16(1)",
  from: "2023-09-01",
});

const SEEN = { confirmed: "2026-11" };

export const ADEQUACY: readonly AdequacyRow[] = [
  eu("CH", "2000/518/EC", "2000-07-26", SEEN),
  eu("CA", "2002/2/EC", "2001-12-20", { ...SEEN, only: "subject-to-pipeda" }),
  eu("AR", "2003/490/EC", "2003-06-30", SEEN),
  eu("GG", "2003/821/EC", "2003-11-21", SEEN),
  eu("IM", "2004/411/EC", "2004-04-28", SEEN),
  eu("JE", "2008/393/EC", "2008-05-08", SEEN),
  eu("FO", "2010/146/EU", "2010-03-05", SEEN),
  eu("AD", "2010/625/EU", "2010-10-19", SEEN),
  eu("IL", "2011/61/EU", "2011-01-31", {
    ...SEEN,
    note: "automated transfers, and what is then processed automatically in Israel",
  }),
  eu("UY", "2012/484/EU", "2012-08-21", SEEN),
  eu("NZ", "2013/65/EU", "2012-12-19", SEEN),
  eu("JP", "(EU) 2019/419", "2019-01-23", { ...SEEN, only: "subject-to-appi" }),
  {
    exporter: "EEA",
    to: "GB",
    value: {},
    law: "TCA",
    article: "Art. FINPROV.10A",
    from: "2021-01-01",
    until: "2021-06-27",
    note: "the bridge after the transition: a transfer was not one to a third country",
  },
  eu("GB", "(EU) 2021/1772", "2021-06-28", {
    until: "2025-12-18",
    ...SEEN,
    note: "to end on 27 June 2025, put off to 27 December 2025, renewed before that",
  }),
  eu("GB", "UK renewal 2025", "2025-12-19", {
    until: "2031-12-27",
    ...SEEN,
    note: "not for immigration control",
  }),
  eu("KR", "(EU) 2022/254", "2021-12-17", {
    ...SEEN,
    only: "subject-to-pipa",
    note: "not for credit information under the authority of the Financial Services Commission",
  }),
  eu("US", "2000/520/EC", "2000-07-26", {
    until: "2015-10-05",
    only: "safe-harbor-certified",
    note: "declared invalid, C-362/14 (Schrems I), 6 October 2015",
  }),
  eu("US", "(EU) 2016/1250", "2016-07-12", {
    until: "2020-07-15",
    only: "privacy-shield-certified",
    note: "declared invalid, C-311/18 (Schrems II), 16 July 2020",
  }),
  eu("US", "(EU) 2023/1795", "2023-07-10", {
    ...SEEN,
    only: "dpf-certified",
    note: "upheld by the General Court, T-553/23, 3 September 2025; appeal C-703/25 P was open when this was read",
  }),
  eu("EPO", "EPO 2025", "2025-07-15", SEEN),
  {
    exporter: "EU",
    to: "BR",
    value: {},
    law: "(EU) 2026/179",
    article: "Art. 1",
    from: "2026-01-26",
    confirmed: "2026-11",
    note: "its place in the EEA Agreement was open in May 2026: not for transfers from Iceland, Liechtenstein and Norway",
  },

  uk("EEA"),
  uk("GI"),
  uk("CH"),
  uk("CA", "subject-to-pipeda"),
  uk("AR"),
  uk("GG"),
  uk("IM"),
  uk("JE"),
  uk("FO"),
  uk("AD"),
  uk("IL"),
  uk("UY"),
  uk("NZ"),
  uk("JP", "subject-to-appi"),
  {
    exporter: "GB",
    to: "KR",
    value: { only: "subject-to-pipa" },
    law: "SI 2022/1213",
    article: "reg. 2",
    from: "2022-12-19",
    confirmed: "2026-11",
  },
  {
    exporter: "GB",
    to: "US",
    value: { only: "dpf-certified" },
    law: "SI 2023/1028",
    article: "reg. 2",
    from: "2023-10-12",
    confirmed: "2026-11",
    note: "certified to the UK extension as well",
  },

  swiss("EEA"),
  swiss("GB"),
  swiss("GI"),
  swiss("GG"),
  swiss("IM"),
  swiss("JE"),
  swiss("FO"),
  swiss("AD"),
  swiss("AR"),
  swiss("CA", "subject-to-pipeda"),
  swiss("IL"),
  swiss("MC"),
  swiss("NZ"),
  swiss("UY"),
  {
    exporter: "CH",
    to: "US",
    value: { only: "dpf-certified" },
    law: "FADP Ordinance",
    article: "Annex 1; FADP Art. 16(1)",
    from: "2024-09-15",
    confirmed: "2026-11",
    note: "certified to the Swiss framework",
  },

  {
    exporter: "BR",
    to: "EU",
    value: {},
    law: "ANPD 32/2026",
    article: "LGPD Art. 33 I",
    from: "2026-01-27",
    confirmed: "2026-11",
    note: "dated 26 January; announced on the 27th",
  },
  { exporter: "JP", to: "EEA", value: {}, law: "PPC 1/2019", article: "APPI Art. 28(1)", from: "2019-01-23" },
  { exporter: "JP", to: "GB", value: {}, law: "PPC 1/2019", article: "APPI Art. 28(1)", from: "2019-01-23" },
];
