/** Gives the person a file: the rows and fields that a right says, read again by their keys and streamed into an archive. */
import { type Collection, idOf } from "@avow/core/datamap/model";
import {
  ambiguousAccounts,
  type Capture,
  type Captured,
  type Cells,
  fieldsOfLink,
  type Question,
  severalAccounts,
} from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { kindsOf, UnmatchedRow } from "@avow/core/plan/notation";
import { fieldsForScope, isTimed, type Scope } from "@avow/core/plan/scope";
import { type Shown, type Streamed, seen, streamable, streamed } from "@avow/core/plan/shown";
import { must } from "@avow/core/terms/assert";
import { isOfCollation } from "@avow/core/terms/notations";
import type { Answer } from "../../connector-kit/contract.ts";
import { type PackedRows, pack, unpacked } from "../../connector-kit/packed.ts";
import { redaction } from "../archive/cells.ts";
import { LIST } from "../archive/json.ts";
import { rowSchema } from "../archive/row-schema.ts";
import type { ArchiveCollection } from "../archive/write.ts";
import { capture, notSupported, StoreFailed } from "./ask.ts";
import { atOnce } from "./at-once.ts";
import type { BoundEstate } from "./estate.ts";
import { nothing, type RequestOutcome, type RunContext } from "./run.ts";

const KEYS_A_READ_MAX = 50_000;
/** Of rows that were texts: what is held twice. */
const PACKED_ROWS_MAX = 500;

export interface Gift {
  readonly shown: (state: Capture, scope: Scope | null) => readonly Shown[];
  /** A JSON Schema goes beside each file. */
  readonly withSchema: boolean;
  /** Every row that leads to the person is given: what nothing hangs on need not be held before. */
  readonly streams: boolean;
}

/** What is given of one collection. */
interface Part extends Pick<Shown, "captured" | "fields"> {
  readonly rows: number;
  /** Each finds some of the rows, all together find each row once. */
  readonly reads: readonly Question["anyOf"][];
  /** Asked by links, and never held against what was asked. */
  readonly unseen: boolean;
}

export async function give(context: RunContext, gift: Gift): Promise<RequestOutcome> {
  const { estate } = context;
  const scope = context.asked?.scope ?? null;
  const left = gift.streams ? streamable(estate.graph, scope) : new Set<string>();
  const also = fieldsForScope(estate.graph, scope);
  const state = await capture(estate, context.identities, undefined, also, left);
  if (ambiguousAccounts(state).length > 0)
    return nothing("ambiguous_identity", [severalAccounts(state, context.identities)]);
  if (seen(state, null).length === 0) return nothing("not_found", ["nobody is known by these identities"]);
  const further = await atOnce(streamed(state, left, scope), (s) => streamedPart(estate, s));
  const all = [...gift.shown(state, scope).map(heldPart), ...further.filter((p) => p.rows > 0)];
  const order = [...state.collections.values()];
  all.sort((a, b) => order.indexOf(a.captured) - order.indexOf(b.captured));
  const plan = all.map(
    ({ captured: { collection }, rows }): PlanLine => ({
      store: collection.store,
      collection: collection.name,
      action: "read",
      rows,
    }),
  );
  if (!(await context.approve(plan, state.identities)) || context.archive === undefined)
    return { ...nothing("planned", []), plan };
  // Whom it is about, so that an erasure finds the archive; the rows are read when they are written.
  await context.journal.saveCapture({ identities: state.identities, collections: [] }, plan);
  context.atPoint?.("captured");
  context.atPoint?.("planned");
  const { writeArchive } = await import("../archive/write.ts");
  const written = await writeArchive(
    context.archive,
    all.map((part, i) => {
      const made = archiveCollection({ estate, state, withSchema: gift.withSchema }, part);
      return i < all.length - 1 ? made : announced(made, () => context.atPoint?.("intended"));
    }),
  );
  context.atPoint?.("acted");
  context.onProgress?.("archive written");
  const results = written.map((w) => ({ ...w, result: "done" as const }));
  return { state: "closed", plan, results, kept: [], notes: scopeNotes(all, scope) };
}

const announced = (part: ArchiveCollection, say: () => void): ArchiveCollection => ({
  ...part,
  rows: () => {
    say();
    return part.rows();
  },
});

function heldPart({ captured, fields, rows }: Shown): Part {
  const { key } = captured;
  const keys = rows.map((r) => r.key);
  return {
    captured,
    fields,
    rows: rows.length,
    reads: chunked(keys, KEYS_A_READ_MAX).map((tuples) => [{ fields: key, tuples }]),
    unseen: false,
  };
}

