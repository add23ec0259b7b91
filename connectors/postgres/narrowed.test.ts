import pg from "pg";
import { expect, test } from "vitest";
import { Narrowed } from "./narrowed.ts";

const canceled = Object.assign(new pg.DatabaseError("canceled", 0, "error"), { code: "57014" });
const page = { rowsMax: 1_000, waited: true, longest: 3 * 1024 * 1024 };

test("pages that a consumer held up are narrowed, and widen again with each stream that comes to its end", () => {
  const narrowed = new Narrowed();
  narrowed.after(canceled, "events", page);
  const seen = [narrowed.rowsMax("events")];
  for (let times = 0; times < 3; times += 1) {
    narrowed.ended("events");
    seen.push(narrowed.rowsMax("events"));
  }
  expect(seen).toEqual([2, 20, 200, Number.POSITIVE_INFINITY]);
});

test("nothing else narrows: a page that nobody held up, another error, another stream; one row at least", () => {
  const narrowed = new Narrowed();
  narrowed.after(canceled, "events", { ...page, waited: false });
  narrowed.after(new Error("gone"), "events", page);
  narrowed.ended("events");
  expect(narrowed.rowsMax("events")).toBe(Number.POSITIVE_INFINITY);
  narrowed.after(canceled, "events", { ...page, rowsMax: 2, longest: 80 * 1024 * 1024 });
  expect([narrowed.rowsMax("events"), narrowed.rowsMax("users")]).toEqual([1, Number.POSITIVE_INFINITY]);
});
