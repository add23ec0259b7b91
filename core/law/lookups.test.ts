/** What the tables answer on several days, before and after the law changed. The golden is read by people: one line per question. */
import { describe, expect, test } from "vitest";
import {
  type Adequacy,
  adequate,
  ageOn,
  authorityOf,
  bases,
  breachClock,
  consentAge,
  cookieConsent,
  type Deadlines,
  deadlineFor,
  jurisdiction,
  jurisdictionCodes,
  laxerThanLaw,
  mayRestOn,
  mechanismsOf,
  placeNamed,
  type RightName,
  recognised,
  regimesOf,
  retentionsIn,
  rightsIn,
  signalsIn,
  within,
} from "./index.ts";
import { dateOf } from "./row.ts";

const TODAY = "2026-11-25";

const saysAdequate = (answer: Adequacy): string => {
  if (answer.kind === "inside") return `inside ${answer.area}`;
  if (answer.kind === "adequate") return `adequate: ${answer.row.cited}`;
  return answer.kind === "only" ? `only ${answer.status}: ${answer.row.cited}` : answer.kind;
};

const ADEQUACY_QUESTIONS: readonly (readonly [string, string, string])[] = [
  ["DE", "FR", TODAY],
  ["NO", "DE", TODAY],
  ["DE", "GB", "2020-12-31"],
  ["DE", "GB", "2021-01-01"],
  ["DE", "GB", "2021-06-27"],
  ["DE", "GB", "2021-06-28"],
  ["DE", "GB", "2025-12-18"],
  ["DE", "GB", "2025-12-19"],
  ["DE", "GB", "2031-12-27"],
  ["DE", "GB", "2031-12-28"],
  ["DE", "US", "2015-10-05"],
  ["DE", "US", "2015-10-06"],
  ["DE", "US", "2020-07-15"],
  ["DE", "US", "2020-07-16"],
  ["DE", "US", "2023-07-09"],
  ["DE", "US-CA", "2023-07-10"],
  ["GB", "US", "2023-10-11"],
  ["GB", "US", "2023-10-12"],
  ["CH", "US", "2024-09-14"],
  ["CH", "US", "2024-09-15"],
  ["IT", "BR", "2026-01-25"],
  ["IT", "BR", "2026-01-26"],
  ["NO", "BR", TODAY],
  ["BR", "IT", "2026-01-26"],
  ["BR", "IT", "2026-01-27"],
  ["IT", "KR", "2021-12-16"],
  ["IT", "KR", "2021-12-17"],
  ["IT", "CA-QC", TODAY],
  ["IT", "CN", TODAY],
  ["IT", "SM", TODAY],
  ["SM", "IT", TODAY],
  ["CN", "SG", TODAY],
  ["US-CA", "CN", TODAY],
  ["XX", "DE", TODAY],
];

const saysDeadline = (d: Deadlines): string => {
  const strict = d.strictest.map((due) => {
    const more = due.extended === null ? "" : `, at most ${due.extended.lastDay}`;
    return `${due.lastDay}${more} (${due.row.cited})`;
  });
  const rest = [
    ...d.unnumbered.map((row) => `${row.value.words ?? "deadline not known"} (${row.cited})`),
    ...d.acknowledge.map((a) => `receipt by ${a.lastDay} (${a.row.cited})`),
    ...d.unknown.map((place) => `unknown: ${place}`),
  ];
  return [...strict, ...rest].join("; ");
};

