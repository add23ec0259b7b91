/** What can be gone along: columns of their own, between ends of one width (spec/connector.md, "Following"). */
import { expect, test } from "vitest";
import type { FollowQuery } from "./contract.ts";
import { checkFollow } from "./through.ts";

const COLUMNS = new Set(["id", "up", "doc"]);
const query = (entry: readonly string[], arm: readonly string[], to = 0): FollowQuery => ({
  about: [{ collection: "replies", fields: ["id"], anyOf: [], beside: [] }],
  entries: [{ about: 0, fields: entry }],
  arms: [{ about: 0, fields: arm, entry: to }],
});
const said = (asked: FollowQuery): string => {
  try {
    checkFollow(asked, (at) => (at === 0 ? COLUMNS : undefined));
    return "nothing";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test("a field that is not there, or is a place in a document, is named before the store is asked", () => {
  expect(said(query(["up"], ["id"]))).toBe("nothing");
  const wrong = (name: string): string => `\`replies\` has no field \`${name}\` of its own to go along`;
  expect(said(query(["nope"], ["id"]))).toContain(wrong("nope"));
  expect(said(query(["up"], ["doc.user"]))).toContain(wrong("doc.user"));
});

test("an entry that is not there, or of another width, is told", () => {
  const astray = "a link leads to an entry that is not there, or has other fields";
  expect(said(query(["up"], ["id"], 1))).toContain(astray);
  expect(said(query(["up", "id"], ["id"]))).toContain(astray);
});
