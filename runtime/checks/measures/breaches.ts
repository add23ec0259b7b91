import type { Measure } from "@avow/core/commitments/proof";
import type { Collection } from "@avow/core/datamap/model";
import { linkTuple, pointsAt } from "@avow/core/plan/pointing";
import { fieldsOfLink } from "@avow/core/plan/tracked";
import { must } from "@avow/core/terms/assert";
import { minus, parseDuration, plus } from "@avow/core/terms/duration";
import type { Cell } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, type MeasureContext, noStore, type Take } from "../context.ts";
import { eachAffected, type Meanwhile, readAll, Stopped } from "./affected.ts";
import { byNowMs } from "./leaving.ts";
import { momentOf } from "./moment.ts";
import { comparing, type Naming, wayOf } from "./naming.ts";
import type { RowNames } from "./row-names.ts";
import { collectionOf, ownerLink } from "./rows.ts";
import { seenTwice, type Wrong } from "./twice.ts";
import { isThere } from "./words.ts";

type Breaches = Extract<Measure, { measure: "breaches" }>;

interface Incident extends Meanwhile {
  readonly id: Cell;
  readonly foundMs: number;
}

interface Notice {
  readonly atMs: number;
  readonly whole: boolean;
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

/** By incident and person, all that there is. */
async function noticesOf(context: MeasureContext, { collection, contents }: Breaches, naming: Naming) {
  const notices = new Map<string, Notice[]>();
  const places = context.map.stores
    .flatMap((s) => s.collections)
    .filter((c) => c.incidentNotices?.of === collection);
  for (const c of places) {
    const bound = must(c.incidentNotices, "asked only of notices");
    const parts = contents.flatMap((part) => bound.contents[part] ?? []);
    const link = ownerLink(c);
    const person = collectionOf(context.map, link.to.store, link.to.collection);
    const fields = [...new Set([bound.incident, bound.at, ...parts, ...fieldsOfLink(link)])];
    await readAll(context, c, fields, (row) => {
      const cell = (field: string): Cell => row[fields.indexOf(field)] ?? null;
      const whole = parts.every((part) => isThere(cell(part)));
      const notice = { atMs: momentOf(cell(bound.at)), whole };
      for (const held of pointsAt(fields, link, row)) {
        const who = naming(link, linkTuple(person, link, held));
        if (who === null) continue;
        const key = keyOf(cell(bound.incident), who);
        const known = notices.get(key);
        if (known === undefined) notices.set(key, [notice]);
        else known.push(notice);
      }
    });
  }
  const unbound = contents.filter((part) =>
    places.some((c) => c.incidentNotices?.contents[part] === undefined),
  );
  const tellTo = new Map(places.map(ownerLink).map((link) => [wayOf(link), link]));
  return { notices, unbound, tellTo: [...tellTo.values()] };
}

const keyOf = (incident: Cell, who: string): string => JSON.stringify([incident, who]);

/** The first notice that holds everything, or the first that there is. */
function betterOf(known: Notice, other: Notice): Notice {
  const better = other.whole === known.whole ? other.atMs < known.atMs : other.whole;
  return better ? other : known;
}

export const breachesLooks: Looks<"breaches"> = async ({ collection }) => [
  { ask: "count", query: { collection } },
];

export const takeBreaches: Take<"breaches"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  try {
    return await seenTwice(context, (now, wrong) => read(measure, now, wrong));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return error.failure === null
      ? noStore(error.store)
      : failed(error.store, error.failure, error.collection);
  }
};

async function read(measure: Breaches, asWritten: MeasureContext, wrong: Wrong) {
  const { store, collection, onlyRisky, within, rowsMax } = measure;
  const { context, naming } = await comparing(asWritten);
  const c = collectionOf(context.map, store, collection);
  const incidents = await incidentsOf(context, c, onlyRisky);
  const { notices, unbound, tellTo } = await noticesOf(context, measure, naming);
  const period = must(parseDuration(within), "the schema read it");
  const dueMs = (found: number): number => plus(new Date(found), period).getTime();
  // A notice that is still to be sent has told nobody, nor has one from long before anybody knew of the breach.
  const earliestMs = (found: number): number => minus(new Date(found), period).getTime();
  const nowMs = context.now.getTime();
  const seen = { people: 0, examined: 0, leaving: 0 };
  const faults = { untold: 0, late: 0, incomplete: 0 };
  const named = new Set<RowNames>();
  let nextDueMs: number | null = null;
  // A breach that is to be found one day was found already, by whoever wrote it down: since when is not known.
  const dated = incidents.filter((i) => i.foundMs <= byNowMs(context));
  const asked = { store, incidents: dated, tellTo, naming };
  const unclear = await eachAffected(context, asked, (incident, { called, id, isLeaving, key, names }) => {
    const due = dueMs(incident.foundMs);
    const theirs = called
      .flatMap((name) => notices.get(keyOf(incident.id, name)) ?? [])
      .filter(({ atMs }) => !(atMs > byNowMs(context) || atMs < earliestMs(incident.foundMs)));
    const [first, ...more] = theirs;
    const notice = first === undefined ? undefined : more.reduce<Notice>(betterOf, first);
    const waits = due > nowMs && notice?.whole !== true;
    const fault = waits ? null : faultOf(notice, due);
    if (isLeaving || (fault !== null && !wrong.counts(JSON.stringify([incident.id, id])))) {
      seen.leaving += 1;
      return;
    }
    seen.people += 1;
    if (seen.people > rowsMax) return;
    seen.examined += 1;
    if (waits) nextDueMs = Math.min(nextDueMs ?? Number.POSITIVE_INFINITY, due - nowMs);
    if (fault === null) return;
    faults[fault] += 1;
    named.add(names);
    names.note(SAID[fault], key);
  });
  const clear = dated.filter((i) => !unclear.includes(i));
  const running = clear.filter((i) => dueMs(i.foundMs) > nowMs).length;
  const rows = faults.untold + faults.late + faults.incomplete;
  const what = `${rows} people not told of a breach as they should have been`;
  const counts = rows === 0 ? [] : [{ what, store, collection, rows }];
  const evidence = [...counts, ...[...named].flatMap((n) => n.evidence())];
  const all = { incidents: incidents.length, running, unclear: incidents.length - clear.length };
  return { reading: "breaches" as const, ...all, ...seen, ...faults, nextDueMs, unbound, evidence };
}

type Fault = "untold" | "late" | "incomplete";
const SAID: Readonly<Record<Fault, string>> = {
  untold: "somebody who was not told of a breach in time",
  late: "somebody who was told of a breach too late",
  incomplete: "somebody who was not told everything about a breach",
};

function faultOf(notice: Notice | undefined, dueMs: number): Fault | null {
  if (notice === undefined) return "untold";
  if (!notice.whole) return "incomplete";
  return notice.atMs <= dueMs ? null : "late";
}
