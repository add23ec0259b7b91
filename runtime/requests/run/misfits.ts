/**
 * Rows that no request can find: a place that says whose they are holds something that names nobody (spec/data-map.md, "Inside a column"). They
 * do not stop a request; whoever carries it out is told.
 */
import type { Collection } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "./estate.ts";
import type { RightRunner } from "./run.ts";

/** A look reads the collection once; a longer one is said to be not looked at. */
const ROWS_MAX = 1_000_000;

export const reportingMisfits = (runner: RightRunner): RightRunner => ({
  ...runner,
  async run(context) {
    const outcome = await runner.run(context);
    if (!["closed", "not_done", "planned"].includes(outcome.state)) return outcome;
    const notes = await misfitNotes(context.estate);
    return notes.length === 0 ? outcome : { ...outcome, notes: [...outcome.notes, ...notes] };
  },
});

async function misfitNotes(estate: BoundEstate): Promise<string[]> {
  const notes: string[] = [];
  for (const [id, c] of estate.graph.collections) {
    const fields = tellingPlaces(c);
    const { reader } = must(estate.stores[c.store], "bound stores are connected");
    if (fields.length === 0 || reader.misfits === undefined) continue;
    const shown = `\`${c.store}/${c.name}\``;
    const rows = estate.estimates.get(id) ?? 0;
    if (rows > ROWS_MAX) {
      notes.push(
        `${shown}: whether \`${fields.join("`, `")}\` can be read in all of about ${rows} rows was not looked at`,
      );
      continue;
    }
    const answer = await reader.misfits({ collection: c.name, fields });
    if (!answer.ok) {
      notes.push(
        `${shown}: whether \`${fields.join("`, `")}\` can be read was not found out: ${answer.reason}`,
      );
      continue;
    }
    for (const { field, rows: odd } of answer.value.filter((m) => m.rows > 0))
      notes.push(
        `${shown}: in ${odd} ${odd === 1 ? "row" : "rows"} \`${field}\` holds nothing that can name anybody; no request finds them by it`,
      );
  }
  return notes;
}

/** Places that say whose a row is. */
function tellingPlaces(c: Collection): readonly string[] {
  const named = new Set([...c.links.flatMap((l) => l.from), ...c.identities.map((i) => i.field)]);
  return c.fields.flatMap((f) => (f.path !== undefined && named.has(f.name) ? [f.name] : []));
}
