import type { Measure } from "@avow/core/commitments/proof";
import { type Collection, idOf } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { parseDuration, plus } from "@avow/core/terms/duration";
import type { Cell, ConnectorFailure } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { collectionOf, each, isPseudo, momentOf, ownerLink, rowsOf } from "./rows.ts";

type Breaches = Extract<Measure, { measure: "breaches" }>;

interface Incident {
  readonly id: Cell;
  readonly foundMs: number;
  readonly rowsOf: Cell;
  readonly sinceMs: number;
  readonly untilMs: number;
}

interface Notice {
  readonly atMs: number;
  readonly whole: boolean;
}

/** Reading stopped; the store and why, null where it is not there. */
class Stopped extends Error {
  readonly store: string;
  readonly failure: ConnectorFailure | null;
  constructor(store: string, failure: ConnectorFailure | null) {
    super("a store could not be read");
    this.store = store;
    this.failure = failure;
  }
}

async function readAll(
  context: MeasureContext,
  c: Collection,
  fields: readonly string[],
  act: (row: readonly (Cell | undefined)[]) => void,
): Promise<void> {
  const reader = context.readers[c.store];
  if (reader === undefined) throw new Stopped(c.store, null);
  const failure = await each(rowsOf(reader, { collection: c.name, fields }), act);
  if (failure !== null) throw new Stopped(c.store, failure);
}

async function incidentsOf(context: MeasureContext, c: Collection, onlyRisky: boolean) {
  const { found, risk, rowsOf: of, since, until } = must(c.incidents, "asked only of incidents");
  const risks = Object.keys(risk);
  const incidents: Incident[] = [];
  const fields = [must(c.key?.[0], "the map was validated"), found, of, since, until, ...risks];
  await readAll(context, c, fields, ([id = null, at, name = null, from, to, ...held]) => {
    const risky = risks.every((field, i) => risk[field]?.includes(held[i] ?? ""));
    if (onlyRisky && !risky) return;
    incidents.push({
      ...{ id, rowsOf: name, foundMs: momentOf(at) },
      ...{ sinceMs: momentOf(from), untilMs: momentOf(to) },
    });
  });
  return incidents;
}

/** By incident and person, the first notice that holds everything, or the first that there is. */
async function noticesOf(context: MeasureContext, { collection, contents }: Breaches) {
  const notices = new Map<string, Notice>();
  const places = context.map.stores
    .flatMap((s) => s.collections)
    .filter((c) => c.incidentNotices?.of === collection);
  for (const c of places) {
    const bound = must(c.incidentNotices, "asked only of notices");
    const parts = contents.flatMap((part) => bound.contents[part] ?? []);
    const fields = [bound.incident, bound.at, ...parts, ...ownerLink(c).from];
    await readAll(context, c, fields, ([incident, at, ...rest]) => {
      const whole = rest.slice(0, parts.length).every((cell) => (cell ?? "").trim() !== "");
      const key = JSON.stringify([incident, ...rest.slice(parts.length)]);
      const [known, atMs] = [notices.get(key), momentOf(at)];
      const better = whole === known?.whole ? atMs < known.atMs : whole;
      if (known === undefined || better) notices.set(key, { atMs, whole });
    });
  }
  const unbound = contents.filter((part) =>
    places.some((c) => c.incidentNotices?.contents[part] === undefined),
  );
  return { notices, unbound, places };
}

/** Whom rows are about that were made between two times; null where the map does not say. */
async function peopleOf(context: MeasureContext, store: string, incident: Incident) {
  const all = context.map.stores.flatMap((s) => s.collections);
  const about = all.find((c) => c.store === store && c.name === incident.rowsOf);
  const made = about?.anchors["creation"];
  const owner = about?.links.find((l) => l.role === "owner");
  const person =
    owner === undefined ? about : all.find((c) => idOf(c) === `${owner.to.store}.${owner.to.collection}`);
  const key = owner?.from ?? about?.key;
  if (about === undefined || made === undefined || key == null || person === undefined) return null;
  if (person.identities.length === 0 || Number.isNaN(incident.sinceMs) || Number.isNaN(incident.untilMs))
    return null;
  const people = new Set<string>();
  await readAll(context, about, [made, ...key], ([at, ...who]) => {
    const atMs = momentOf(at);
    const cells = who.map((cell) => cell ?? null);
    // A row without a date may be one of them: then its person is.
    const outside = atMs < incident.sinceMs || atMs > incident.untilMs;
    if (!outside && cells.every((cell) => cell !== null)) people.add(JSON.stringify(cells));
  });
  return withoutGone(context, person, people);
}

/** Whoever has left since can not be told any more, and nobody is behind a pseudo-person. */
async function withoutGone(context: MeasureContext, person: Collection, people: ReadonlySet<string>) {
  const { closure } = person.anchors;
  const here = new Set<string>();
  const key = must(person.key, "a person collection with a key");
  await readAll(context, person, [...(closure === undefined ? [] : [closure]), ...key], (row) => {
    const [closed, who] = closure === undefined ? [null, row] : [row[0], row.slice(1)];
    const cells = who.map((cell) => cell ?? null);
    const name = JSON.stringify(cells);
    if (closed == null && people.has(name) && !isPseudo(person, cells)) here.add(name);
  });
  return here;
}

export const breachesLooks: Looks<"breaches"> = async ({ collection }) => [
  { ask: "count", query: { collection } },
];

export const takeBreaches: Take<"breaches"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  try {
    return await read(measure, context);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return error.failure === null ? noStore(error.store) : failed(error.store, error.failure);
  }
};

async function read(measure: Breaches, context: MeasureContext) {
  const { store, collection, onlyRisky, within, rowsMax } = measure;
  const c = collectionOf(context.map, store, collection);
  const incidents = await incidentsOf(context, c, onlyRisky);
  const { notices, unbound } = await noticesOf(context, measure);
  const period = must(parseDuration(within), "the schema read it");
  const seen = { incidents: incidents.length, running: 0, unclear: 0, people: 0, examined: 0 };
  let nextDueMs: number | null = null;
  const wrong = { untold: 0, late: 0, incomplete: 0 };
  for (const incident of incidents) {
    const people = await peopleOf(context, store, incident);
    if (people === null || Number.isNaN(incident.foundMs)) {
      seen.unclear += 1;
      continue;
    }
    const due = plus(new Date(incident.foundMs), period).getTime();
    const running = due > context.now.getTime();
    if (running) seen.running += 1;
    for (const who of people) {
      seen.people += 1;
      if (seen.people > rowsMax) continue;
      seen.examined += 1;
      const parsed: unknown = JSON.parse(who);
      const notice = notices.get(JSON.stringify([incident.id, ...(Array.isArray(parsed) ? parsed : [])]));
      if (running && notice?.whole !== true)
        nextDueMs = Math.min(nextDueMs ?? Number.POSITIVE_INFINITY, due - context.now.getTime());
      else if (notice === undefined) wrong.untold += 1;
      else if (!notice.whole) wrong.incomplete += 1;
      else if (!(notice.atMs <= due)) wrong.late += 1;
    }
  }
  const rows = wrong.untold + wrong.late + wrong.incomplete;
  const what = `${rows} people not told of a breach as they should have been`;
  const evidence = rows === 0 ? [] : [{ what, store, collection, rows }];
  return { reading: "breaches" as const, ...seen, ...wrong, nextDueMs, unbound, evidence };
}