async function streamedPart(estate: BoundEstate, { captured, fields, anyOf }: Streamed): Promise<Part> {
  const [only, ...more] = anyOf;
  // A row that two links lead to is found once only when one question asks for both.
  const reads =
    only === undefined || more.length > 0
      ? [anyOf]
      : chunked(only.tuples, KEYS_A_READ_MAX).map((tuples) => [{ ...only, tuples }]);
  const { store, name } = captured.collection;
  const { reader } = must(estate.stores[store], "bound stores are connected");
  let rows = 0;
  for (const read of reads) {
    const count = await reader.count({ collection: name, anyOf: read });
    if (!count.ok) throw new StoreFailed(store, count);
    rows += count.value;
  }
  return { captured, fields, rows, reads, unseen: true };
}

function chunked<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let from = 0; from < all.length; from += length) chunks.push(all.slice(from, from + length));
  return chunks;
}

function scopeNotes(all: readonly Part[], scope: Scope | null): string[] {
  if (scope === null) return [];
  const notes = all.length === 0 ? ["the person is known, and nothing of theirs is in this scope"] : [];
  return isTimed(scope) ? [...notes, "rows without a date of creation are in no scope of time"] : notes;
}

interface Archiving {
  readonly estate: BoundEstate;
  readonly state: Capture;
  readonly withSchema: boolean;
}

/** Whether a collation, or a store that folds letters in its own way, may find beyond what is known of it. */
function mayFindOthers(estate: BoundEstate, collection: Collection): boolean {
  const kinds = kindsOf(estate.graph, idOf(collection), collection.links.flatMap(fieldsOfLink)) ?? [];
  return kinds.some(isOfCollation) || collection.links.some((l) => l.normalisers !== undefined);
}

/** What is found beyond that may be somebody else's: then nothing is given. */
function checkTheirs(state: Capture, rows: Captured, batch: readonly Cells[]): void {
  const { collection } = rows;
  for (const cells of batch) {
    if (collection.links.some((l) => state.leadsHome(rows, l, cells))) continue;
    throw notSupported(collection.store, new UnmatchedRow(idOf(collection)));
  }
}

function archiveCollection({ estate, state, withSchema }: Archiving, part: Part): ArchiveCollection {
  const { captured, fields, reads } = part;
  const { collection, key } = captured;
  const types = estate.types.get(idOf(collection));
  const shownNames = fields.map((f) => f.name);
  return {
    store: collection.store,
    collection: collection.name,
    class: collection.class,
    fields: fields.map(({ name, category, path }) => ({
      name,
      category,
      type: path !== undefined && path.each !== null ? LIST : (types?.get(name) ?? null),
    })),
    orderBy: [collection.anchors["creation"] ?? "", ...key].filter((f) => shownNames.includes(f)),
    ...(withSchema ? { schema: rowSchema(estate, part) } : {}),
    async *rows(): AsyncGenerator<PackedRows> {
      const read = reading({ estate, state }, part, shownNames);
      for (const anyOf of reads) yield* read(anyOf);
    },
  };
}

type Read = (anyOf: Question["anyOf"]) => AsyncGenerator<PackedRows>;

/** As bytes where the store has them and most rows are shown as they are, else as texts. */
function reading(
  { estate, state }: Pick<Archiving, "estate" | "state">,
  { captured, unseen }: Part,
  shownNames: readonly string[],
): Read {
  const { collection } = captured;
  const { reader } = must(estate.stores[collection.store], "bound stores are connected");
  // Whether a field names somebody else is told by all fields of the row's links, shown or not.
  const names = [...new Set([...shownNames, ...collection.links.flatMap(fieldsOfLink)])];
  const { row: redact, areShownAsTheyAre } = redaction(collection, state, names);
  const closely = unseen && mayFindOthers(estate, collection);
  const readPacked = closely || areShownAsTheyAre === null ? undefined : reader.readPacked;
  const held = <T>(batch: Answer<T>): T => {
    if (!batch.ok) throw new StoreFailed(collection.store, batch);
    return batch.value;
  };
  const shown = function* (rows: readonly Cells[]): Generator<PackedRows> {
    if (closely) checkTheirs(state, { ...captured, fields: names }, rows);
    for (const some of chunked(rows, PACKED_ROWS_MAX)) yield pack(some.map(redact));
  };
  return async function* (anyOf) {
    const query = { collection: collection.name, fields: names, anyOf };
    if (readPacked === undefined) {
      for await (const batch of reader.read(query)) yield* shown(held(batch));
      return;
    }
    for await (const batch of readPacked(query)) {
      const rows = held(batch);
      if (areShownAsTheyAre?.(rows) === true) yield rows;
      else yield* shown(unpacked(rows, names.length));
    }
  };
}
