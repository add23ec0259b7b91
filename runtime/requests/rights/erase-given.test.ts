/** Rows that somebody else comes to own, or that nobody can say of whose they are, while an erasure waits or runs. The stores are arrays. */
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { type Around, type ArrayRow, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { ConnectorFailure, Mutation } from "../../connector-kit/contract.ts";
import { StoreFailed } from "../run/ask.ts";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import type { RunContext } from "../run/run.ts";
import { erase } from "./erase.ts";

const APP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  leads:
    class: account
    person: { email: email }
    fields: { id: system, email: user.contact.email }
  papers:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [editor], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, editor: user.unique_id }
`;

const tables = (): Record<"users" | "leads" | "papers", ArrayTable> => ({
  users: {
    ...{ name: "users", fields: ["id", "email"] },
    rows: [
      { id: "1", email: "eve@example.org" },
      { id: "2", email: "bob@example.org" },
    ],
  },
  leads: { name: "leads", fields: ["id", "email"], rows: [{ id: "1", email: "ann@example.org" }] },
  papers: { name: "papers", fields: ["id", "author", "editor"], rows: [] },
});

interface Given extends Partial<Omit<RunContext, "estate" | "identities">>, Pick<RunContext, "identities"> {
  readonly app?: Around;
}

async function run(at: ReturnType<typeof tables>, { app, ...more }: Given) {
  const store = arrayStore(Object.values(at), app);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text: APP }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return erase.run({
    ...{ estate: bound.estate, journal: memoryJournal(), approve: async () => true },
    now: () => new Date("2026-01-01T00:00:00Z"),
    ...more,
  });
}

const idsOf = ({ rows }: ArrayTable): (string | null | undefined)[] => rows.map((r) => r["id"]);
const about = (mutations: readonly Mutation[], collection: string): boolean =>
  mutations.some((m) => m.collection === collection);
const AWAY: ConnectorFailure = { ok: false, error: "unreachable", retryable: true, reason: "it is away" };
const once = (act: () => void): (() => void) => {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
};

test.each([
  { beside: "alone", comes: [] },
  { beside: "beside one that comes and goes", comes: [{ id: "2", author: "1", editor: null }] },
])(
  "a row that somebody else comes to own, too, before the act is named as one that no step took: $beside",
  async ({ comes }) => {
    const at = tables();
    const paper: ArrayRow = { id: "1", author: "1", editor: null };
    at.papers.rows.push(paper);
    const shared = once(() => {
      paper["editor"] = "2";
      at.papers.rows.push(...comes);
    });
    const app: Around = {
      changing: (all) => {
        if (about(all, "papers")) shared();
        return null;
      },
    };
    const outcome = await run(at, { app, identities: [{ namespace: "user_id", value: "1" }] });
    expect(at.papers.rows).toEqual([{ id: "1", author: null, editor: "2" }]);
    expect(outcome).toMatchObject({ state: "closed", given: [{ collection: "app.papers", keys: [["1"]] }] });
  },
);

test.each([
  { who: "nobody but that address tells of", also: [{ id: "9", email: "ann@new.example" }], told: false },
  { who: "an account has", also: [], told: true },
])(
  "a row whose address $who by now is left, and told done only if it is somebody's",
  async ({ also, told }) => {
    const at = tables();
    at.leads.rows.push({ id: "2", email: "ann@example.org" });
    const identities = [{ namespace: "email", value: "ann@example.org" }];
    const journal = memoryJournal();
    const app = { changing: () => AWAY };
    await expect(run(at, { app, journal, identities })).rejects.toThrow(StoreFailed);
    Object.assign(at.leads.rows[0] ?? {}, { email: told ? "bob@example.org" : "ann@new.example" });
    at.leads.rows.push(...also);
    const outcome = await run(at, { journal, identities });
    expect(idsOf(at.leads)).toEqual(told ? ["1"] : ["1", "9"]);
    if (told) {
      expect(outcome).toMatchObject({ state: "closed", given: [{ collection: "app.leads", keys: [["1"]] }] });
      return;
    }
    expect(outcome).toMatchObject({
      state: "not_done",
      results: [{ store: "app", collection: "leads", result: "remains", rows: 1 }],
    });
    // It was hers, and went by a request of its own.
    at.leads.rows = [];
    expect(await run(at, { journal, identities })).toMatchObject({ state: "closed" });
  },
);
