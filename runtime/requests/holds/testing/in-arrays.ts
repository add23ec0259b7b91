/** Stores of arrays with three people, and a hold that comes and goes, for tests of what runs meanwhile. */
import type { Hold } from "@avow/core/plan/hold";
import type { IdentityValue } from "@avow/core/terms/person";
import type { ArrayTable } from "@avow/provision/array-store";
import { memoryJournal } from "../../run/journal.ts";
import { HoldPlaced, type Holds } from "../holds.ts";

export const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  notes:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  bills:
    class: payment
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
`;

export interface Tables {
  readonly users: ArrayTable;
  readonly notes: ArrayTable;
  readonly bills: ArrayTable;
}
const owned = (): { id: string; user: string }[] => ["1", "2", "3"].map((id) => ({ id, user: id }));
export const tables = (): Tables => ({
  users: { name: "users", fields: ["id"], rows: ["1", "2", "3"].map((id) => ({ id })) },
  notes: { name: "notes", fields: ["id", "user"], rows: owned() },
  bills: { name: "bills", fields: ["id", "user"], rows: owned() },
});
export const idsOf = ({ rows }: ArrayTable): (string | null | undefined)[] => rows.map((r) => r["id"]);
export const left = ({ users, notes, bills }: Tables) => ({
  users: idsOf(users),
  notes: idsOf(notes),
  bills: idsOf(bills),
});

export const HOLD: Hold = {
  ...{ id: "h", commitment: "claims", reason: "a case", classes: ["payment"] },
  review: new Date("2026-06-01T00:00:00Z"),
};

/** On one person, once `placed` says so and until it is lifted; an intent that does not know of it is not written. */
export function holding(who: string) {
  let [placed, seen, lifted] = [0, 0, false];
  const isOn = (people: readonly IdentityValue[]): boolean =>
    placed > 0 && !lifted && people.some((i) => i.value === who);
  const holds: Holds = {
    inEffect: async () => {
      const last = placed;
      return {
        on: ({ identities }) => (isOn(identities) ? [HOLD] : []),
        onNamed: async (identities) => (isOn(identities) ? [HOLD] : []),
        onOthers: async () => [],
        stillAll: async () => {
          if (last !== placed) throw new HoldPlaced();
        },
      };
    },
    forPlan() {
      seen = placed;
      return holds.inEffect();
    },
    async unchanged() {
      if (seen !== placed) throw new HoldPlaced();
    },
  };
  const lift = (): void => {
    lifted = true;
  };
  return { holds, lift, place: () => void (placed += 1), check: () => seen === placed };
}

/** A journal that looks before each intent, as that of the database does; `before` is called first. */
export function lookingJournal(is: () => boolean, before: (intent: number) => void) {
  const journal = memoryJournal();
  let intents = 0;
  const look = (): void => {
    before(intents);
    intents += 1;
    if (!is()) throw new HoldPlaced();
  };
  return {
    ...journal,
    intend: async (...args: Parameters<typeof journal.intend>) => {
      look();
      return journal.intend(...args);
    },
    intendAll: async (...args: Parameters<typeof journal.intendAll>) => {
      look();
      return journal.intendAll(...args);
    },
  };
}
