/** The real planner, runner and connector behind the two questions that the model answers too. */
import { type Asked, NOTHING_MORE } from "@avow/core/plan/asked";
import type { Scope } from "@avow/core/plan/scope";
import { must } from "@avow/core/terms/assert";
import { type IdentityValue, normalise, normaliserOf } from "@avow/core/terms/person";
import type { Connector, ConnectorModule } from "@avow/runtime/connector-kit/contract";
import { RIGHTS } from "@avow/runtime/requests/rights/index";
import { type BoundEstate, bindEstate, type StoreAccess } from "@avow/runtime/requests/run/estate";
import { memoryJournal } from "@avow/runtime/requests/run/journal";
import type { RequestOutcome, RunContext } from "@avow/runtime/requests/run/run";
import { memorySweepJournal } from "@avow/runtime/requests/sweep/journal";
import { runSweep } from "@avow/runtime/requests/sweep/run";
import { BlobReader, BlobWriter, TextWriter, ZipReader } from "@zip.js/zip.js";
import { z } from "zod";
import type { Row } from "./model/world.ts";
import { type Acts, NO_STATEMENTS, type Statements } from "./statements.ts";
import { NOW, type RandomWorld, STORE } from "./world/world.ts";

const STATEMENT_TIMEOUT_MS = 20_000;

export interface Real {
  /** Rows by collection, as the archive's JSON has them; none when nothing was written. */
  give(
    right: "access" | "portability",
    asked: readonly IdentityValue[],
    scope: Scope | null,
  ): Promise<{ outcome: RequestOutcome; rows: ReadonlyMap<string, readonly Row[]> }>;
  run(right: string, asked: readonly IdentityValue[], more?: Partial<Asked>): Promise<RequestOutcome>;
  /** All of them in one sweep; the outcomes in their order. */
  sweep(people: readonly (readonly IdentityValue[])[]): Promise<readonly RequestOutcome[]>;
  /** The dry run. It has no hand on the stores: one that changes something throws. */
  look(right: string, asked: readonly IdentityValue[], more?: Partial<Asked>): Promise<RequestOutcome>;
  /** Statements sent about each collection by the last request. */
  readonly statements: ReadonlyMap<string, Statements>;
  /** What the last request changed of each collection. */
  readonly acts: ReadonlyMap<string, Acts>;
  readonly estate: BoundEstate;
  close(): Promise<void>;
}

const normalised = (asked: readonly IdentityValue[]): IdentityValue[] =>
  asked.map((i) => ({ ...i, value: normalise(normaliserOf(i.namespace), i.value) }));

const HEAD = { service: "sim", controller: "Sim", at: NOW, policyVersion: "1", says: {}, general: [] };

/** What the last request sent; `begin` forgets it. */
function newTally() {
  const statements = new Map<string, Statements>();
  const acts = new Map<string, Acts>();
  let acted = false;
  const counted = (access: "read" | "erase") => (c: string) => {
    if (access === "erase") acted = true;
    const phase = access === "erase" ? "act" : acted ? "verify" : "capture";
    const before = statements.get(c) ?? NO_STATEMENTS;
    statements.set(c, { ...before, [phase]: before[phase] + 1 });
  };
  const begin = (): void => {
    statements.clear();
    acts.clear();
    acted = false;
  };
  return { statements, acts, counted, begin };
}

