/** Whose an answer is that several have asked for together. */
import { expect, test } from "vitest";
import type { Question } from "./capture.ts";
import { joinQuestions } from "./gather.ts";
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
