/** What holds of every table: sources, dates, codes, and one answer per question and day. */
import { describe, expect, test } from "vitest";
import { parseDuration } from "../terms/duration.ts";
import { ADEQUACY } from "./adequacy.table.ts";
import { AGES } from "./ages.table.ts";
import { AUTHORITIES } from "./authorities.table.ts";
import { BASES } from "./bases.table.ts";
import { BREACHES } from "./breach.table.ts";
import type { Period } from "./calendar.ts";
import { COOKIES, SIGNALS } from "./cookies.table.ts";
import { JURISDICTIONS } from "./jurisdictions.table.ts";
import { LAWS } from "./laws.table.ts";
import { MECHANISMS } from "./mechanisms.table.ts";
import { REGIMES } from "./regimes.table.ts";
import { RETENTIONS } from "./retention.table.ts";
import { RIGHTS, RIGHTS_IN_LAW } from "./rights.table.ts";
import type { Row } from "./row.ts";

interface Keyed {
  readonly row: Row<unknown>;
  /** What the row answers: two rows with one key may not hold on one day. */
  readonly key: string;
  readonly places: readonly string[];
  readonly regime: string | null;
}

const keyed = (
  row: Row<unknown> & { readonly regime?: string; readonly in?: string },
  key: readonly string[],
  places: readonly string[] = row.in === undefined ? [] : [row.in],
): Keyed => ({ row, key: key.join(" / "), places, regime: row.regime ?? null });

const TABLES: Readonly<Record<string, readonly Keyed[]>> = {
  regimes: REGIMES.map((r) => keyed(r, [r.regime, r.in])),
  authorities: AUTHORITIES.map((r) => keyed(r, [r.in])),
  rights: RIGHTS_IN_LAW.flatMap((r) => r.rights.map((right) => keyed(r, [r.regime, right]))),
  breaches: BREACHES.map((r) => keyed(r, [r.regime, r.who])),
  ages: AGES.map((r) => keyed(r, [r.in, r.for])),
  adequacy: ADEQUACY.map((r) => keyed(r, [r.exporter, r.to], [r.exporter, r.to])),
  mechanisms: MECHANISMS.map((r) => keyed(r, [r.regime, r.mechanism])),
  bases: BASES.map((r) => keyed(r, [r.regime, r.basis])),
  cookies: COOKIES.map((r) => keyed(r, [r.regime])),
  signals: SIGNALS.map((r) => keyed(r, [r.regime, r.signal])),
  retentions: RETENTIONS.map((r) => keyed(r, [r.in, r.what])),
};

const LAST = "9999-12-31";

function overlaps(rows: readonly Keyed[]): readonly string[] {
  return rows.flatMap((a, i) =>
    rows
      .slice(i + 1)
      .filter(
        (b) => a.key === b.key && a.row.from <= (b.row.until ?? LAST) && b.row.from <= (a.row.until ?? LAST),
      )
      .map((b) => `${a.key}: ${a.row.from} and ${b.row.from}`),
  );
}

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
};

/** What is wrong with a row by itself. */
function faults({ row, places, regime }: Keyed): readonly string[] {
  const known = new Set(JURISDICTIONS.map((j) => j.code));
  const regimes = new Set([
    ...REGIMES.map((r) => r.regime),
    ...BREACHES.filter((b) => b.in !== undefined).map((b) => b.regime),
    "CH FMG",
  ]);
  const wrong: string[] = [];
  if (!Object.hasOwn(LAWS, row.law)) wrong.push(`law \`${row.law}\` is not in the table of laws`);
  if (row.article.trim() === "") wrong.push("no article");
  if (!isDay(row.from)) wrong.push(`\`${row.from}\` is no day`);
  if (row.until !== undefined && (!isDay(row.until) || row.until < row.from))
    wrong.push(`\`${row.until}\` is no end`);
  if (row.confirmed !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(row.confirmed))
    wrong.push("no month of confirmation");
  for (const place of places) if (!known.has(place)) wrong.push(`\`${place}\` is no place`);
  if (regime !== null && !regimes.has(regime)) wrong.push(`\`${regime}\` is no regime`);
  return wrong;
}

describe.each(Object.entries(TABLES))("%s", (_name, rows) => {
  test("has rows, each with a law, an article, a day and known codes", () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap((keyedRow) => faults(keyedRow).map((fault) => `${keyedRow.key}: ${fault}`))).toEqual(
      [],
    );
  });
  test("gives one answer per question and day", () => {
    expect(overlaps(rows)).toEqual([]);
  });
});

