/** What drills find again of a canary, in whatever letters, types and forms it lies there; and what they must not miss of its rows. */
import { createHash } from "node:crypto";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { expect, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import type { DrillAdapter } from "../drill-adapter.ts";
import { rowsIn } from "../measures/testing/rows-in.ts";
import { drillsFor } from "./index.ts";
import type { Stage, Verdict } from "./stage.ts";

const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email, ledger: user.financial, invoice: user.financial }
    erase: { keep: books, mask: { email: "null" } }
  notes: { class: note, owner: who -> people.id, fields: { who: user.unique_id, body: user.content } }
  uses:
    class: note
    owner: who -> people.id
    uses: { purpose: purpose, at: at }
    fields: { who: user.unique_id, purpose: system, at: system }
  words: { class: system, key: [id], fields: { id: system, text: system, about: system, bytes: system } }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "sound");
const TEXT =
  "---\nservice: notes\nversion: 1\neffective: 2025-01-01\nlocale: en\ncontroller: { name: Notes }\n---\n# Privacy\n\nNothing.\n";
const policy = must(
  compilePolicy({ file: "policy.md", text: TEXT, lock: null, kinds }).value,
  "the policy is sound",
);

const TOKEN = "canary0a1b2c";
const ID = "0190a1b2-0000-4000-8000-00000000c0de";
const EMAIL = `${TOKEN}@x.example`;
type Row = Record<string, string | null>;
type World = Record<"people" | "notes" | "uses" | "words", Row[]>;
const TYPES: Readonly<Record<string, string>> = { who: "uuid", about: "uuid", bytes: "bytea" };

const world = (): World => ({
  people: [{ id: ID, email: EMAIL, ledger: `paid by ${TOKEN}`, invoice: null }],
  notes: [
    { who: ID, body: `one by ${TOKEN}` },
    { who: ID, body: `two by ${TOKEN}` },
  ],
  uses: [],
  words: [{ id: "1", text: "hello", about: null, bytes: null }],
});

function storeOf(w: World): Pick<Connector, "describe" | "search" | "read" | "count"> {
  return {
    ...rowsIn(w),
    describe: async () => ({
      ok: true,
      value: {
        collections: must(map.stores[0], "one store").collections.map((c) => ({
          ...{ name: c.name, rowsEstimate: null, primaryKey: [], uniques: [], foreignKeys: [], indexes: [] },
          fields: c.fields.map(({ name }) => ({
            name,
            type: TYPES[name] ?? "text",
            nullable: true,
            generated: false,
          })),
        })),
      },
    }),
    search: async ({ collection, fields, pattern }) => {
      const rows = Object.entries(w).flatMap(([name, all]) => (name === collection ? all : []));
      const hits = rows.flatMap((row, i) =>
        fields
          .filter((f) => new RegExp(pattern).test(row[f] ?? ""))
          .map((field) => ({ field, key: [String(i)], value: "" })),
      );
      return { ok: true, value: { examined: rows.length, population: rows.length, partial: false, hits } };
    },
  };
}

const never = async (): Promise<never> => Promise.reject(new Error("not asked for in this test"));
const BARE: DrillAdapter = {
  ...{ signUp: never, signIn: never, populate: never, archive: never, cleanup: never },
  requestRight: async (_base, _session, right) => right,
  status: async () => "closed",
};

function run(name: string, w: World, acts: Partial<DrillAdapter>): Promise<Verdict> {
  const adapter = { ...BARE, ...acts };
  const drill = must(drillsFor(adapter, [name])[0], name);
  const stage: Stage = {
    ...{ adapter, base: "http://127.0.0.1:1", map, policy, token: TOKEN, session: 1 },
    readers: { app: Object.assign<Connector, object>(Object.create(null), storeOf(w)) },
    identities: { email: EMAIL },
    traces: new Map([["app.notes", new Set(["body"])]]),
    ...{ now: () => new Date("2026-06-01T12:00:00.000Z"), onStep: () => undefined, waitMsMax: 10 },
  };
  return drill.run(stage);
}

