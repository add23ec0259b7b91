/** What a task asks for, in words. */
import { readDataMap } from "@avow/core/datamap/read";
import { NOTHING_MORE } from "@avow/core/plan/asked";
import { access } from "@avow/core/rights/access/right";
import { erase } from "@avow/core/rights/erase/right";
import type { Right } from "@avow/core/rights/right";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { whatToDo } from "./what.ts";

const MAP = `store: cabinet
connector: manual
collections:
  letters:
    class: team
    person: { email: email }
    fields: { email: user.contact.email, text: user.content }
`;
const map = must(readDataMap([{ file: "cabinet.yaml", text: MAP }]).value, "the map is valid");
const [letters] = must(map.stores[0], "the map has a store").collections;

const asks = (right: Right, categories: readonly string[] | null): string => {
  const scope = categories === null ? null : { categories, products: [], since: null, until: null };
  return whatToDo(new Map(), { right, asked: { ...NOTHING_MORE, scope } }, must(letters, "it has a shelf"));
};

test("whoever destroys a part by hand is told that the account stays; whoever destroys all, or only looks, is not", () => {
  expect(asks(erase, ["user.content"])).toBe(
    "find everything that is kept of the person here, and destroy it, copies too; only data of the category user.content; the account stays: leave who the person is, how they sign in, what they were told or agreed to",
  );
  expect(asks(erase, null)).toBe(erase.byHand);
  expect(asks(access, ["user.content"])).toBe(`${access.byHand}; only data of the category user.content`);
});