test("the checks above can fail", () => {
  const good: Row<null> = { value: null, law: "GDPR", article: "Art. 1", from: "2018-05-25" };
  const check = (row: Row<null>, place = "DE"): readonly string[] => faults(keyed(row, ["k"], [place]));
  expect(check(good)).toEqual([]);
  expect(check({ ...good, law: "GDRP" })).toEqual(["law `GDRP` is not in the table of laws"]);
  expect(check({ ...good, article: " " })).toEqual(["no article"]);
  expect(check({ ...good, from: "2018-02-30" })).toEqual(["`2018-02-30` is no day"]);
  expect(check({ ...good, until: "2017-01-01" })).toEqual(["`2017-01-01` is no end"]);
  expect(check(good, "XX")).toEqual(["`XX` is no place"]);
  const twice = [
    keyed({ ...good, until: "2020-01-01" }, ["k"]),
    keyed({ ...good, from: "2020-01-01" }, ["k"]),
  ];
  expect(overlaps(twice)).toEqual(["k: 2018-05-25 and 2020-01-01"]);
});

describe("laws", () => {
  test("each is cited by a row", () => {
    const cited = new Set(Object.values(TABLES).flatMap((rows) => rows.map(({ row }) => row.law)));
    expect(Object.keys(LAWS).filter((id) => !cited.has(id))).toEqual([]);
  });
  test("each has a title and a citation without an address", () => {
    for (const [id, law] of Object.entries(LAWS)) {
      expect(law.title.length, id).toBeGreaterThan(3);
      expect(law.source.length, id).toBeGreaterThan(3);
      expect(law.source, id).not.toMatch(/https?:|www\./);
    }
  });
});

describe("places", () => {
  const codes = JURISDICTIONS.map((j) => j.code);
  test("are named twice, stand once and lie in places that are there", () => {
    expect(new Set(codes).size).toBe(codes.length);
    for (const j of JURISDICTIONS) {
      expect(j.code).toMatch(/^([A-Z]{2}(-[A-Z]{2})?|EEA|EPO)$/);
      expect(j.name).toMatch(/^\p{Script=Latin}/u);
      expect(j.nameZh).toMatch(/^\p{Script=Han}+$/u);
      for (const parent of j.in) expect(codes).toContain(parent.code);
    }
  });
  test("are complete where the law counts them: 27 member states, 30 of the EEA, 50 states and the District", () => {
    const lying = (area: string): number =>
      JURISDICTIONS.filter((j) => j.in.some((p) => p.code === area && p.until === undefined)).length;
    expect(lying("EU")).toBe(27);
    expect(lying("EEA")).toBe(4);
    expect(lying("US")).toBe(51);
  });
});

describe("values", () => {
  const isPeriod = (period: Period): boolean =>
    "businessDays" in period ? period.businessDays > 0 : parseDuration(period.duration) !== null;
  test("periods are durations or business days", () => {
    const periods = [
      ...RIGHTS_IN_LAW.flatMap(({ value }) => [
        value.within,
        value.acknowledge,
        value.extension?.by,
        value.extension?.notice,
      ]),
      ...BREACHES.flatMap(({ value }) => [value.within, value.followUp?.within]),
    ].filter((period) => period !== undefined);
    expect(periods.length).toBeGreaterThan(50);
    expect(periods.filter((period) => !isPeriod(period))).toEqual([]);
    expect(RETENTIONS.filter(({ value }) => parseDuration(value.keep) === null)).toEqual([]);
  });
  test("a right without a number has the law's words, or says why not", () => {
    const silent = RIGHTS_IN_LAW.filter(
      ({ value, note }) =>
        value.within === undefined &&
        value.words === undefined &&
        value.acknowledge === undefined &&
        note === undefined,
    );
    expect(silent.map((row) => `${row.regime}: ${row.rights.join()}`)).toEqual([]);
  });
  test("an extension comes with a base", () => {
    for (const { value } of RIGHTS_IN_LAW)
      if (value.extension !== undefined) expect(value.within).toBeDefined();
  });
  test("ages are those of minors, and no state of the EEA leaves the range of Art. 8 GDPR", () => {
    const eea = new Set(
      JURISDICTIONS.filter((j) => j.in.some((p) => p.code === "EU" || p.code === "EEA")).map((j) => j.code),
    );
    for (const row of AGES) {
      expect(row.value.under).toBeGreaterThan(9);
      expect(row.value.under).toBeLessThan(19);
      if (eea.has(row.in)) expect([13, 14, 15, 16], row.in).toContain(row.value.under);
    }
  });
  test("every state of the EEA has an authority; rights stand in the list", () => {
    const held = new Set(AUTHORITIES.map((a) => a.in));
    const states = JURISDICTIONS.filter(
      (j) =>
        j.kind === "country" &&
        j.in.some((p) => p.until === undefined && (p.code === "EU" || p.code === "EEA")),
    );
    expect(states.length).toBe(30);
    expect(states.filter((s) => !held.has(s.code))).toEqual([]);
    expect(RIGHTS.length).toBe(12);
  });
});
