/** Figures beside a count of their own: who is behind the rows that a figure was made from, as far as these still lie there whole. */
import { type Collection, carriesOwnership } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import { isPseudoKey } from "@avow/core/terms/pseudo-key";
import type { Cell, Connector, ConnectorFailure, Row } from "../../connector-kit/contract.ts";
import { tooMuch } from "../budget/look.ts";
import { failed, type Looks, noStore, type Take } from "../context.ts";
import { momentOf } from "./moment.ts";
import { rowNames } from "./row-names.ts";

const FIGURES_MAX = 100_000;
const DAY_CHARS = 10;

type Rows = { readonly ok: true; readonly rows: readonly Row[]; readonly cut: boolean } | ConnectorFailure;

async function readSome(
  reader: Connector,
  collection: string,
  fields: readonly string[],
  max: number,
): Promise<Rows> {
  const rows: Row[] = [];
  for await (const batch of reader.read({ collection, fields })) {
    if (!batch.ok) return batch;
    for (const row of batch.value) {
      if (rows.length >= max) return { ok: true, rows, cut: true };
      rows.push(row);
    }
  }
  return { ok: true, rows, cut: false };
}

const dayOf = (text: string | null | undefined): string | null => {
  const at = momentOf(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, DAY_CHARS);
};

/** Whether each row is of one person at most. */
const isOfOne = ({ links }: Collection): boolean => {
  const [owner, ...others] = links.filter(carriesOwnership);
  return owner !== undefined && others.length === 0 && owner.via !== true && owner.each === undefined;
};

/** Of fewer rows than people are asked for no more people can be, whether they still lie there or not. */
const isOfFewer = (rows: Cell | undefined, least: number): boolean => rows != null && Number(rows) < least;

const DAY_MS = 86_400_000;

/** Nobody stands behind a day that has not begun, by any clock. */
const isToCome = (day: string | null, now: Date): boolean =>
  day !== null && day > new Date(now.getTime() + DAY_MS).toISOString().slice(0, DAY_CHARS);

/** Day → its rows, and whose they are. */
type Recount = ReadonlyMap<string, { readonly rows: number; readonly people: number }>;

const NOTHING: Recount = new Map();

/**
 * A row that leads to nobody (a pseudo-person, an empty link) is taken for gone: whoever stood behind it has left, and it is no person. Its
 * day has fewer rows then than the figure says, and proves nothing but the people who are still there.
 */
async function recount(
  reader: Connector,
  { source, isPseudo }: { readonly source: Collection; readonly isPseudo: boolean },
  rowsMax: number,
): Promise<Recount | ConnectorFailure> {
  const owner = must(source.links.find((l) => l.role === "owner")?.from, "the map was validated");
  const isNobody = (cell: Cell): boolean => cell === null || (isPseudo && isPseudoKey(cell));
  const at = must(source.anchors["creation"], "the map was validated");
  const read = await readSome(reader, source.name, [at, ...owner], rowsMax);
  if (!read.ok) return read;
  // A count of a part would find too few people: then nothing is counted.
  if (read.cut) return NOTHING;
  const days = new Map<string, { rows: number; people: Set<string> }>();
  for (const [moment, ...who] of read.rows) {
    const day = dayOf(moment);
    if (day === null || who.some(isNobody)) continue;
    const known = days.get(day) ?? { rows: 0, people: new Set() };
    known.rows += 1;
    known.people.add(JSON.stringify(who));
    days.set(day, known);
  }
  return new Map([...days].map(([day, { rows, people }]) => [day, { rows, people: people.size }]));
}

/** Whether its owners may be pseudo-people. */
const leadsToPseudo = ({ links }: Collection, all: readonly Collection[]): boolean =>
  links.some(
    (l) => l.role === "owner" && all.some((c) => c.name === l.to.collection && c.standIn !== undefined),
  );

/** What is read at most of each is bounded by itself; counting the rows behind the figures is what costs. */
export const figuresLooks: Looks<"figures"> = async ({ store, collection }, { map }) => {
  const of = map.stores.find((s) => s.store === store)?.collections.find((c) => c.name === collection);
  return [{ ask: "count", query: { collection: of?.figures?.counted?.from ?? collection } }];
};

export const takeFigures: Take<"figures"> = async (measure, context) => {
  const refused = tooMuch(measure, context);
  if (refused !== null) return refused;
  const { store, collection, least } = measure;
  const { now } = context;
  const reader = context.readers[store];
  if (reader === undefined) return noStore(store);
  const collections = context.map.stores.find((s) => s.store === store)?.collections ?? [];
  const figures = must(collections.find((c) => c.name === collection)?.figures, "asked only of figures");
  const { counted } = figures;
  const names = await rowNames(context, measure);
  const fields = counted === null ? [figures.people] : [figures.people, counted.day, counted.rows];
  const wanted = [...names.key, ...fields];
  const read = await readSome(reader, collection, wanted, Math.min(FIGURES_MAX, measure.rowsMax));
  if (!read.ok) return failed(store, read, collection);
  const rows = read.cut ? await reader.count({ collection }) : { ok: true as const, value: read.rows.length };
  if (!rows.ok) return failed(store, rows, collection);
  const source = collections.find((c) => c.name === counted?.from);
  const isOneEach = source !== undefined && isOfOne(source);
  const again =
    source === undefined
      ? NOTHING
      : await recount(reader, { source, isPseudo: leadsToPseudo(source, collections) }, measure.rowsMax);
  if ("ok" in again) return failed(store, again, source?.name);
  const seen = { few: 0, wrong: 0, confirmed: 0 };
  for (const row of read.rows) {
    const key = row.slice(0, names.key.length);
    const [people = null, day, count] = row.slice(names.key.length);
    const found = again.get(dayOf(day) ?? "");
    // Fewer rows than there were: some people have left since, and what is left says nothing about how many there were.
    const whole = found !== undefined && found.rows === Number(count);
    if (people === null || !(Number(people) >= least)) {
      seen.few += 1;
      names.note(`a figure of fewer than ${least} people`, key);
    } else if (
      (whole && found.people < least) ||
      (isOneEach && isOfFewer(count, least)) ||
      isToCome(dayOf(day), now)
    ) {
      seen.wrong += 1;
      names.note("a figure that says more people than stand behind it", key);
    } else if (found !== undefined && found.people >= least) seen.confirmed += 1;
  }
  const bad = seen.few + seen.wrong;
  const what = `${bad} of ${read.rows.length} figures of \`${collection}\` are of fewer than ${least} people`;
  const counts = bad === 0 ? [] : [{ what, store, collection, field: figures.people, rows: bad }];
  const evidence = [...counts, ...names.evidence()];
  return { reading: "figures", rows: rows.value, examined: read.rows.length, ...seen, evidence };
};
