/** Gives the person a file: the rows and fields that a right says, read again by their keys and streamed into an archive. */
import { idOf } from "@avow/core/datamap/model";
import { ambiguousAccounts, type Capture, type Cells, fieldsOfLink } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { fieldsForScope, isTimed, type Scope } from "@avow/core/plan/scope";
import { type Shown, seen } from "@avow/core/plan/shown";
import { must } from "@avow/core/terms/assert";
import { redaction } from "../archive/cells.ts";
import { LIST } from "../archive/json.ts";
import { rowSchema } from "../archive/row-schema.ts";
import { type ArchiveCollection, writeArchive } from "../archive/write.ts";
import { capture, StoreFailed } from "./ask.ts";
import type { BoundEstate } from "./estate.ts";
import { nothing, type RequestOutcome, type RunContext } from "./run.ts";

const KEYS_A_READ_MAX = 50_000;

export interface Gift {
  readonly shown: (state: Capture, scope: Scope | null) => readonly Shown[];
  /** A JSON Schema goes beside each file. */
  readonly withSchema: boolean;
}

export async function give(context: RunContext, { shown, withSchema }: Gift): Promise<RequestOutcome> {
  const { estate } = context;
  const scope = context.asked?.scope ?? null;
  const state = await capture(estate, context.identities, undefined, fieldsForScope(estate.graph, scope));
  const ambiguous = ambiguousAccounts(state);
  if (ambiguous.length > 0)
    return nothing("ambiguous_identity", [
      `the identities lead to several accounts in \`${ambiguous.join("`, `")}\`: name the one that is meant by its own id`,
    ]);
  if (seen(state, null).length === 0) return nothing("not_found", ["nobody is known by these identities"]);
  const all = shown(state, scope);
  const plan = all.map(
    ({ captured: { collection }, rows }): PlanLine => ({
      store: collection.store,
      collection: collection.name,
      action: "read",
      rows: rows.length,
    }),
  );
  if (!(await context.approve(plan, state.identities)) || context.archive === undefined)
    return { ...nothing("planned", []), plan };
  // Whom it is about, so that an erasure finds the archive; the rows are read when they are written.
  await context.journal.saveCapture({ identities: state.identities, collections: [] });
  context.atPoint?.("captured");
  await context.journal.savePlan(plan);
  context.atPoint?.("planned");
  const written = await writeArchive(
    context.archive,
    all.map((s, i) => {
      const part = archiveCollection({ estate, state, withSchema }, s);
      return i < all.length - 1 ? part : announced(part, () => context.atPoint?.("intended"));
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

function scopeNotes(all: readonly Shown[], scope: Scope | null): string[] {
  if (scope === null) return [];
  const notes = all.length === 0 ? ["the person is known, and nothing of theirs is in this scope"] : [];
  return isTimed(scope) ? [...notes, "rows without a date of creation are in no scope of time"] : notes;
}

interface Archiving {
  readonly estate: BoundEstate;
  readonly state: Capture;
  readonly withSchema: boolean;
}

function archiveCollection({ estate, state, withSchema }: Archiving, shown: Shown): ArchiveCollection {
  const { captured, rows, fields } = shown;
  const { collection, key } = captured;
  const { reader } = must(estate.stores[collection.store], "bound stores are connected");
  const keys = rows.map((r) => r.key);
  const types = estate.types.get(idOf(collection));
  const shownNames = fields.map((f) => f.name);
  // Whether a field names somebody else is told by all fields of the row's links, shown or not.
  const names = [...new Set([...shownNames, ...collection.links.flatMap(fieldsOfLink)])];
  const redact = redaction(collection, state.collections, names);
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
    ...(withSchema ? { schema: rowSchema(estate, shown) } : {}),
    async *rows(): AsyncGenerator<readonly Cells[]> {
      for (let from = 0; from < keys.length; from += KEYS_A_READ_MAX) {
        const anyOf = [{ fields: key, tuples: keys.slice(from, from + KEYS_A_READ_MAX) }];
        for await (const batch of reader.read({ collection: collection.name, fields: names, anyOf })) {
          if (!batch.ok) throw new StoreFailed(collection.store, batch);
          yield batch.value.map((row) => redact(row).slice(0, shownNames.length));
        }
      }
    },
  };
}
