/** Texts in their normal form: addresses as people write them (spec/person.md, "Normalisers"). */
import { normalise } from "@avow/core/terms/person";
import { expect } from "vitest";
import type { Connector, Match } from "./contract.ts";
import { answered, type ContractCase, readAll, using } from "./contract-subject.ts";
import { BIG_ID } from "./contract-world.ts";

const idsBy = async (
  connector: Connector,
  ...anyOf: readonly Match[]
): Promise<readonly (string | null)[]> => {
  const rows = await readAll(connector, { collection: "users", fields: ["id"], anyOf });
  return rows.map(([id]) => id ?? null).sort();
};

/** As forms and people write them; the last ones are of nobody. */
const NUMBERS = ["+49 30 1", "0049 30-1", "(00) 49 30 1", "(0049)301", "0 0 49301", "00+49301"];
const NEARLY = ["49 30 1", "030 1", "+0 04 93 01", "0", "+0", "+ 1"];
const NO_NUMBERS = ["+", " + ", "00", "0 0", "(+)", "n/a", "-", "++"];

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
    name: "finds a UUID in a text whatever its letters, and any other text by its own",
    mutates: true,
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const held = "A1b2c3D4-0000-4000-8000-00000000000f";
        const where = { fields: ["id"], tuples: [["1"]] };
        const name = (value: string) =>
          connector.mutate([{ act: "set", collection: "users", where, set: {}, values: { name: value } }]);
        const by = (value: string) =>
          idsBy(connector, { fields: ["name"], normalisers: ["uuid"], tuples: [[value]] });
        answered(await name(held));
        for (const value of [held, held.toLowerCase(), held.toUpperCase()])
          expect(await by(value)).toEqual(["1"]);
        expect(await by(`${held} `)).toEqual([]);
        answered(await name(`x${held}`));
        expect(await by(`x${held.toLowerCase()}`)).toEqual([]);
        expect(await by(`x${held}`)).toEqual(["1"]);
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
  {
    name: "makes of a phone number what Avow makes of it, however it is written; without a digit it is nobody's",
    mutates: true,
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const finds = async (...values: readonly string[]): Promise<boolean> => {
          const match: Match = {
            ...{ fields: ["phone", "id"], normalisers: ["phone", "exact"] },
            tuples: values.map((v) => [v, "1"]),
          };
          return (await idsBy(connector, match)).length === 1;
        };
        const all = [...NUMBERS, ...NEARLY, ...NO_NUMBERS];
        for (const held of all) {
          const where = { fields: ["id"], tuples: [["1"]] };
          const values = { phone: held };
          answered(await connector.mutate([{ act: "set", collection: "users", where, set: {}, values }]));
          for (const asked of all) {
            const isOne = normalise("phone", asked) === normalise("phone", held);
            expect([held, asked, await finds(normalise("phone", asked))]).toEqual([held, asked, isOne]);
          }
          expect([held, await finds("+49301")]).toEqual([held, NUMBERS.includes(held)]);
          expect([held, await finds("")]).toEqual([held, NO_NUMBERS.includes(held)]);
        }
      }),
  },
];
