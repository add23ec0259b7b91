/** For how long a law has something kept: the periods that policies cite most. Format: spec/law.md. */
import type { Row } from "./row.ts";

export interface RetentionRow extends Row<{ readonly keep: string; readonly counts: string }> {
  readonly in: string;
  readonly what:
    | "account books"
    | "vouchers"
    | "commercial letters"
    | "vat records"
    | "customer due diligence"
    | "rights requests"
    | "network logs"
    | "transactions";
}

const YEAR_END = "the end of the calendar year";

export const RETENTIONS: readonly RetentionRow[] = [
  {
    in: "IT",
    what: "account books",
    value: { keep: "P10Y", counts: "the last entry" },
    law: "IT Codice civile",
    article: "Art. 2220",
    from: "1942-04-19",
    confirmed: "2026-11",
    note: "invoices and letters too",
  },
  {
    in: "DE",
    what: "account books",
    value: { keep: "P10Y", counts: YEAR_END },
    law: "DE HGB",
    article: "§ 257(4); AO § 147(3)",
    from: "1999-01-01",
  },
  {
    in: "DE",
    what: "vouchers",
    value: { keep: "P10Y", counts: YEAR_END },
    law: "DE AO",
    article: "§ 147(3); HGB § 257(4)",
    from: "1999-01-01",
    until: "2024-12-31",
  },
  {
    in: "DE",
    what: "vouchers",
    value: { keep: "P8Y", counts: YEAR_END },
    law: "DE AO",
    article: "§ 147(3); HGB § 257(4)",
    from: "2025-01-01",
    confirmed: "2026-11",
    note: "a year later for those whom the Federal Financial Supervisory Authority supervises",
  },
  {
    in: "DE",
    what: "commercial letters",
    value: { keep: "P6Y", counts: YEAR_END },
    law: "DE HGB",
    article: "§ 257(4); AO § 147(3)",
    from: "1999-01-01",
  },
  {
    in: "AT",
    what: "account books",
    value: { keep: "P7Y", counts: YEAR_END },
    law: "AT BAO",
    article: "§ 132",
    from: "1962-01-01",
    confirmed: "2026-11",
    note: "longer for land and while proceedings are open",
  },
  {
    in: "FR",
    what: "account books",
    value: { keep: "P10Y", counts: "the close of the financial year" },
    law: "FR CCom",
    article: "Art. L. 123-22",
    from: "2000-09-21",
  },
  {
    in: "NL",
    what: "account books",
    value: { keep: "P7Y", counts: "the end of the financial year" },
    law: "NL AWR",
    article: "Art. 52(4)",
    from: "2000-01-01",
  },
  {
    in: "ES",
    what: "account books",
    value: { keep: "P6Y", counts: "the last entry" },
    law: "ES CCom",
    article: "Art. 30",
    from: "1990-01-01",
  },
  {
    in: "CH",
    what: "account books",
    value: { keep: "P10Y", counts: "the end of the financial year" },
    law: "CH OR",
    article: "Art. 958f",
    from: "2013-01-01",
  },
  {
    in: "GB",
    what: "vat records",
    value: { keep: "P6Y", counts: "the making of the record" },
    law: "VATA 1994",
    article: "Sch. 11, para. 6(3)",
    from: "1994-09-01",
  },
  {
    in: "EU",
    what: "vat records",
    value: { keep: "P10Y", counts: "the end of the year of the transaction" },
    law: "VAT Regulation",
    article: "Art. 63c(2)",
    from: "2021-07-01",
    note: "of those who use the one-stop shop",
  },
  {
    in: "EU",
    what: "customer due diligence",
    value: { keep: "P5Y", counts: "the end of the business relationship or the occasional transaction" },
    law: "AMLD",
    article: "Art. 40(1)",
    from: "2017-06-26",
    until: "2027-07-09",
    note: "of obliged entities only; to be deleted then, save where national law keeps it longer; Regulation (EU) 2024/1624 takes its place on 10 July 2027",
  },
  {
    in: "US-CA",
    what: "rights requests",
    value: { keep: "P2Y", counts: "the request" },
    law: "CCPA Regulations",
    article: "§ 7101",
    from: "2020-08-14",
  },
  {
    in: "CN",
    what: "transactions",
    value: { keep: "P3Y", counts: "the completion of the transaction" },
    law: "CN E-Commerce Law",
    article: "Art. 31",
    from: "2019-01-01",
    note: "operators of e-commerce platforms",
  },
  {
    in: "CN",
    what: "network logs",
    value: { keep: "P6M", counts: "the log entry" },
    law: "CN Cybersecurity Law",
    article: "Art. 21(3) as adopted",
    from: "2017-06-01",
  },
];
