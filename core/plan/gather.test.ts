/** What many people ask of one collection, as one question. */
import { expect, test } from "vitest";
import { type Asking, joinUnlikely } from "./gather.ts";
import { groundOf } from "./testing/in-rows.ts";

const { graph } = groundOf(`store: app
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
  joinUnlikely(graph, askings).question.anyOf.reduce((sum, { tuples }) => sum + tuples.length, 0);

test("rows that very many people share are asked for once", () => {
  expect(asked(sharing(1_000, 100))).toBe(100);
  expect(asked(sharing(501, 100))).toBe(100);
});

test("whose a row is does not depend on how many ask", () => {
  for (const people of [3, 600]) {
    const joined = joinUnlikely(graph, sharing(people, 100));
    expect(joined.askersOf(["99"])).toEqual(Array.from({ length: people }, (_, by) => by));
    expect(joined.askersOf(["100"])).toEqual([]);
  }
});
