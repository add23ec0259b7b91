/** Whose rows of accounts are whose (spec/holds.md). */
import { expect, test } from "vitest";
import { isAnotherAccount, isSamePerson, withAccounts } from "./accounts.ts";

const user = (...key: string[]) => ({ collection: "app.users", key });
const mail = (key: string) => ({ collection: "app.mails", key: [key] });

test.for([
  { own: [user("1")], other: [user("1")], same: true, another: false },
  { own: [user("1")], other: [user("2")], same: false, another: true },
  { own: [user("1")], other: [], same: false, another: false },
  { own: [user("1")], other: [mail("1")], same: false, another: false },
  // With a row beside it that came, or went.
  { own: [user("1"), user("2")], other: [user("2"), user("3")], same: true, another: false },
  // A log of mails by address: whoever has it now finds the mails of the one who had it.
  { own: [user("1"), mail("7")], other: [user("2"), mail("7")], same: false, another: false },
  // Kept when the collection had another key.
  { own: [user("1")], other: [user("1", "2026")], same: false, another: false },
  { own: [user("1"), mail("7")], other: [user("2", "2026"), mail("7")], same: false, another: false },
])("$own and $other", ({ own, other, same, another }) => {
  expect([isSamePerson(own, other), isAnotherAccount(own, other)]).toEqual([same, another]);
});

test("what is learned is kept once, and no more than a hundred rows of a collection", () => {
  const known = [user("1"), ...Array.from({ length: 99 }, (_, i) => mail(`${i}`))];
  const all = withAccounts(known, [mail("7"), mail("200"), mail("201"), user("1"), user("2")]);
  expect(all.slice(known.length)).toEqual([mail("200"), user("2")]);
});
