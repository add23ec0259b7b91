/**
 * A drill: an invented person (the canary) signs up, leaves traces, asks for their data and then to be erased, all through the
 * service's front door; what came of it is looked for in the stores themselves.
 *
 *   recorded ─► signed up ─► traces found ─► access: archive holds them ─► erase: gone, but for what is kept ─► cleaned up
 */
import { randomBytes, randomUUID } from "node:crypto";
import type { DataMap } from "@avow/core/datamap/model";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import type { Connector } from "../connector-kit/contract.ts";
import type { Database } from "../store/database.ts";
import type { Sealer } from "../vault/seal.ts";
import type { DrillAdapter } from "./drill-adapter.ts";

export interface DrillInput {
  readonly service: string;
  readonly map: DataMap;
  readonly readers: Readonly<Record<string, Connector>>;
  readonly adapter: DrillAdapter;
  /** Where the service's app is. */
  readonly base: string;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly now: () => Date;
  readonly onStep: (text: string) => void;
}

export interface DrillResult {
  readonly right: string;
  readonly passed: boolean;
  readonly detail: string;
}

const WAIT_MS_MAX = 60_000;
const LOOK_AGAIN_MS = 300;
const SEARCH_ROWS_MAX = 5_000_000;
const HITS_MAX = 1_000;
const TEXT_TYPE = /text|char|json|xml|citext/i;

export async function runDrill(input: DrillInput): Promise<DrillResult[]> {
  await sweep(input);
  const token = `canary${randomBytes(6).toString("hex")}`;
  const ids = {
    access: await record(input, "access", { token, session: null }),
    erase: await record(input, "erase", { token, session: null }),
  };
  input.onStep("an invented person signs up");
  const { session } = await input.adapter.signUp(input.base, { token });
  for (const id of Object.values(ids))
    await input.db
      .updateTable("drills")
      .set({ sealed_canary: seal(input, id, { token, session }) })
      .where("id", "=", id)
      .execute();
  const results: DrillResult[] = [];
  try {
    await input.adapter.populate(input.base, session, { token });
    const traces = await search(input, token);
    input.onStep(`left traces in ${[...traces.keys()].join(", ")}`);
    results.push(await drillAccess(input, session, token, traces));
    results.push(await drillErase(input, session, token));
  } finally {
    await input.adapter
      .cleanup(input.base, session)
      .catch(() => input.onStep("cleaning up failed; the next drill tries again"));
  }
  for (const r of results) {
    await input.db
      .updateTable("drills")
      .set({
        state: r.passed ? "passed" : "failed",
        detail: r.detail,
        ended_at: input.now(),
        sealed_canary: null,
      })
      .where("id", "=", r.right === results[0]?.right ? ids.access : ids.erase)
      .execute();
  }
  return results;
}

async function drillAccess(
  input: DrillInput,
  session: unknown,
  token: string,
  traces: Traces,
): Promise<DrillResult> {
  const right = "access";
  if (traces.size === 0)
    return {
      right,
      passed: false,
      detail: "the canary left no trace in any store: nothing could be asked for",
    };
  const ended = await ask(input, session, right);
  if (ended.state !== "closed")
    return { right, passed: false, detail: `the request ended as \`${ended.state}\`` };
  const archive = await input.adapter.archive(input.base, session, ended.request);
  if (archive === null) return { right, passed: false, detail: "there was no archive to download" };
  const texts = await unzip(archive);
  const missing = [...traces.keys()].filter(
    (place) => !(texts.get(`data/${place}.json`) ?? "").toLowerCase().includes(token),
  );
  input.onStep(`archive of ${texts.size} files`);
  return missing.length > 0
    ? { right, passed: false, detail: `the archive lacks what lies in \`${missing.join("`, `")}\`` }
    : { right, passed: true, detail: `the archive holds the traces of all ${traces.size} collections` };
}

async function drillErase(input: DrillInput, session: unknown, token: string): Promise<DrillResult> {
  const right = "erase";
  const ended = await ask(input, session, right);
  if (ended.state !== "closed")
    return { right, passed: false, detail: `the request ended as \`${ended.state}\`` };
  const left = await search(input, token);
  const stays = keptFields(input.map);
  const wrong = [...left].flatMap(([place, fields]) =>
    [...fields].filter((f) => !stays.has(`${place}.${f}`)).map((f) => `${place}.${f}`),
  );
  input.onStep(
    `looked for the canary again: ${left.size === 0 ? "nothing left" : `left in ${[...left.keys()].join(", ")}`}`,
  );
  if (wrong.length > 0)
    return { right, passed: false, detail: `traces are left in \`${wrong.join("`, `")}\`` };
  const kept = left.size === 0 ? "" : `, but for what is kept in ${[...left.keys()].join(", ")}`;
  return { right, passed: true, detail: `nothing of the canary is left in any store${kept}` };
}

