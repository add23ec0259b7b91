/** Each drill against a service made of one text per place, which can be told what to do wrong. */
import { createHash } from "node:crypto";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { expect, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import type { DrillAdapter } from "../drill-adapter.ts";
import { drillsFor, namesNone } from "./index.ts";
import type { Stage, Verdict } from "./stage.ts";

const MAP = `store: app
connector: postgres
collections:
  people: { class: account, key: [id], person: { email: email }, fields: { id: system, email: user.contact.email, name: user.name } }
  notes: { class: note, owner: id -> people.id, fields: { id: system, body: user.content } }
  looks: { class: system, key: [id], views: { reason: why }, fields: { id: system, why: system } }
  alarms: { class: system, key: [id], fields: { id: system, account: system } }
`;
const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "sound");
const POLICY = `---
service: notes
version: 1
effective: 2025-01-01
locale: en
controller: { name: Notes }
jurisdictions: [DE, BE]
---
# Privacy

No children.

\`\`\`commit
- id: none
  minors: refused
  under: [13, local]
\`\`\`
`;
const compiled = compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds });
const policy = must(compiled.value, JSON.stringify(compiled.issues));
const TOKEN = "canary0";

/** `collection.field` → what stands there. */
type World = Map<string, string>;

const readerOf = (world: World): Pick<Connector, "describe" | "search"> => ({
  describe: async () => ({
    ok: true,
    value: {
      collections:
        map.stores[0]?.collections.map((c) => ({
          ...{
            name: c.name,
            rowsEstimate: null,
            primaryKey: ["id"],
            uniques: [],
            foreignKeys: [],
            indexes: [],
          },
          fields: c.fields.map((f) => ({ name: f.name, type: "text", nullable: true, generated: false })),
        })) ?? [],
    },
  }),
  search: async ({ collection, fields, pattern }) => {
    const hits = fields.flatMap((field) => {
      const value = world.get(`${collection}.${field}`) ?? "";
      return new RegExp(pattern).test(value) ? [{ field, key: ["1"], value }] : [];
    });
    return { ok: true, value: { examined: 1, population: 1, partial: false, hits } };
  },
});

const never = async (): Promise<never> => Promise.reject(new Error("not asked for in this test"));
const BARE: DrillAdapter = {
  ...{ signUp: never, signIn: async () => null, populate: never, archive: never, cleanup: never },
  requestRight: async (_base, _session, right) => right,
  status: async () => "closed",
};

const TRACES = new Map([
  ["app.people", new Set(["name"])],
  ["app.notes", new Set(["body"])],
]);

async function run(
  name: string,
  world: World,
  acts: Partial<DrillAdapter>,
  traces: Stage["traces"] = TRACES,
  patience: Pick<Stage, "waitMsMax" | "signal"> = { waitMsMax: 10 },
): Promise<Verdict> {
  const adapter = { ...BARE, ...acts };
  const drill = must(drillsFor(adapter, [name])[0], name);
  const readers = { app: Object.assign<Connector, object>(Object.create(null), readerOf(world)) };
  const stage: Stage = {
    ...{ adapter, base: "http://127.0.0.1:1", map, policy, readers, token: TOKEN, session: 1, traces },
    identities: { email: `${TOKEN}@canary.example` },
    ...{ now: () => new Date("2026-06-01T12:00:00.000Z"), onStep: () => undefined, ...patience },
  };
  return drill.run(stage);
}

const world = (more: Readonly<Record<string, string>> = {}): World =>
  new Map(Object.entries({ "people.name": `Canary ${TOKEN}`, "notes.body": `by ${TOKEN}`, ...more }));

test("a drill that the adapter has no acts for is not there", () => {
  const names = (acts: Partial<DrillAdapter>): string[] => drillsFor({ ...BARE, ...acts }).map((d) => d.name);
  expect(names({})).toEqual(["access", "erase"]);
  expect(names({ asksFor: ["portability"], warnings: async () => [] })).toEqual([
    "warned",
    "access",
    "portability",
    "erase",
  ]);
  expect(drillsFor(BARE, ["erase"]).map((d) => d.name)).toEqual(["erase"]);
});

test("a name that no drill here has is told with those that there are", () => {
  expect(namesNone(BARE, ["erase", "access"])).toBe(null);
  expect(namesNone(BARE, ["erase", "eraze"])).toBe(
    "there is no drill `eraze`; drills that can be taken here: `access`, `erase`",
  );
  expect(namesNone(BARE, ["nonsense", "warned"])).toBe(
    "there is no drill `nonsense`, and the service's adapter has no acts for `warned`; drills that can be taken here: `access`, `erase`",
  );
});

