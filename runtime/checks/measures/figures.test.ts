import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type {
  CollectionDescription,
  Connector,
  ConnectorFailure,
  Row,
} from "../../connector-kit/contract.ts";
import type { MeasureContext } from "../context.ts";
import { takeFigures } from "./figures.ts";

const MAP = `store: app
connector: postgres
collections:
  people: { class: account, key: [id], person: { email: email }, fields: { id: system, email: user.contact.email } }
  talks:
    class: talk
    owner: who -> people.id
    fields: { who: user.unique_id, at: system }
    anchors: { creation: at }
  days:
    class: sums
    figures: { people: people, day: day, rows: talks, from: talks }
    fields: { day: system, people: system, talks: system }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "sound");
const FORUM = MAP.replace(
  "email: user.contact.email } }",
  "email: user.contact.email }, stand_in: { email: tombstone } }",
);
const forum = must(readDataMap([{ file: "app.yaml", text: FORUM }]).value, "sound");
const down: ConnectorFailure = { ok: false, error: "denied", retryable: false, reason: "not for you" };

const days = (key: string): CollectionDescription => ({
  ...{
    name: "days",
    primaryKey: [key],
    rowsEstimate: null,
    fields: [],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
});

const take = (
  rows: Readonly<Record<string, readonly Row[] | ConnectorFailure>>,
  rowsMax = 100,
  of = map,
  key: string | null = null,
) => {
  const reader: Pick<Connector, "read" | "count"> = {
    async *read({ collection }) {
      const found = rows[collection] ?? [];
      yield "ok" in found ? found : { ok: true as const, value: found };
    },
    count: async ({ collection }) => ({ ok: true, value: Object.entries(rows[collection] ?? []).length }),
  };
  const context = {
    ...{ map: of, readers: { app: reader }, allowanceOf: () => null, now: new Date("2026-06-01T12:00:00Z") },
    describe: async () => ({ ok: true as const, value: { collections: key === null ? [] : [days(key)] } }),
    locatorOf: (place: string) => place,
  } satisfies Partial<Record<keyof MeasureContext, unknown>>;
  const measure = {
    measure: "figures",
    look: "scan",
    store: "app",
    collection: "days",
    least: 2,
    rowsMax,
  } as const;
  return takeFigures(measure, Object.assign(Object.create(null), context));
};

const talk = (who: string, day: string): Row => [`${day} 10:00:00+00`, who];

test("a figure is few, wrong, confirmed, or of what is no longer whole", async () => {
  const reading = await take({
    days: [
      ["2", "2026-01-01", "2"],
      ["5", "2026-01-02", "2"],
      ["5", "2026-01-03", "9"],
      ["1", "2026-01-04", "1"],
      [null, "2026-01-05", "1"],
    ],
    talks: [
      talk("a", "2026-01-01"),
      talk("b", "2026-01-01"),
      talk("a", "2026-01-02"),
      talk("a", "2026-01-02"),
      talk("a", "2026-01-03"),
    ],
  });
  expect(reading).toMatchObject({ rows: 5, examined: 5, few: 2, wrong: 1, confirmed: 1 });
  expect(reading).toMatchObject({
    evidence: [
      { rows: 3, field: "people", collection: "days" },
      { what: "no row of `days` is named: it has no primary key" },
    ],
  });
});

test("fewer rows than people, and a day that is still to come, have nobody to stand behind them, though nothing is left to count", async () => {
  const days: Row[] = [
    ["12", "2020-01-01", "0"],
    ["12", "2020-01-02", "1"],
    // How many there were is not said, or may have been so many.
    ["12", "2020-01-03", null],
    ["12", "2020-01-04", "2"],
    // Somebody's clock is ahead.
    ["12", "2026-06-02", "50"],
    ["12", "2026-06-03", "50"],
    ["12", "2090-01-01", "50"],
  ];
  expect(await take({ days, talks: [] })).toMatchObject({ few: 0, wrong: 4, confirmed: 0 });
  // One row of several people may be of more people than rows.
  const shared = must(
    readDataMap([
      {
        file: "app.yaml",
        text: MAP.replace(
          "fields: { who: user.unique_id, at",
          "links: [{ role: co_owner, from: [other], to: { collection: people, fields: [id] } }]\n    fields: { who: user.unique_id, other: user.unique_id, at",
        ),
      },
    ]).value,
    "sound",
  );
  expect(await take({ days, talks: [] }, 100, shared)).toMatchObject({ few: 0, wrong: 2 });
});

test("pseudo-people stand behind no figure, and their rows count as gone", async () => {
  const days: Row[] = [
    ["2", "2026-01-01", "3"],
    ["2", "2026-01-02", "3"],
    ["2", "2026-01-03", "2"],
  ];
  const talks = [
    // One person was erased: how many stood behind these is not to be told any more, nor is it two.
    ...["-2000000001", "-2000000002", "a"].map((who) => talk(who, "2026-01-01")),
    ...["-2000000003", "a", "b"].map((who) => talk(who, "2026-01-02")),
    ...["c", "c"].map((who) => talk(who, "2026-01-03")),
  ];
  expect(await take({ days, talks }, 100, forum)).toMatchObject({ few: 0, wrong: 1, confirmed: 1 });
  // Without pseudo-people in the map such a number is somebody's.
  expect(await take({ days, talks })).toMatchObject({ few: 0, wrong: 1, confirmed: 2 });
});

test("rows of nobody stand behind no figure", async () => {
  const talks: Row[] = [talk("a", "2026-01-01"), ["2026-01-01 10:00:00+00", null]];
  expect(await take({ days: [["2", "2026-01-01", "2"]], talks })).toMatchObject({ wrong: 0, confirmed: 0 });
});

test("a day ends at midnight UTC", async () => {
  const late: Row = ["2026-01-01 23:30:00-01", "a"];
  expect(await take({ days: [["3", "2026-01-02", "1"]], talks: [late] })).toMatchObject({ wrong: 1 });
});

test("too much to count is not counted in part; what can not be read is a failure", async () => {
  const days: Row[] = [["5", "2026-01-01", "3"]];
  const talks = ["a", "a", "a"].map((who) => talk(who, "2026-01-01"));
  expect(await take({ days, talks }, 2)).toMatchObject({ few: 0, wrong: 0, confirmed: 0 });
  expect(await take({ days, talks: down })).toMatchObject({ reading: "failed", unreachable: "app" });
  expect(await take({ days: down })).toMatchObject({ reading: "failed" });
});

test("figures that are of too few people are named by their key", async () => {
  const days: Row[] = [
    ["2026-01-01", "1", "2026-01-01", "1"],
    ["2026-01-02", "5", "2026-01-02", "2"],
    ["2026-01-03", "5", "2026-01-03", "9"],
  ];
  const talks = [talk("a", "2026-01-02"), talk("a", "2026-01-02")];
  expect(await take({ days, talks }, 100, map, "day")).toMatchObject({
    ...{ few: 1, wrong: 1 },
    evidence: [
      { rows: 2 },
      { what: "a row of `days`: a figure of fewer than 2 people", locator: 'app|days|["2026-01-01"]' },
      {
        what: "a row of `days`: a figure that says more people than stand behind it",
        locator: 'app|days|["2026-01-02"]',
      },
    ],
  });
});