async function ask(
  input: DrillInput,
  session: unknown,
  right: "access" | "erase",
): Promise<{ request: string; state: string }> {
  input.onStep(`asks: ${right}`);
  const request = await input.adapter.requestRight(input.base, session, right);
  let state = "unknown";
  for (let waited = 0; waited < WAIT_MS_MAX; waited += LOOK_AGAIN_MS) {
    state = await input.adapter.status(input.base, session, request);
    if (state === "closed" || state === "not_found" || state === "ambiguous_identity") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return { request, state };
}

/** Fields that the map keeps as they are when a person is erased; masked ones must hold nothing of the person any more. */
const keptFields = (map: DataMap): ReadonlySet<string> =>
  new Set(
    map.stores
      .flatMap((s) => s.collections)
      .flatMap(({ erase, fields, ...c }) => {
        if (erase.rule !== "keep") return [];
        return fields
          .filter((f) => (erase.mask[f.name] ?? "keep") === "keep")
          .map((f) => `${c.store}.${c.name}.${f.name}`);
      }),
  );

/** Collection → fields that hold the token, over every text of every store. */
type Traces = ReadonlyMap<string, ReadonlySet<string>>;

async function search(input: DrillInput, token: string): Promise<Traces> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [store, reader] of Object.entries(input.readers)) {
    const described = await reader.describe();
    if (!described.ok) throw new Error(`the store \`${store}\` could not be searched: ${described.reason}`);
    for (const c of described.value.collections) {
      const fields = c.fields.filter((f) => TEXT_TYPE.test(f.type)).map((f) => f.name);
      if (fields.length === 0) continue;
      const key = c.primaryKey.length > 0 ? c.primaryKey : fields.slice(0, 1);
      const answer = await reader.search({
        collection: c.name,
        fields,
        key,
        pattern: token,
        rowsMax: SEARCH_ROWS_MAX,
        hitsMax: HITS_MAX,
      });
      if (!answer.ok) throw new Error(`\`${c.name}\` could not be searched: ${answer.reason}`);
      if (answer.value.partial) throw new Error(`\`${c.name}\` is too large to be searched whole`);
      if (answer.value.hits.length > 0)
        found.set(`${store}.${c.name}`, new Set(answer.value.hits.map((h) => h.field)));
    }
  }
  return found;
}

async function unzip(archive: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const reader = new ZipReader(new BlobReader(new Blob([Uint8Array.from(archive)])), {
    useWebWorkers: false,
  });
  const texts = new Map<string, string>();
  for (const entry of await reader.getEntries())
    if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
  await reader.close();
  return texts;
}

interface Recorded {
  readonly token: string;
  readonly session: unknown;
}

const seal = (input: DrillInput, id: string, recorded: Recorded): Buffer =>
  Buffer.from(input.sealer.seal(`drill/${id}`, Buffer.from(JSON.stringify(recorded))));

/** Before the canary exists: whoever comes after a crash knows that there may be one. */
async function record(input: DrillInput, right: string, recorded: Recorded): Promise<string> {
  const id = randomUUID();
  await input.db
    .insertInto("drills")
    .values({
      id,
      service: input.service,
      right_name: right,
      state: "running",
      detail: "",
      sealed_canary: seal(input, id, recorded),
      started_at: input.now(),
    })
    .execute();
  return id;
}

/** Canaries of drills that did not end. */
async function sweep(input: DrillInput): Promise<void> {
  const open = await input.db
    .selectFrom("drills")
    .selectAll()
    .where("service", "=", input.service)
    .where("ended_at", "is", null)
    .execute();
  for (const row of open) {
    if (row.sealed_canary !== null) {
      const { session }: Recorded = JSON.parse(
        Buffer.from(input.sealer.open(`drill/${row.id}`, row.sealed_canary)).toString("utf8"),
      );
      if (session !== null)
        await input.adapter
          .cleanup(input.base, session)
          .catch(() => input.onStep("an earlier canary could not be cleaned up"));
    }
    await input.db
      .updateTable("drills")
      .set({ state: "failed", detail: "the drill did not end", ended_at: input.now(), sealed_canary: null })
      .where("id", "=", row.id)
      .execute();
  }
}
