import { expect } from "vitest";
import type { Connector, Followed, Match, ReadQuery } from "./contract.ts";
import { type ContractCase, failureIn, readAll, using } from "./contract-subject.ts";
import { DEEP_ROWS, WIDE_ROWS } from "./contract-world.ts";

const WAYS: Readonly<Record<Followed, readonly [string, string]>> = {
  integer: ["up", "id"],
  uuid: ["up_code", "code"],
  text: ["up_note", "note"],
};
const ownedBy = (...owners: readonly string[]): Match => ({
  fields: ["owner"],
  tuples: owners.map((o) => [o]),
});
const query = (anyOf: readonly Match[], beside?: readonly Match[], [from, to] = WAYS.integer): ReadQuery => ({
  ...{ collection: "replies", fields: ["id"], anyOf },
  through: { from, to, ...(beside === undefined ? {} : { beside }) },
});
const said = async (connector: Connector, asked: ReadQuery): Promise<readonly string[]> =>
  (await readAll(connector, asked)).map((row) => row.join(" ")).sort();

/** Only of connectors that follow something: the others are never asked. */
const following = (
  name: string,
  act: (connector: Connector, sent: readonly string[]) => Promise<void>,
): ContractCase => ({
  name: `through: ${name}`,
  async run(subject) {
    const sent: string[] = [];
    await using(subject.open({ onStatement: (c) => sent.push(c) }), async (connector) => {
      if (connector.follows !== undefined) await act(connector, sent);
    });
  },
});

const RING = ["1 seed", "2 led", "3 led"];
const BRANCH = ["11 seed", "12 led", "13 led", "14 led", "15 led"];

export const throughCases: readonly ContractCase[] = [
  following(
    "what hangs on a row comes with it, by each kind of field, and a ring ends",
    async (connector) => {
      const kinds = connector.follows ?? [];
      expect(kinds.length).toBeGreaterThan(0);
      for (const kind of kinds) {
        const ask = (...owners: readonly string[]) =>
          said(connector, query([ownedBy(...owners)], undefined, WAYS[kind]));
        expect(await ask("ring"), kind).toEqual(RING);
        expect(await ask("branch"), kind).toEqual(BRANCH);
        expect(await ask("leaf"), kind).toEqual(["15 seed"]);
        expect(await ask("self", "lost", "nobody"), kind).toEqual(["21 seed", "31 seed"]);
        expect(await ask("nobody"), kind).toEqual([]);
      }
    },
  ),
  following("each row once, whatever meets it, in one statement", async (connector, sent) => {
    const composite: Match = {
      fields: ["id", "up"],
      tuples: [
        ["14", "13"],
        ["2", "1"],
        ["2", "1"],
      ],
    };
    expect(await said(connector, query([ownedBy("branch", "ring", "leaf"), composite]))).toEqual(
      [...RING, ...BRANCH].map((r) => r.replace(/^(2|14|15) led/, "$1 seed")).sort(),
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
  following("the cells of `exact` come after what the row says of itself", async (connector) => {
    const rows = await readAll(connector, { ...query([ownedBy("leaf")]), exact: ["note"] });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.slice(0, 2)).toEqual(["15", "seed"]);
    expect(rows[0]?.[2]).toContain("note 15");
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
  following(
    "a start that is missing, or a field that is not there, is malformed and named",
    async (connector) => {
      const failed = async (asked: ReadQuery) => {
        for await (const batch of connector.read(asked)) return failureIn(batch);
        throw new Error("it answered");
      };
      const { anyOf: _, ...open } = query([]);
      expect(await failed(open)).toMatchObject({ error: "malformed" });
      const wrong = await failed(query([ownedBy("ring")], undefined, ["up", "nope"]));
      expect(wrong).toMatchObject({ error: "malformed" });
      expect(wrong.reason).toContain("nope");
    },
  ),
];