const correct = (act: (w: World) => void) => {
  const w = world({ "notes.body": `Canary ${TOKEN} wrote` });
  return run("rectify", w, {
    correct: {
      values: () => ({ was: `Canary ${TOKEN}`, is: `Mended ${TOKEN}` }),
      ask: async () => {
        act(w);
        return "r";
      },
    },
  });
};

test("rectify: the new value everywhere, the old one nowhere", async () => {
  const name = `Mended ${TOKEN}`;
  expect(await correct((w) => w.set("people.name", name).set("notes.body", name))).toMatchObject({
    passed: true,
  });
  expect((await correct((w) => w.set("people.name", name))).detail).toBe(
    "the old value still stands in `app.notes.body`",
  );
  expect((await correct((w) => w.set("people.name", name).set("notes.body", ""))).detail).toBe(
    "the new value does not stand in `app.notes.body`",
  );
});

test("supplement: what was missing is there afterwards, and was not before", async () => {
  const add = (w: World, act: (w: World) => void) =>
    run("supplement", w, {
      fillIn: {
        values: () => ({ is: `Town ${TOKEN}` }),
        ask: async () => {
          act(w);
          return "r";
        },
      },
    });
  expect((await add(world(), (w) => w.set("people.email", `Town ${TOKEN}`))).passed).toBe(true);
  expect((await add(world(), () => undefined)).detail).toBe("what was added stands in no store");
  expect((await add(world({ "people.email": `Town ${TOKEN}` }), () => undefined)).passed).toBe(false);
});

test("restrict: nothing is used or comes in while it is limited, nothing goes, and it ends", async () => {
  let limited = false;
  const limit = async (_base: string, _session: unknown, on: boolean): Promise<string> => {
    limited = on;
    return "r";
  };
  const good = { limit, use: async () => !limited };
  expect((await run("restrict", world(), good)).passed).toBe(true);
  expect((await run("restrict", world(), { limit, use: async () => true })).detail).toContain(
    "was used although",
  );
  expect((await run("restrict", world(), { limit, use: async () => false })).detail).toContain(
    "still not used",
  );
  const leaks = world();
  const leak = async (): Promise<boolean> => {
    leaks.set("people.email", `${TOKEN}limited`);
    return !limited;
  };
  expect((await run("restrict", leaks, { limit, use: leak })).detail).toContain(
    "something new came into `app.people`",
  );
  expect((await run("restrict", new Map(), good)).detail).toContain("limited is not erased");
});

async function zipOf(files: Readonly<Record<string, string>>, wrong = false): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const sum = (text: string): string =>
    createHash("sha256")
      .update(wrong ? `${text}!` : text)
      .digest("hex");
  const listed = Object.entries(files).map(([name, text]) => ({ name, sha256: sum(text) }));
  for (const [name, text] of Object.entries(files)) await zip.add(name, new TextReader(text));
  await zip.add("manifest.json", new TextReader(JSON.stringify({ collections: [{ files: listed }] })));
  return zip.close();
}

test("portability: files with schemas and true checksums that hold what the canary gave", async () => {
  const files = {
    "data/app.people.json": `["${TOKEN}"]`,
    "data/app.people.schema.json": "{}",
    "data/app.notes.json": `["${TOKEN}"]`,
    "data/app.notes.schema.json": "{}",
  };
  const ported = (archive: Uint8Array | null) =>
    run("portability", world(), { asksFor: ["portability"], archive: async () => archive });
  expect((await ported(await zipOf(files))).passed).toBe(true);
  expect((await ported(await zipOf(files, true))).detail).toContain("differ from their checksums");
  expect((await ported(await zipOf({ ...files, "data/app.notes.json": "[]" }))).detail).toContain(
    "`app.notes`",
  );
  const { "data/app.notes.schema.json": _gone, ...bare } = files;
  expect((await ported(await zipOf(bare))).detail).toBe("`data/app.notes.json` come without a schema");
  expect((await ported(null)).passed).toBe(false);
});

test("warned and roles: what the adapter found, and nothing to look at is no proof", async () => {
  const warned = (places: readonly { place: string; missing: readonly string[] }[]) =>
    run("warned", world(), { warnings: async () => places });
  expect((await warned([{ place: "/chat", missing: [] }])).passed).toBe(true);
  expect((await warned([{ place: "/chat", missing: ["keys"] }])).detail).toBe(
    "at `/chat` no warning names keys",
  );
  expect(await warned([])).toMatchObject({ passed: false, unseen: true });
  const roles = (tried: number, faults: readonly string[]) =>
    run("roles", world(), { desks: async () => ({ tried, faults }) });
  expect((await roles(4, [])).passed).toBe(true);
  expect(await roles(4, ["open"])).toEqual({ passed: false, detail: "open" });
  expect(await roles(0, [])).toMatchObject({ passed: false, unseen: true });
});