const DEADLINE_QUESTIONS: readonly (readonly [RightName, readonly string[], string])[] = [
  ["access", ["DE"], "2026-01-31"],
  ["erase", ["IT"], "2026-01-27"],
  ["erase", ["IT"], "2018-05-24"],
  ["access", ["GB"], "2020-12-31"],
  ["access", ["GB"], "2021-01-31"],
  ["complain", ["GB"], "2026-06-18"],
  ["complain", ["GB"], "2026-06-19"],
  ["access", ["NO"], "2018-07-19"],
  ["access", ["NO"], "2018-07-20"],
  ["access", ["CH"], "2026-01-31"],
  ["access", ["SM"], TODAY],
  ["object", ["SM"], TODAY],
  ["access", ["US-CA"], TODAY],
  ["rectify", ["US-CA"], "2022-12-31"],
  ["rectify", ["US-CA"], "2023-01-01"],
  ["opt-out", ["US-CA"], TODAY],
  ["erase", ["US-IA"], TODAY],
  ["erase", ["US-VA"], TODAY],
  ["appeal", ["US-VA"], TODAY],
  ["appeal", ["US-NJ"], TODAY],
  ["rectify", ["US-UT"], "2026-06-30"],
  ["rectify", ["US-UT"], "2026-07-01"],
  ["erase", ["US-NY"], TODAY],
  ["erase", ["US-RI"], "2025-12-31"],
  ["access", ["BR"], "2028-02-20"],
  ["erase", ["CN"], TODAY],
  ["access", ["IN"], TODAY],
  ["complain", ["IN"], "2027-05-13"],
  ["access", ["SG"], TODAY],
  ["access", ["KR"], TODAY],
  ["access", ["JP"], TODAY],
  ["access", ["CA-QC"], TODAY],
  ["access", ["AU"], TODAY],
  ["access", ["NZ"], TODAY],
  ["access", ["HK"], TODAY],
  ["access", ["SM", "IT", "US-CA", "KR"], TODAY],
];

