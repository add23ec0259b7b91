/** A correction in a store of arrays: two people, their orders, and tickets that name them by their address. */
import { readDataMap } from "@avow/core/datamap/read";
import type { CorrectionMode } from "@avow/core/plan/correction";
import { must } from "@avow/core/terms/assert";
import { type Around, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { correct } from "../correct.ts";
import { bindEstate } from "../estate.ts";
import { type Journal, memoryJournal } from "../journal.ts";
import type { CrashPoint, RunContext } from "../run.ts";

export const MAP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  orders:
    class: order
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, name: user.name }
  tickets:
    class: ticket
    owner: sender -> users.email
    fields: { id: system, sender: user.contact.email }
`;

export interface Tables {
  readonly users: ArrayTable;
  readonly orders: ArrayTable;
  readonly tickets: ArrayTable;
}

export const tables = (): Tables => ({
  tickets: {
    name: "tickets",
    fields: ["id", "sender"],
    rows: [
      { id: "1", sender: "ann@example.org" },
      { id: "2", sender: "bob@example.org" },
    ],
  },
  users: {
    name: "users",
    fields: ["id", "email", "name"],
    rows: [
      { id: "1", email: "ann@example.org", name: "An" },
      { id: "2", email: "bob@example.org", name: "An" },
    ],
  },
  orders: {
    name: "orders",
    fields: ["id", "user", "name"],
    rows: [
      { id: "1", user: "1", name: "An" },
      { id: "2", user: "1", name: "Annie" },
      { id: "3", user: "2", name: "An" },
    ],
  },
});

interface Given extends Partial<Pick<RunContext, "holds" | "identities" | "approve">> {
  readonly around?: Around;
  readonly journal?: Journal;
  readonly atPoint?: (point: CrashPoint) => void;
  readonly map?: string;
  readonly mode?: CorrectionMode;
  readonly also?: readonly { readonly field: string; readonly value: string }[];
}

/** Of person 1, in arrays; everybody agrees, unless somebody says otherwise. */
export async function corrected(
  at: Tables,
  field: string,
  value: string,
  { around = {}, journal = memoryJournal(), map = MAP, also = [], mode = "replace", ...more }: Given = {},
) {
  const store = arrayStore(Object.values(at), around);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return correct(
    {
      estate: bound.estate,
      identities: [{ namespace: "user_id", value: "1" }],
      asked: { scope: null, set: [{ field, value }, ...also], lift: false },
      journal,
      now: () => new Date("2026-01-01T00:00:00Z"),
      approve: async () => true,
      ...more,
    },
    mode,
  );
}
