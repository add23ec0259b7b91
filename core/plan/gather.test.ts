/** What many people ask of one collection, as one question, and whose each answer is. */
import { expect, test } from "vitest";
import type { Question } from "./capture.ts";
import { type Asking, joinQuestions, joinUnlikely } from "./gather.ts";
import { groundOf } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
`;
const { graph } = groundOf(MAP);

const about = (...anyOf: Question["anyOf"]): Question => ({
  collection: "app.users",
  fields: ["id", "email"],
  anyOf,
});
const byAddress = (address: string): Question["anyOf"][number] => ({
  ...{ fields: ["email"], normalisers: ["email"] },
  tuples: [[address]],
});

test("a row is whose address it holds, however either of them writes it", () => {
  const { askersOf } = joinQuestions(graph, [
    { by: 0, question: about(byAddress("ann@example.org")) },
    { by: 1, question: about(byAddress("Bob@example.org")) },
    { by: 2, question: about(byAddress("ANN@example.org")) },
  ]);
  expect(["Ann@Example.org", "bob@example.org", "eve@example.org"].map((e) => askersOf(["1", e]))).toEqual([
    [0, 2],
    [1],
    [],
  ]);
});

test("what is no address is whose letters it has, also beside addresses", () => {
  const { askersOf } = joinQuestions(graph, [
    { by: 0, question: about({ fields: ["id"], tuples: [["a"]] }, byAddress("ann@example.org")) },
    { by: 1, question: about({ fields: ["id"], tuples: [["A"]] }) },
  ]);
  expect([
    askersOf(["a", null]),
    askersOf(["A", null]),
    askersOf(["A", "ANN@example.org"]).toSorted(),
  ]).toEqual([[0], [1], [0, 1]]);
});

const { graph: rooms } = groundOf(`store: app
connector: postgres
collections:
  rooms:
    class: content
    person: { user_id: owner }
    fields: { id: system, owner: user.unique_id }
`);

const FIELDS = ["id"];
/** Everybody asks for the same rows. */
const sharing = (people: number, rows: number): Asking[] =>
  Array.from({ length: people }, (_, by) => ({
    by,
    question: {
      ...{ collection: "app.rooms", fields: FIELDS },
      anyOf: [{ fields: FIELDS, tuples: Array.from({ length: rows }, (_, id) => [String(id)]) }],
    },
  }));

const asked = (askings: readonly Asking[]): number =>
  joinUnlikely(rooms, askings).question.anyOf.reduce((sum, { tuples }) => sum + tuples.length, 0);

test("rows that very many people share are asked for once", () => {
  expect(asked(sharing(1_000, 100))).toBe(100);
  expect(asked(sharing(501, 100))).toBe(100);
});

test("whose a row is does not depend on how many ask", () => {
  for (const people of [3, 600]) {
    const joined = joinUnlikely(rooms, sharing(people, 100));
    expect(joined.askersOf(["99"])).toEqual(Array.from({ length: people }, (_, by) => by));
    expect(joined.askersOf(["100"])).toEqual([]);
  }
});
