import { idOf } from "@avow/core/datamap/model";
import { ambiguousAccounts, type Captured, type Cells } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { access as right } from "@avow/core/rights/access/right";
import { must } from "@avow/core/terms/assert";
import { type ArchiveCollection, writeArchive } from "../archive.ts";
import { redaction } from "../archive-cells.ts";
import { capture, StoreFailed } from "../ask.ts";
import type { BoundEstate } from "../estate.ts";
import { nothing, type RequestOutcome, type RightRunner, type RunContext } from "../run.ts";

export const access: RightRunner = { name: right.name, run };

const KEYS_A_READ_MAX = 50_000;

async function run(context: RunContext): Promise<RequestOutcome> {
  const state = await capture(context.estate, context.identities);
  const ambiguous = ambiguousAccounts(state);
  if (ambiguous.length > 0)
    return nothing("ambiguous_identity", [
      `the identities lead to several accounts in \`${ambiguous.join("`, `")}\`: name the one that is meant by its own id`,
    ]);
  const shown = [...state.collections.values()].filter((c) => keysShown(c).length > 0);
  if (shown.length === 0) return nothing("not_found", ["nobody is known by these identities"]);
  const plan = shown.map(
    (c): PlanLine => ({
      store: c.collection.store,
      collection: c.collection.name,
      action: "read",
      rows: keysShown(c).length,
    }),
  );
  if (!(await context.approve(plan)) || context.archive === undefined)
    return { ...nothing("planned", []), plan };
  // Whom it is about, so that an erasure finds the archive; the rows are read when they are written.
  await context.journal.saveCapture({ identities: state.identities, collections: [] });
  await context.journal.savePlan(plan);
  const written = await writeArchive(
    context.archive,
    shown.map((c) => archiveCollection(context.estate, c, redaction(c.collection, state.collections))),
  );
  context.onProgress?.("archive written");
  const results = written.map((w) => ({ ...w, result: "done" as const }));
  return { state: "closed", plan, results, kept: [], notes: [] };
}

/** What only mentions the person is somebody else's. */
const keysShown = (c: Captured) =>
  [...c.rows.values()].filter((r) => r.reach !== "mention").map((r) => r.key);

function archiveCollection(
  estate: BoundEstate,
  captured: Captured,
  redact: (row: Cells) => Cells,
): ArchiveCollection {
  const { collection } = captured;
  const { reader } = must(estate.stores[collection.store], "bound stores are connected");
  const keys = keysShown(captured);
  const types = estate.types.get(idOf(collection));
  const keyFields = must(estate.keys.get(idOf(collection)), "bound");
  return {
    store: collection.store,
    collection: collection.name,
    class: collection.class,
    fields: collection.fields.map((f) => ({ ...f, type: types?.get(f.name) ?? null })),
    orderBy: [collection.anchors["creation"], ...keyFields].filter((f) => f !== undefined),
    async *rows() {
      for (let from = 0; from < keys.length; from += KEYS_A_READ_MAX) {
        const anyOf = [{ fields: keyFields, tuples: keys.slice(from, from + KEYS_A_READ_MAX) }];
        for await (const batch of reader.read({
          collection: collection.name,
          fields: collection.fields.map((f) => f.name),
          anyOf,
        })) {
          if (!batch.ok) throw new StoreFailed(collection.store, batch);
          yield batch.value.map(redact);
        }
      }
    },
  };
}
