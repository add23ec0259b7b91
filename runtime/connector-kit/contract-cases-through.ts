import { expect } from "vitest";
import type { Arm, Connector, Entry, Followed, FollowQuery, Match, Row } from "./contract.ts";
import { answered, type ContractCase, failureIn, using } from "./contract-subject.ts";
import { codeOf, DEEP_ROWS, WIDE_ROWS } from "./contract-world.ts";

const WAYS: Readonly<Record<Followed, readonly [string, string]>> = {
  integer: ["up", "id"],
  uuid: ["up_code", "code"],
  text: ["up_note", "note"],
};
const ownedBy = (...owners: readonly string[]): Match => ({
  fields: ["owner"],
  tuples: owners.map((o) => [o]),
});
const query = (
  anyOf: readonly Match[],
  beside: readonly Match[] = [],
  [from, to] = WAYS.integer,
): FollowQuery => ({
  about: [{ collection: "replies", fields: ["id"], anyOf, beside }],
  entries: [{ about: 0, fields: [from] }],
  arms: [{ about: 0, fields: [to], entry: 0 }],
});

async function rowsOf(connector: Connector, asked: FollowQuery): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of connector.following?.read(asked) ?? []) rows.push(...answered(batch));
  return rows;
}
const said = async (connector: Connector, asked: FollowQuery): Promise<readonly string[]> =>
  (await rowsOf(connector, asked)).map(([, led, id]) => `${id} ${led}`).sort();

/** Only of connectors that follow something: the others are never asked. */
const following = (
  name: string,
  act: (connector: Connector, sent: readonly string[], kinds: readonly Followed[]) => Promise<void>,
): ContractCase => ({
  name: `following: ${name}`,
  async run(subject) {
    const sent: string[] = [];
    await using(subject.open({ onStatement: (c) => sent.push(c) }), async (connector) => {
      if (connector.following !== undefined) await act(connector, sent, connector.following.kinds);
    });
  },
});

const RING = ["1 led", "1 seed", "2 led", "3 led"];
const BRANCH = ["11 seed", "12 led", "13 led", "14 led", "15 led"];

const along: readonly ContractCase[] = [
  following(
    "what hangs on a row comes with it, by each kind of field, and a ring ends",
    async (connector, _, kinds) => {
      expect(kinds.length).toBeGreaterThan(0);
      for (const kind of kinds) {
        const ask = (...owners: readonly string[]) =>
          said(connector, query([ownedBy(...owners)], [], WAYS[kind]));
        expect(await ask("ring"), kind).toEqual(RING);
        expect(await ask("branch"), kind).toEqual(BRANCH);
        expect(await ask("leaf"), kind).toEqual(["15 seed"]);
        expect(await ask("self", "lost", "nobody"), kind).toEqual(["21 led", "21 seed", "31 seed"]);
        expect(await ask("nobody"), kind).toEqual([]);
      }
    },
  ),
  following("each row once by itself, whatever meets it, in one statement", async (connector, sent) => {
    const composite: Match = {
      fields: ["id", "up"],
      tuples: [
        ["14", "13"],
        ["2", "1"],
        ["2", "1"],
      ],
    };
    expect(await said(connector, query([ownedBy("branch", "ring", "leaf"), composite]))).toEqual(
      [...RING, ...BRANCH, "2 seed", "14 seed", "15 seed"].sort(),
    );
    expect(sent).toEqual(["replies"]);
  }),
  following("what is asked for beside comes without what hangs on it", async (connector) => {
    const beside = [ownedBy("branch", "ring")];
    expect(await said(connector, query([ownedBy("leaf")], beside))).toEqual(["1 met", "11 met", "15 seed"]);
    expect(await said(connector, query([ownedBy("ring")], [ownedBy("ring", "self")]))).toEqual(
      [...RING, "21 met"].sort(),
    );
    expect(await said(connector, query([], beside))).toEqual(["1 met", "11 met"]);
    expect(await said(connector, query([]))).toEqual([]);
  }),
  following(
    `a chain of ${DEEP_ROWS} rows, and ${WIDE_ROWS} on one, whole and in one statement`,
    async (connector, sent) => {
      for (const [owner, rows] of [
        ["deep", DEEP_ROWS],
        ["wide", WIDE_ROWS],
      ] as const) {
        const all = await said(connector, query([ownedBy(owner)]));
        expect(all).toHaveLength(rows);
        expect(new Set(all.map((row) => row.split(" ")[0])).size).toBe(rows);
        expect(all.filter((row) => row.endsWith(" seed"))).toHaveLength(1);
      }
      expect(sent).toEqual(["replies", "replies"]);
    },
  ),
  following("a field or an entry that is not there is malformed and named", async (connector) => {
    const failed = async (asked: FollowQuery) => {
      for await (const batch of connector.following?.read(asked) ?? []) return failureIn(batch);
      throw new Error("it answered");
    };
    const wrong = await failed(query([ownedBy("ring")], [], ["up", "nope"]));
    expect(wrong).toMatchObject({ error: "malformed" });
    expect(wrong.reason).toContain("nope");
    const astray = await failed({ ...query([ownedBy("ring")]), entries: [] });
    expect(astray).toMatchObject({ error: "malformed" });
  }),
];

