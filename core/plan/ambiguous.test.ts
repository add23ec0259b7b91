/** What whoever asks is told when the identities lead to two accounts. */
import { expect, test } from "vitest";
import type { IdentityValue } from "../terms/person.ts";
import { ambiguousAccounts, severalAccounts } from "./ambiguous.ts";
import { Capture } from "./capture.ts";
import { ask, groundOf, type Rows } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
    erase: { mask: { email: tombstone } }
`;
const ROWS: Rows = {
  "app.users": [
    { id: "1", email: "ann@example.org", phone: "+4411" },
    { id: "2", email: "bea@example.org", phone: "+4411" },
    { id: "3", email: "ann@example.org", phone: "+4433" },
  ],
};

const named = (text: string): IdentityValue => {
  const [namespace = "", value = ""] = text.split("=");
  return { namespace, value };
};
const told = (...asked: readonly IdentityValue[]): string | null => {
  const { graph, keys } = groundOf(MAP);
  const capture = ask(new Capture(graph, keys, asked), ROWS);
  return ambiguousAccounts(capture).length === 0 ? null : severalAccounts(capture, asked);
};

const LED = "the identities lead to several accounts in `app.users`: ";
const OWN = "name the one that is meant by its own id; where that leads to both again, they have";
const MEND = "in common: say `shared: true` of it in the data map, or mend the store";

test.each([
  [["user_id=1", "user_id=2"], `${LED}${OWN} an identity ${MEND}`],
  // Its address leads to the third one.
  [["user_id=1"], `${LED}${OWN} an identity ${MEND}`],
  [
    ["phone=+44 11", "user_id=2"],
    `${LED}leave out \`phone\`, which people may share, and ${OWN} another identity ${MEND}`,
  ],
  [["user_id=1", "user_id=2", "phone=+4477"], `${LED}${OWN} an identity ${MEND}`],
  [["user_id=2"], null],
])("%j", (asked, said) => {
  expect(told(...asked.map(named))).toBe(said);
});

test("what a merge added is none of what was asked", () => {
  const merged: IdentityValue = { namespace: "phone", value: "+4411", merged: true };
  expect(told(named("user_id=1"), merged)).toBe(`${LED}${OWN} an identity ${MEND}`);
});