const erased = (meanwhile: (w: World) => void): Promise<Verdict> => {
  const w = world();
  return run("erase", w, {
    requestRight: async () => {
      w.notes.length = 0;
      Object.assign(must(w.people[0], "the canary"), { email: null });
      meanwhile(w);
      return "r";
    },
  });
};
const word = (field: string, value: string) => (w: World) =>
  void Object.assign(must(w.words[0], "a row"), { [field]: value });
const sum = (text: string): string => createHash("sha256").update(text).digest("hex");

test("erase: what is kept where it lay is no trace, and nothing else may be there", async () => {
  expect(await erased(() => undefined)).toEqual({
    passed: true,
    detail:
      "nothing of the canary is left in any store, but for what is kept: `app.people.id` (books), `app.people.ledger` (books)",
  });
});

test.each([
  ["in capital letters", "text", `SEEN ${TOKEN.toUpperCase()}`],
  ["as bytes", "bytes", `seen ${TOKEN}`],
  ["by its key, in a text", "text", `seen ${ID.toUpperCase()}`],
  ["by its key, in a field of UUIDs", "about", ID],
  ["by a hash of its address", "text", sum(EMAIL)],
  ["in Base64", "text", Buffer.from(EMAIL).toString("base64")],
])("erase: a copy %s is a trace", async (_how, field, value) => {
  expect(await erased(word(field, value))).toEqual({
    passed: false,
    detail: `traces are left in \`app.words.${field}\``,
  });
});

test("erase: what comes into a field that is kept, as the person goes, is not what was kept", async () => {
  const moved = (w: World) =>
    void Object.assign(must(w.people[0], "the canary"), { invoice: `one by ${TOKEN}` });
  expect(await erased(moved)).toEqual({
    passed: false,
    detail: "what was erased came into `app.people.invoice`, which is kept",
  });
});

test("access: every row that names the canary is in the archive, not only one", async () => {
  const given = async (rows: readonly Row[], staying = 2): Promise<Verdict> => {
    const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    await zip.add("data/app.notes.json", new TextReader(JSON.stringify(rows)));
    const archive = await zip.close();
    const w = world();
    const requestRight: DrillAdapter["requestRight"] = async (_base, _session, right) => {
      w.notes.length = staying;
      return right;
    };
    return run("access", w, { archive: async () => archive, requestRight });
  };
  expect((await given(world().notes)).passed).toBe(true);
  expect((await given(world().notes.slice(1))).detail).toBe(
    "the archive lacks some of the rows that lie in `app.notes`",
  );
  expect((await given([])).detail).toBe("the archive lacks what lies in `app.notes`");
  // A row that has gone by itself meanwhile is not lacking; a place of which nothing is given is.
  expect((await given(world().notes.slice(1), 1)).passed).toBe(true);
  expect((await given([], 0)).detail).toBe("the archive lacks what lies in `app.notes`");
});

test("restrict: while it is limited, the data is used for no other purpose either", async () => {
  const limitedBy = (heeds: boolean): Promise<Verdict> => {
    const w = world();
    let limited = false;
    return run("restrict", w, {
      limit: async (_base, _session, on) => {
        limited = on;
        return "r";
      },
      use: async () => !limited,
      choices: ["news", "nothing"].map((purpose) => ({ purpose, ways: ["settings"] })),
      choose: async () => undefined,
      process: async (_base, _session, _canary, purpose) => {
        if (purpose === "news" && !(limited && heeds)) w.uses.push({ who: ID, purpose, at: "2026-06-01" });
      },
    });
  };
  expect(await limitedBy(true)).toEqual({
    passed: true,
    detail:
      "the data was kept and not used, nor for any of 1 purposes beside the service itself, until the person took that back",
  });
  expect((await limitedBy(false)).detail).toBe(
    "the data was used for `news` although the person had limited that",
  );
});
