/** Gives the person a file: the rows and fields that a right says, read again by their keys and streamed into an archive. */
import { idOf } from "@avow/core/datamap/model";
import {
  ambiguousAccounts,
  type Capture,
  type Captured,
  type Cells,
  fieldsOfLink,
  type Question,
  severalAccounts,
  type Tuple,
} from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { kindsOf, UnmatchedRow } from "@avow/core/plan/notation";
import { fieldsForScope, isTimed, type Scope } from "@avow/core/plan/scope";
import { type Shown, type Streamed, seen, streamable, streamed } from "@avow/core/plan/shown";
import { must } from "@avow/core/terms/assert";
import { isOfCollation } from "@avow/core/terms/notations";
import { redaction } from "../archive/cells.ts";
import { LIST } from "../archive/json.ts";
import { rowSchema } from "../archive/row-schema.ts";
import type { ArchiveCollection } from "../archive/write.ts";
import { capture, notSupported, StoreFailed } from "./ask.ts";
import { atOnce } from "./at-once.ts";
import type { BoundEstate } from "./estate.ts";
import { nothing, type RequestOutcome, type RunContext } from "./run.ts";

const KEYS_A_READ_MAX = 50_000;

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
  const ambiguous = ambiguousAccounts(state);
  if (ambiguous.length > 0) return nothing("ambiguous_identity", [severalAccounts(ambiguous)]);
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
    reads: chunked(keys).map((tuples) => [{ fields: key, tuples }]),
    unseen: false,
  };
}

async function streamedPart(estate: BoundEstate, { captured, fields, anyOf }: Streamed): Promise<Part> {
  const [only, ...more] = anyOf;
  // A row that two links lead to is found once only when one question asks for both.
  const reads =
    only === undefined || more.length > 0
      ? [anyOf]
      : chunked(only.tuples).map((tuples) => [{ ...only, tuples }]);
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

function chunked(tuples: readonly Tuple[]): readonly (readonly Tuple[])[] {
  const chunks: (readonly Tuple[])[] = [];
  for (let from = 0; from < tuples.length; from += KEYS_A_READ_MAX)
    chunks.push(tuples.slice(from, from + KEYS_A_READ_MAX));
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

/** What a collation, or a store that folds letters in its own way, finds beyond what is known of it may be somebody else's: then nothing is given. */
function checkTheirs(
  { estate, state }: Pick<Archiving, "estate" | "state">,
  rows: Captured,
  batch: readonly Cells[],
): void {
  const { collection } = rows;
  const id = idOf(collection);
  const kinds = kindsOf(estate.graph, id, collection.links.flatMap(fieldsOfLink)) ?? [];
  if (!kinds.some(isOfCollation) && collection.links.every((l) => l.normalisers === undefined)) return;
  for (const cells of batch) {
    if (collection.links.some((l) => state.leadsHome(rows, l, cells))) continue;
    throw notSupported(collection.store, new UnmatchedRow(id));
  }
}

function archiveCollection({ estate, state, withSchema }: Archiving, part: Part): ArchiveCollection {
  const { captured, fields, reads } = part;
  const { collection, key } = captured;
  const { reader } = must(estate.stores[collection.store], "bound stores are connected");
  const types = estate.types.get(idOf(collection));
  const shownNames = fields.map((f) => f.name);
  // Whether a field names somebody else is told by all fields of the row's links, shown or not.
  const names = [...new Set([...shownNames, ...collection.links.flatMap(fieldsOfLink)])];
  const isWhole = names.length === shownNames.length;
  const redact = redaction(collection, state, names);
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
    async *rows(): AsyncGenerator<readonly Cells[]> {
      for (const anyOf of reads) {
        for await (const batch of reader.read({ collection: collection.name, fields: names, anyOf })) {
          if (!batch.ok) throw new StoreFailed(collection.store, batch);
          if (part.unseen) checkTheirs({ estate, state }, { ...captured, fields: names }, batch.value);
          yield batch.value.map((row) => (isWhole ? redact(row) : redact(row).slice(0, shownNames.length)));
        }
      }
    },
  };
}