test("without a trace of the canary, nothing is shown or erased, and nothing is broken", async () => {
  for (const name of ["access", "erase", "portability"]) {
    const acts = { asksFor: ["portability"] };
    expect(await run(name, world(), acts, new Map())).toMatchObject({ passed: false, unseen: true });
  }
});

test("views: nothing without a reason, and the reason is on record in the field that the map names", async () => {
  const looked = (record: string, shown: (reason: string | null) => boolean) => {
    const w = world();
    return run("views", w, {
      look: async (_base, _session, reason) => {
        if (reason !== null) w.set(record, reason);
        return shown(reason);
      },
    });
  };
  const withReason = (reason: string | null): boolean => reason !== null;
  expect((await looked("looks.why", withReason)).passed).toBe(true);
  expect((await looked("notes.body", withReason)).detail).toContain("no reason for it is on record");
  expect((await looked("looks.why", () => true)).detail).toBe("something was shown without a reason");
  expect((await looked("looks.why", () => false)).detail).toBe("with a reason, nothing was shown either");
});

test("alarm: wrong passwords leave an alarm at its place, which was not there before", async () => {
  const raised = (w: World, field: string) =>
    run("alarm", w, {
      alarm: { place: "app.alarms", raise: async (_base, { token }) => void w.set(field, token) },
    });
  expect((await raised(world(), "alarms.account")).passed).toBe(true);
  expect((await raised(world(), "looks.why")).detail).toBe("passwords were tried, and no alarm was raised");
  expect((await raised(world({ "alarms.account": TOKEN }), "alarms.account")).passed).toBe(false);
});

test("minors: a day too young in each place is turned away, and a child that is found goes", async () => {
  const asked: string[] = [];
  const gate =
    (limits: Readonly<Record<string, number>>) =>
    async (_base: string, _canary: unknown, { born, country }: { born: string; country: string | null }) => {
      asked.push(`${born} ${country}`);
      const limit = limits[country ?? ""] ?? 16;
      return born <= `${2026 - limit}-06-01`;
    };
  const tight = { declareAge: gate({ DE: 16, BE: 13 }) };
  expect((await run("minors", world(), tight)).detail).toBe(
    "4 people a day too young were turned away, and nothing of them was kept",
  );
  expect(asked).toEqual(["2013-06-02 null", "2013-06-02 BE", "2010-06-02 DE", "2010-06-02 null"]);
  expect((await run("minors", world(), { declareAge: gate({ DE: 15 }) })).detail).toBe(
    "a person of 15 years got an account, where the age is 16 (DE)",
  );
  expect((await run("minors", world({ "notes.body": `${TOKEN}young` }), tight)).detail).toContain(
    "turned away left traces in `app.notes`",
  );
  const w = world();
  const found = async (): Promise<void> => void w.set("people.name", `${TOKEN}child`);
  expect((await run("minors", w, { ...tight, childFound: found })).detail).toContain(
    "is still there: `app.people.name`",
  );
  expect((await run("minors", world(), { ...tight, childFound: async () => undefined })).passed).toBe(true);
});

test("whoever is stopped while waiting for a service waits no more, and has no result", async () => {
  /** Longer than a test may take. */
  const waitMsMax = 600_000;
  const stopped = (name: string, acts: (stop: () => void) => Partial<DrillAdapter>): Promise<Verdict> => {
    const stopping = new AbortController();
    const w = world({ "looks.why": `${TOKEN}child` });
    return run(
      name,
      w,
      acts(() => void setTimeout(() => stopping.abort(), 20)),
      TRACES,
      {
        ...{ waitMsMax, signal: stopping.signal },
      },
    );
  };
  const open = async (stop: () => void): Promise<string> => {
    stop();
    return "carried_out";
  };
  const aborted = { name: "AbortError" };
  await expect(stopped("access", (stop) => ({ status: () => open(stop) }))).rejects.toMatchObject(aborted);
  const childFound = async (stop: () => void): Promise<void> => stop();
  await expect(
    stopped("minors", (stop) => ({ declareAge: async () => false, childFound: () => childFound(stop) })),
  ).rejects.toMatchObject(aborted);
});
