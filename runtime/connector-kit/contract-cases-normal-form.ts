/** Texts in their normal form: addresses as people write them (spec/person.md, "Normalisers"). */
import { expect } from "vitest";
import type { Connector, Match } from "./contract.ts";
import { type ContractCase, readAll, using } from "./contract-subject.ts";
import { BIG_ID } from "./contract-world.ts";

const idsBy = async (
  connector: Connector,
  ...anyOf: readonly Match[]
): Promise<readonly (string | null)[]> => {
  const rows = await readAll(connector, { collection: "users", fields: ["id"], anyOf });
  return rows.map(([id]) => id ?? null).sort();
};

const BOB = ["BOB@example.org", "bob@EXAMPLE.org "];

export const normalFormCases: readonly ContractCase[] = [
  {
    name: "finds an e-mail whatever its case and blanks, and a phone whatever its notation",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const by = (field: string, normaliser: "email" | "phone", values: readonly string[]) =>
          idsBy(connector, { fields: [field], normalisers: [normaliser], tuples: values.map((v) => [v]) });
        expect(await by("email", "email", ["bob@example.org"])).toEqual(["2"]);
        expect(await by("email", "email", ["émile@example.org", "ann@example.org"])).toEqual(
          ["1", BIG_ID].sort(),
        );
        expect(await by("email", "email", ["nn@example.org", "%", "a\0"])).toEqual([]);
        expect(await by("phone", "phone", ["+4930901820"])).toEqual(["1", "2"]);
        expect(await by("phone", "phone", ["4930901820"])).toEqual([]);
      }),
  },
  {
    name: "compares each field of a match in its own way, and a misfit beside an address finds nothing",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        for (const collated of [{}, { collated: true }] as const) {
          const by = (fields: readonly string[], ...tuples: readonly (readonly string[])[]) =>
            idsBy(connector, {
              ...{ fields, tuples, ...collated },
              normalisers: fields.map((f) => (f === "email" || f === "phone" ? f : "exact")),
            });
          expect(await by(["email", "id"], ...BOB.map((b) => [b, "2"]), ["ann@example.org", "2"])).toEqual([
            "2",
          ]);
          expect(await by(["id", "email"], ["abc", "ann@example.org"], ["1", "ANN@example.org"])).toEqual([
            "1",
          ]);
          expect(await by(["email", "name"], ["ANN@example.org", "Ann"], ["bob@example.org", "Ann"])).toEqual(
            ["1"],
          );
          expect(await by(["email", "phone"], ["bob@example.org", "+4930901820"])).toEqual(["2"]);
          expect(await by(["email", "ref"], ["ann@example.org", "no uuid"])).toEqual([]);
        }
      }),
  },
  {
    name: "a row that an address finds as it is and in its normal form comes once, and is counted once",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const exact = { fields: ["email"], tuples: [["ann@example.org"], ["ÉMILE@example.org"]] };
        const anyOf = [
          { ...exact, normalisers: ["email"] },
          exact,
          { fields: ["id"], tuples: [["1"]] },
        ] as const;
        expect(await idsBy(connector, ...anyOf)).toEqual(["1", BIG_ID].sort());
        expect(await connector.count({ collection: "users", anyOf })).toEqual({ ok: true, value: 2 });
      }),
  },
  {
    name: "takes a list of 60,000 addresses beside a number in one statement",
    run: async (subject) => {
      const sent: string[] = [];
      await using(subject.open({ onStatement: (collection) => sent.push(collection) }), async (connector) => {
        const tuples = Array.from({ length: 60_000 }, (_, i) => [`Nobody${i}@example.org`, "2"]);
        const match = { fields: ["email", "id"], normalisers: ["email", "exact"] } as const;
        const anyOf = [{ ...match, tuples: [...tuples, ["BOB@example.org", "2"]] }];
        expect(await connector.count({ collection: "users", anyOf })).toEqual({ ok: true, value: 1 });
      });
      expect(sent).toEqual(["users"]);
    },
  },
];
