import type { Measure } from "@avow/core/commitments/proof";
import { comparedBy, holds } from "@avow/core/datamap/conditions";
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { parseDuration, plus } from "@avow/core/terms/duration";
import type { Cell, ConnectorFailure } from "../../connector-kit/contract.ts";
import { tooMuchBeside } from "../budget/beside.ts";
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
  const beyond = await tooMuchBeside(context, c.store, { collection: c.name });
  if (beyond !== null) throw new Stopped(c.store, beyond);
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

/** Somebody, by the fields of a person collection that a link leads to. */
const named = (to: Link["to"], cells: readonly (Cell | undefined)[]): string =>
  JSON.stringify([collectionId(to), to.fields, cells]);

/** By incident and person, the first notice that holds everything, or the first that there is. */
async function noticesOf(context: MeasureContext, { collection, contents }: Breaches) {
  const notices = new Map<string, Notice>();
  const places = context.map.stores
    .flatMap((s) => s.collections)
    .filter((c) => c.incidentNotices?.of === collection);
  for (const c of places) {
    const bound = must(c.incidentNotices, "asked only of notices");
    const parts = contents.flatMap((part) => bound.contents[part] ?? []);
    const { from, to } = ownerLink(c);
    const fields = [bound.incident, bound.at, ...parts, ...from];
    await readAll(context, c, fields, ([incident = null, at, ...rest]) => {
      const whole = rest.slice(0, parts.length).every((cell) => (cell ?? "").trim() !== "");
      const key = keyOf(incident, named(to, rest.slice(parts.length)));
      const notice = { atMs: momentOf(at), whole };
      notices.set(key, betterOf(notices.get(key), notice));
    });
  }
  const unbound = contents.filter((part) =>
    places.some((c) => c.incidentNotices?.contents[part] === undefined),
  );
  return { notices, unbound, tellTo: places.map((c) => ownerLink(c).to) };
}

const keyOf = (incident: Cell, who: string): string => JSON.stringify([incident, who]);

function betterOf(known: Notice | undefined, other: Notice): Notice {
  if (known === undefined) return other;
  const better = other.whole === known.whole ? other.atMs < known.atMs : other.whole;
  return better ? other : known;
}

interface Affected {
  readonly about: Collection;
  readonly made: string;
  /** Whose the rows are; none where they are the people themselves. */
  readonly links: readonly Link[];
  readonly person: Collection;
}

/** Where it stands whom rows are about; null where the map does not say, or says it in a way that is not read here. */
function affected(context: MeasureContext, store: string, incident: Incident): Affected | null {
  const all = context.map.stores.flatMap((s) => s.collections);
  const about = all.find((c) => c.store === store && c.name === incident.rowsOf);
  const made = about?.anchors["creation"];
  if (about === undefined || made === undefined) return null;
  if (about.identities.length > 0) return { about, made, links: [], person: about };
  const links = about.links.filter(carriesOwnership);
  // Over a list, by a join collection, to somebody's other rows: each leads to people, but not by the row alone.
  if (links.some((l) => l.each !== undefined || l.via === true)) return null;
  const [person, ...others] = all.filter((c) => links.some((l) => collectionId(l.to) === idOf(c)));
  if (person === undefined || others.length > 0 || person.identities.length === 0) return null;
  return { about, made, links, person };
}

/** Where the store can not be asked, nothing else of it can be read either. */
async function comparedLinks(context: MeasureContext, { about, links }: Affected): Promise<readonly Link[]> {
  if (links.every((l) => l.when === undefined)) return links;
  const described = await context.describe(about.store);
  const known = described.ok ? described.value.collections.find((c) => c.name === about.name)?.fields : [];
  return links.map((l) => comparedBy(l, (name) => known?.find((f) => f.name === name)?.notations));
}

const isMeanwhile = (incident: Incident, at: Cell | undefined): boolean => {
  const atMs = momentOf(at);
  // A row without a date may be one of them: then its person is.
  return !(atMs < incident.sinceMs || atMs > incident.untilMs);
};

/** The people whom rows are about that were made between two times, each by the names that notices may call them; null where it can not be told. */
async function peopleOf(
  context: MeasureContext,
  store: string,
  incident: Incident,
  tellTo: readonly Link["to"][],
): Promise<readonly (readonly string[])[] | null> {
  const found = affected(context, store, incident);
  if (found === null || Number.isNaN(incident.sinceMs) || Number.isNaN(incident.untilMs)) return null;
  const { about, made, person } = found;
  const links = await comparedLinks(context, found);
  const told = tellTo.filter((to) => collectionId(to) === idOf(person));
  if (told.length === 0) return null;
  if (links.length === 0)
    return stillHere(context, person, told, { made, is: (at) => isMeanwhile(incident, at) });
  const owners = new Set<string>();
  const when = [...new Set(links.flatMap((l) => Object.keys(l.when ?? {})))];
  const fields = [...new Set([made, ...when, ...links.flatMap((l) => l.from)])];
  await readAll(context, about, fields, (row) => {
    const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
    if (!isMeanwhile(incident, cell(made))) return;
    for (const link of links)
      if (holds(link, cell) && link.from.every((f) => cell(f) !== null))
        owners.add(named(link.to, link.from.map(cell)));
  });
  return stillHere(context, person, told, { links, owners });
}

type Sought =
  | { readonly made: string; readonly is: (at: Cell) => boolean }
  | { readonly links: readonly Link[]; readonly owners: ReadonlySet<string> };

/** Whoever has left since can not be told any more, and nobody is behind a pseudo-person. */
async function stillHere(
  context: MeasureContext,
  person: Collection,
  told: readonly Link["to"][],
  sought: Sought,
): Promise<readonly (readonly string[])[]> {
  const { closure } = person.anchors;
  const by = "links" in sought ? sought.links.map((l) => l.to) : [];
  const marks = [...new Set([...(person.key ?? []), ...[...by, ...told].flatMap((to) => to.fields)])];
  const dates = [...(closure === undefined ? [] : [closure]), ...("made" in sought ? [sought.made] : [])];
  const fields = [...new Set([...marks, ...dates])];
  const here: (readonly string[])[] = [];
  await readAll(context, person, fields, (row) => {
    const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
    if (closure !== undefined && cell(closure) !== null) return;
    if (isPseudo(person, marks.map(cell))) return;
    const meant =
      "made" in sought
        ? sought.is(cell(sought.made))
        : by.some((to) => sought.owners.has(named(to, to.fields.map(cell))));
    if (meant) here.push(told.map((to) => named(to, to.fields.map(cell))));
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
  const { notices, unbound, tellTo } = await noticesOf(context, measure);
  const period = must(parseDuration(within), "the schema read it");
  const seen = { incidents: incidents.length, running: 0, unclear: 0, people: 0, examined: 0 };
  let nextDueMs: number | null = null;
  const wrong = { untold: 0, late: 0, incomplete: 0 };
  for (const incident of incidents) {
    const people = await peopleOf(context, store, incident, tellTo);
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
      const theirs = who.flatMap((name) => notices.get(keyOf(incident.id, name)) ?? []);
      const [first, ...more] = theirs;
      const notice = first === undefined ? undefined : more.reduce<Notice>(betterOf, first);
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