/** The world's schema must be in the database that `url` leads to. */
export async function openReal(
  world: RandomWorld,
  { connector, url }: { readonly connector: ConnectorModule; readonly url: string },
): Promise<Real> {
  const { statements, acts, counted, begin } = newTally();
  const open = (access: "read" | "erase") => {
    const onStatement = counted(access);
    return connector.open({ url, access, statementTimeoutMs: STATEMENT_TIMEOUT_MS, onStatement });
  };
  const stores = { [STORE]: { reader: open("read"), eraser: noting(open("erase"), acts) } };
  const close = async (): Promise<void> => {
    for (const { reader, eraser } of Object.values(stores))
      await Promise.all([reader.close(), eraser.close()]);
  };
  const bound = await bindEstate({ map: world.map, keepRules: world.model.keepRules, stores });
  if (!bound.ok) {
    await close();
    throw new Error(
      `the estate is not bound: ${JSON.stringify("issues" in bound ? bound.issues : bound.failure)}`,
    );
  }
  const run = (
    right: string,
    asked: readonly IdentityValue[],
    more: Partial<Asked> = {},
    within: Partial<Pick<RunContext, "archive" | "estate" | "approve">> = {},
  ): Promise<RequestOutcome> => {
    begin();
    return must(RIGHTS.get(right), "the right is carried").runner.run({
      estate: bound.estate,
      identities: normalised(asked),
      asked: { ...NOTHING_MORE, ...more },
      journal: memoryJournal(),
      now: () => NOW,
      approve: async () => true,
      ...within,
    });
  };
  const dry = { estate: { ...bound.estate, stores: mapped(stores, handsOff) }, approve: async () => false };
  return {
    statements,
    acts,
    estate: bound.estate,
    close,
    sweep(people) {
      begin();
      return sweepAll(bound.estate, people);
    },
    run: (right, asked, more) => run(right, asked, more),
    look: (right, asked, more) => run(right, asked, more, dry),
    async give(right, asked, scope) {
      const blob = new BlobWriter("application/zip");
      const archive = { head: { ...HEAD, title: right }, writable: blob.writable };
      const outcome = await run(right, asked, { scope }, { archive });
      if (outcome.state !== "closed") return { outcome, rows: new Map() };
      return { outcome, rows: await unpack(await blob.getData()) };
    },
  };
}

async function sweepAll(
  estate: BoundEstate,
  people: readonly (readonly IdentityValue[])[],
): Promise<readonly RequestOutcome[]> {
  const outcomes = await runSweep({
    ...{ estate, asked: NOTHING_MORE, journal: memorySweepJournal(), now: () => NOW },
    members: people.map((asked, i) => ({ request: String(i), identities: normalised(asked) })),
    approve: async (plans) => new Set(plans.map((p) => p.request)),
  });
  return outcomes.map((o) => o.outcome);
}

const noting = (eraser: Connector, acts: Map<string, Acts>): Connector => ({
  ...eraser,
  mutate: (mutations) => {
    for (const mutation of mutations) {
      const own = acts.get(mutation.collection) ?? { kinds: new Set(), sets: new Set(), made: 0 };
      acts.set(mutation.collection, own);
      own.kinds.add(mutation.act);
      if (mutation.act === "insert") own.made += 1;
      // Whatever the rows: as many of them as there may be are changed together.
      if (mutation.act === "set") own.sets.add(JSON.stringify({ ...mutation, where: null }));
    }
    return eraser.mutate(mutations);
  },
});

const mapped = <A, B>(from: Readonly<Record<string, A>>, act: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, act(value)]));

const handsOff = ({ reader, eraser }: StoreAccess): StoreAccess => ({
  reader,
  eraser: {
    ...eraser,
    mutate: () => {
      throw new Error("a dry run changed something");
    },
  },
});

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}]|[-\d][\d.eE+-]*|true|false/g;
/** In a list of rows: what stands deeper is within a document or a list. */
const CELL_DEPTH = 2;

/** Numbers and truth values of cells in the text that the store gave: `1.50` is not `1.5` there. */
function asText(json: string): string {
  let depth = 0;
  return json.replaceAll(TOKEN, (token) => {
    if (token === "[" || token === "{") depth += 1;
    if (token === "]" || token === "}") depth -= 1;
    return depth === CELL_DEPTH && /^[-\dtf]/.test(token) ? `"${token}"` : token;
  });
}

const manifestShape = z.object({
  collections: z.array(
    z.object({ store: z.string(), collection: z.string(), files: z.array(z.object({ name: z.string() })) }),
  ),
});
/** A list and a document are their JSON. */
const cellShape = z
  .unknown()
  .transform((cell) => (typeof cell === "string" || cell === null ? cell : JSON.stringify(cell)));
const rowsShape = z.array(z.record(z.string(), cellShape));

async function unpack(zip: Blob): Promise<ReadonlyMap<string, readonly Row[]>> {
  const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false });
  const texts = new Map<string, string>();
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
  }
  const json = (name: string): unknown => JSON.parse(must(texts.get(name), "the archive has the file"));
  const rows = manifestShape.parse(json("manifest.json")).collections.map(({ store, collection, files }) => {
    const file = must(
      files.find((f) => /(?<!\.schema)\.json$/.test(f.name)),
      "each collection has a JSON file",
    );
    const all = rowsShape
      .parse(JSON.parse(asText(must(texts.get(file.name), "the archive has the file"))))
      .map((r) => new Map(Object.entries(r)));
    return [`${store}.${collection}`, all] as const;
  });
  return new Map(rows);
}