const kind = (...kinds: readonly string[]): Match => ({
  ...{ fields: ["kind"], tuples: kinds.map((k) => [k]) },
  collated: true,
});
const BOARDS = { collection: "boards", fields: ["id"] };
const CARDS = { collection: "cards", fields: ["code", "kind", "note"] };
const onItem: Entry = { about: 1, fields: ["item"], when: kind("board") };
const onCard: Entry = { about: 0, fields: ["card"] };
const onUp: Entry = { about: 1, fields: ["up"] };
const DOWN: readonly Arm[] = [
  { about: 0, fields: ["id"], entry: 0 },
  { about: 1, fields: ["code"], entry: 1 },
  { about: 1, fields: ["code"], entry: 2 },
];
const down = (entries: readonly Entry[], boards: readonly Match[], cards: readonly Match[] = []) => ({
  about: [
    { ...BOARDS, anyOf: boards, beside: [] },
    { ...CARDS, anyOf: cards, beside: [] },
  ],
  entries,
  arms: DOWN.filter(({ entry }) => entry < entries.length),
});
/** Cards by the last digits of their codes. */
const named = (row: Row): string => `${row[0]} ${row[1]} ${row[2]?.slice(-2).replace(/^0/, "")}`;
const namesOf = async (connector: Connector, asked: FollowQuery): Promise<readonly string[]> =>
  (await rowsOf(connector, asked)).map(named).sort();

const around: readonly ContractCase[] = [
  following("a ring of two collections, by links of two types", async (connector, sent) => {
    const asked = down([onItem, onCard], [ownedBy("ann")]);
    const rows = await rowsOf(connector, asked);
    expect(rows.map(named).sort()).toEqual(
      ["0 seed 1", "0 led 4", "0 led 5", "1 led 2", "0 led 7", "1 led 3"].sort(),
    );
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([5]));
    expect(rows.find((row) => named(row) === "0 led 4")).toEqual(["0", "led", codeOf(4), "board", "four"]);
    expect(rows.find((row) => named(row) === "1 led 2")).toEqual(["1", "led", "2", null, null]);
    expect([...sent].sort()).toEqual(["boards", "cards"]);
  }),
  following("two links of a collection, and one behind which nothing comes", async (connector) => {
    const whole = ["0 seed 1", "0 led 4", "0 led 5", "2 led 5", "1 led 2", "0 led 7", "1 led 3", "2 led 8"];
    const further = ["1 led 4", "0 led 9", "2 led 9"];
    const ask = (entries: readonly Entry[]) => namesOf(connector, down(entries, [ownedBy("ann")]));
    expect(await ask([onItem, onCard, onUp])).toEqual([...whole, ...further].sort());
    expect(await ask([onItem, onCard, { ...onUp, last: true }])).toEqual([...whole].sort());
  }),
  following("rows to begin with in both, and none in one", async (connector) => {
    const code = (n: number): Match => ({ fields: ["code"], tuples: [[codeOf(n)]] });
    expect(await namesOf(connector, down([onItem, onCard], [], [code(7)]))).toEqual(["1 led 3", "1 seed 7"]);
    expect(await namesOf(connector, down([onItem, onCard], [ownedBy("bob")], [code(6)]))).toEqual(
      ["0 seed 5", "1 led 5", "1 seed 6"].sort(),
    );
  }),
  following("as many links as it says to take are no trouble", async (connector) => {
    const most = connector.following?.entriesMax ?? 0;
    const ways = Array.from({ length: most }, (_, entry) => entry);
    const asked: FollowQuery = {
      ...query([ownedBy("branch")]),
      entries: ways.map(() => ({ about: 0, fields: ["up"] })),
      arms: ways.map((entry) => ({ about: 0, fields: ["id"], entry })),
    };
    const rows = await rowsOf(connector, asked);
    expect(rows).toHaveLength(1 + most * 4);
  }),
  following("links through several fields, of one type and of two", async (connector) => {
    const pairs = (from: readonly string[], to: readonly string[]): FollowQuery => ({
      ...query([ownedBy("ring", "branch", "lost")]),
      entries: [{ about: 0, fields: from }],
      arms: [{ about: 0, fields: to, entry: 0 }],
    });
    const all = [...RING, ...BRANCH, "31 seed"].sort();
    expect(await said(connector, pairs(["up", "up_code"], ["id", "code"]))).toEqual(all);
    // Behind one another, and not each for the other.
    expect(await said(connector, pairs(["up", "id"], ["id", "up"]))).toEqual([
      "1 seed",
      "11 seed",
      "31 seed",
    ]);
  }),
  following("rows that lead only where a field says so", async (connector) => {
    const up = (n: number): FollowQuery => ({
      about: [
        { ...BOARDS, anyOf: [], beside: [] },
        { ...CARDS, anyOf: [{ fields: ["code"], tuples: [[codeOf(n)]] }], beside: [] },
      ],
      entries: [
        { about: 0, fields: ["id"] },
        { about: 1, fields: ["code"] },
      ],
      arms: [
        { about: 1, fields: ["item"], when: kind("board", "shelf"), entry: 0 },
        { about: 0, fields: ["card"], entry: 1 },
      ],
    });
    expect(await namesOf(connector, up(7))).toEqual(["0 led 1", "0 led 2", "1 led 5", "1 seed 7"]);
    expect(await namesOf(connector, up(8))).toEqual(["1 seed 8"]);
  }),
];

export const throughCases: readonly ContractCase[] = [...along, ...around];