function golden(): string {
  const lines = ["# Adequacy", ""];
  for (const [from, to, day] of ADEQUACY_QUESTIONS)
    lines.push(`${day} ${from} to ${to}: ${saysAdequate(adequate({ from, to, on: dateOf(day) }))}`);
  lines.push("", "# Deadlines", "");
  for (const [right, jurisdictions, day] of DEADLINE_QUESTIONS)
    lines.push(
      `${day} ${right} in ${jurisdictions.join(", ")}: ${saysDeadline(deadlineFor({ right, jurisdictions, on: dateOf(day) }))}`,
    );
  lines.push("", "# Of every place, today: laws; age of consent; authority", "");
  for (const code of jurisdictionCodes()) {
    const laws = regimesOf(code, dateOf(TODAY)).map((r) => r.regime);
    const age = consentAge(code, dateOf(TODAY));
    const authority = authorityOf(code, dateOf(TODAY));
    lines.push(
      `${code} ${jurisdiction(code)?.name}: ${laws.join(", ") || "–"}; ${age === null ? "–" : `${age.value.under} (${age.cited})`}; ${authority?.value.name ?? "–"}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

test("the look-ups give what the golden says", async () => {
  await expect(golden()).toMatchFileSnapshot("lookups.golden.txt");
});

describe("places", () => {
  const on = dateOf(TODAY);
  test("are found by code, by name in either language, and by names in use", () => {
    for (const code of jurisdictionCodes()) expect(placeNamed(code)?.code).toBe(code);
    const found = ["united states", "UK", "中国", " Germany ", "us-ca", "South Korea", "European Union"].map(
      (t) => placeNamed(t)?.code,
    );
    expect(found).toEqual(["US", "GB", "CN", "DE", "US-CA", "KR", "EU"]);
    expect(placeNamed("Atlantis")).toBeNull();
    expect(placeNamed("")).toBeNull();
  });
  test("lie in what they lie in, by day", () => {
    expect(within("DE", "EEA", on)).toBe(true);
    expect(within("NO", "EU", on)).toBe(false);
    expect(within("US-CA", "US", on)).toBe(true);
    expect(within("US", "US-CA", on)).toBe(false);
    expect(within("GB", "EU", dateOf("2020-12-31"))).toBe(true);
    expect(within("GB", "EU", dateOf("2021-01-01"))).toBe(false);
    expect(within("XX", "XX", on)).toBe(false);
    expect(jurisdiction("XX")).toBeNull();
    expect(jurisdiction("CN")?.nameZh).toBe("中国");
  });
  test("of which nothing is known answer nothing, and never yes", () => {
    expect(regimesOf("XX", on)).toEqual([]);
    expect(authorityOf("AD", on)).toBeNull();
    expect(consentAge("SM", on)).toBeNull();
    expect(bases("SM", on)).toEqual([]);
    expect(mechanismsOf("SM", on)).toEqual([]);
    expect(rightsIn("XX", on).size).toBe(0);
    expect(adequate({ from: "DE", to: "XX", on })).toEqual({ kind: "none" });
    expect(cookieConsent({ use: "advertising", jurisdictions: ["SM"], on })).toEqual({
      ask: "unknown",
      rows: [],
      unknown: ["SM"],
    });
    expect(deadlineFor({ right: "access", jurisdictions: ["XX"], on }).unknown).toEqual(["XX"]);
    expect(breachClock({ who: "people", jurisdictions: ["SM"], on }).unknown).toEqual(["SM"]);
  });
});

test("a recipient's status turns a conditional decision into an adequate one, and only its own", () => {
  const on = dateOf(TODAY);
  const to = (recipient: readonly ("dpf-certified" | "privacy-shield-certified")[]): string =>
    adequate({ from: "IT", to: "US", on, recipient }).kind;
  expect(to([])).toBe("only");
  expect(to(["privacy-shield-certified"])).toBe("only");
  expect(to(["dpf-certified"])).toBe("adequate");
});

test("a deadline comes with its law, its source and what else is asked", () => {
  const asked = deadlineFor({
    right: "erase",
    jurisdictions: ["DE", "FR", "US-CA"],
    on: dateOf("2026-01-31"),
    holidays: new Set(["2026-03-02"]),
  });
  expect(
    asked.strictest.map((d) => [d.row.cited, d.lastDay, d.extended?.lastDay, d.noticeBy?.lastDay]),
  ).toEqual([
    // 28 February 2026 is a Saturday, and 2 March a holiday here.
    ["GDPR Arts 12(3) and 17", "2026-03-03", "2026-04-30", "2026-03-03"],
  ]);
  expect(asked.strictest[0]?.row.source).toContain("Regulation (EU) 2016/679");
  expect(asked.others.map((d) => [d.row.regime, d.lastDay])).toEqual([["CCPA", "2026-03-17"]]);
  expect(asked.acknowledge.map((a) => a.lastDay)).toEqual(["2026-02-13"]);
  expect(asked.strictest[0]?.row.value.reasons).toBe(true);
});

test("a promise that is laxer than the law is named with the law", () => {
  const ask = (within: string): readonly string[] =>
    laxerThanLaw({
      right: "access",
      within,
      jurisdictions: ["DE", "US-CA", "CN", "KR"],
      on: dateOf(TODAY),
    }).map((l) => `${l.row.regime} ${l.later}`);
  expect(ask("P10D")).toEqual([]);
  expect(ask("P28D")).toEqual(["PIPA always"]);
  expect(ask("P30D")).toEqual(["GDPR sometimes", "PIPA always"]);
  expect(ask("P1M")).toEqual(["PIPA always"]);
  expect(ask("P45D")).toEqual(["GDPR always", "PIPA always"]);
  expect(ask("P60D")).toEqual(["GDPR always", "CCPA always", "PIPA always"]);
});

describe("breaches", () => {
  const on = new Date("2026-11-27T18:30:00.000Z");
  test("the authority's clock: 72 hours from awareness, over the weekend", () => {
    const clock = breachClock({ who: "authority", jurisdictions: ["DE", "CH", "BR"], on });
    expect(clock.strictest.map((d) => [d.row.cited, d.end.toISOString()])).toEqual([
      ["GDPR Art. 33(1) and (3)", "2026-11-30T18:30:00.000Z"],
    ]);
    expect(clock.others.map((d) => [d.row.regime, d.lastDay])).toEqual([["LGPD", "2026-12-02"]]);
    expect(clock.unnumbered.map((row) => row.regime)).toEqual(["FADP"]);
    expect(clock.strictest[0]?.row.value.contents).toContain("likely consequences");
  });
  test("clocks that another event starts wait for it", () => {
    expect(
      breachClock({ who: "authority", jurisdictions: ["SG"], on }).later.map((row) => row.cited),
    ).toEqual(["PDPA ss. 26B and 26D(1)"]);
    expect(
      breachClock({ who: "authority", jurisdictions: ["SG"], on, event: "assessment" }).strictest.map(
        (d) => d.lastDay,
      ),
    ).toEqual(["2026-11-30"]);
    expect(
      breachClock({ who: "authority", jurisdictions: ["US-CA"], on }).later.map((row) => row.value.counts),
    ).toEqual(["notice to people"]);
  });
  test("California's 30 days are from 2026; before, no number", () => {
    const ask = (day: string) => breachClock({ who: "people", jurisdictions: ["US-CA"], on: dateOf(day) });
    expect(ask("2025-12-31").strictest).toEqual([]);
    expect(ask("2025-12-31").unnumbered.length).toBe(1);
    expect(ask("2026-01-01").strictest.map((d) => d.lastDay)).toEqual(["2026-01-31"]);
  });
  test("China's four hours are from November 2025; India's 72 from May 2027", () => {
    const hours = (place: string, day: string): number | null => {
      const start = dateOf(day);
      const due = breachClock({ who: "authority", jurisdictions: [place], on: start }).strictest[0];
      return due === undefined ? null : (due.end.getTime() - start.getTime()) / 3_600_000;
    };
    expect(hours("CN", "2025-10-31")).toBeNull();
    expect(hours("CN", "2025-11-01")).toBe(4);
    expect(hours("IN", "2027-05-12")).toBeNull();
    expect(hours("IN", "2027-05-13")).toBe(72);
  });
});

describe("ages", () => {
  const age = (place: string, day = TODAY): number | undefined => consentAge(place, dateOf(day))?.value.under;
  test("follow the law of the day", () => {
    expect([age("DK", "2023-12-31"), age("DK", "2024-01-01")]).toEqual([13, 15]);
    expect([age("SI", "2023-01-25"), age("SI", "2023-01-26")]).toEqual([16, 15]);
    expect([age("IN", "2027-05-12"), age("IN", "2027-05-13")]).toEqual([undefined, 18]);
    expect([
      age("DE"),
      age("IT"),
      age("FR"),
      age("US-CA"),
      age("CN"),
      age("GB"),
      age("KR"),
      age("CA-QC"),
    ]).toEqual([16, 14, 15, 13, 14, 13, 14, 14]);
    expect(age("DE", "2018-05-24")).toBeUndefined();
    expect(consentAge("US-CA", dateOf(TODAY), "sale")?.value).toEqual({ under: 16, needs: "opt-in" });
  });
  test("COPPA: the amended rule brings ways to verify from 23 June 2025, and separate consent by 22 April 2026", () => {
    const rule = (day: string) => consentAge("US", dateOf(day));
    expect(rule("2025-06-22")?.value.how).not.toContain("knowledge-based questions");
    expect(rule("2025-06-23")?.value.how).toContain("knowledge-based questions");
    expect(rule("2026-04-21")?.note).not.toContain("separate consent");
    expect(rule("2026-04-22")?.note).toContain("separate consent");
  });
  test("are counted in full years, leap days included", () => {
    expect(ageOn(dateOf("2013-11-25"), dateOf("2026-11-24"))).toBe(12);
    expect(ageOn(dateOf("2013-11-25"), dateOf("2026-11-25"))).toBe(13);
    expect(ageOn(dateOf("2012-02-29"), dateOf("2026-02-28"))).toBe(13);
    expect(ageOn(dateOf("2012-02-29"), dateOf("2026-03-01"))).toBe(14);
    expect(ageOn(dateOf("2012-02-29"), dateOf("2028-02-29"))).toBe(16);
  });
});

describe("bases, means, cookies, signals, retention", () => {
  const on = dateOf(TODAY);
  test("legitimate interests are no basis in China, and known in the Union", () => {
    const asked = mayRestOn({ basis: "legitimate_interests", jurisdictions: ["CN", "DE", "SM"], on });
    expect(asked.by.map((row) => row.cited)).toEqual(["GDPR Art. 6(1)(f)"]);
    expect(asked.notBy).toEqual(["PIPL"]);
    expect(bases("GB", dateOf("2026-02-04")).some((b) => b.basis === "recognised_legitimate_interests")).toBe(
      false,
    );
    expect(bases("GB", dateOf("2026-02-05")).some((b) => b.basis === "recognised_legitimate_interests")).toBe(
      true,
    );
  });
  test("binding corporate rules are a means in the Union, not in China", () => {
    expect(recognised("bcr", "FR", on).by.map((row) => row.cited)).toEqual(["GDPR Arts 46(2)(b) and 47"]);
    expect(recognised("bcr", "CN", on)).toEqual({ by: [], notBy: ["PIPL"] });
    expect(recognised("scc", "GB", dateOf("2022-03-20")).by[0]?.article).toBe("Sch. 21, para. 7");
    expect(recognised("scc", "GB", dateOf("2022-03-21")).by[0]?.article).toBe("s. 119A");
    expect(recognised("scc", "FR", dateOf("2021-06-26")).by[0]?.law).toBe("GDPR");
    expect(recognised("scc", "FR", dateOf("2021-06-27")).by[0]?.law).toBe("(EU) 2021/914");
  });
  test("cookies: consent in the Union, notice in Switzerland, less in the United Kingdom since February 2026", () => {
    const ask = (place: string, use: "necessary" | "analytics" | "advertising", day = TODAY): string =>
      cookieConsent({ use, jurisdictions: [place], on: dateOf(day) }).ask;
    expect([ask("IT", "necessary"), ask("IT", "analytics"), ask("CH", "advertising")]).toEqual([
      "nothing",
      "consent",
      "notice",
    ]);
    expect([
      ask("GB", "analytics", "2026-02-04"),
      ask("GB", "analytics", "2026-02-05"),
      ask("GB", "advertising"),
    ]).toEqual(["consent", "nothing", "consent"]);
    expect(cookieConsent({ use: "analytics", jurisdictions: ["CH", "IT", "CN"], on })).toMatchObject({
      ask: "consent",
      unknown: ["CN"],
    });
  });
  test("the browser's signal counts from its day on", () => {
    const stops = (place: string, day: string) =>
      signalsIn(place, dateOf(day)).map((row) => row.value.stops.join());
    expect(stops("US-CA", TODAY)).toEqual(["sale,sharing"]);
    expect(stops("US-CO", "2024-06-30")).toEqual([]);
    expect(stops("US-CO", "2024-07-01")).toEqual(["sale,targeted advertising"]);
    expect(stops("US-VA", TODAY)).toEqual([]);
    expect(stops("DE", TODAY)).toEqual([]);
  });
  test("German vouchers: ten years until 2024, eight since", () => {
    const keep = (day: string) =>
      retentionsIn("DE", dateOf(day)).find((row) => row.what === "vouchers")?.value.keep;
    expect([keep("2024-12-31"), keep("2025-01-01")]).toEqual(["P10Y", "P8Y"]);
    expect(retentionsIn("IT", on).map((row) => row.what)).toEqual([
      "account books",
      "vat records",
      "customer due diligence",
    ]);
  });
});
