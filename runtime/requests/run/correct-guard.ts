/**
 * A row that a correction sets must still be what the look before saw: the person's, and with the text that is wrong. Both stand in the
 * condition of the act itself, so that a row which the application gives to somebody else in between, or has put right, is not touched.
 */
import type { Capture, Captured, CapturedRow, Tuple } from "@avow/core/plan/capture";
import { cellsOf, fieldsOfLink, tupleKey } from "@avow/core/plan/capture";
import type { ValueChange } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { holdsTexts } from "./correct-settled.ts";
import type { BoundEstate } from "./estate.ts";

export interface Guarded extends ValueChange {
  readonly where: { readonly fields: readonly string[]; readonly tuples: readonly Tuple[] };
}

/** Split by the fields that tell: a condition has no way to say that one is empty. */
export function guarded(estate: BoundEstate, state: Capture, change: ValueChange): readonly Guarded[] {
  const captured = must(state.collections.get(change.collection), "changes are about captured rows");
  const rows = change.keys.map((key) =>
    must(captured.rows.get(tupleKey(key)), "changes are about captured rows"),
  );
  const groups = Map.groupBy(rows, (row) =>
    JSON.stringify(tellingFields({ estate, state, captured, change }, row)),
  );
  return [...groups.values()].map((group): Guarded => {
    const [first] = group;
    const fields = [
      ...captured.key,
      ...tellingFields({ estate, state, captured, change }, must(first, "groups are not empty")),
    ];
    const tuples = group.map((row) => {
      const told = cellsOf(captured.fields, fields.slice(captured.key.length), row.current ?? []);
      return [...row.key, ...must(told, "what tells is not empty")];
    });
    return { ...change, keys: group.map((row) => row.key), where: { fields, tuples } };
  });
}

interface Telling {
  readonly estate: BoundEstate;
  readonly state: Capture;
  readonly captured: Captured;
  readonly change: ValueChange;
}

/** Whose the row is, and of what is set the texts: types that are none may know no equality. */
function tellingFields({ estate, state, captured, change }: Telling, row: CapturedRow): readonly string[] {
  const { collection, key, fields } = captured;
  const current = row.current ?? [];
  const links = collection.links.filter((l) => l.each === undefined && state.leadsHome(captured, l, current));
  const names = [
    ...links.flatMap(fieldsOfLink),
    ...collection.identities.filter((i) => !i.shared && i.each !== true).map((i) => i.field),
    ...Object.keys(change.values).filter((field) =>
      holdsTexts(estate, { collection: change.collection, field }),
    ),
  ];
  const isPlace = (field: string): boolean =>
    collection.fields.some((f) => f.name === field && f.path !== undefined);
  return [...new Set(names)].filter(
    (f) =>
      !key.includes(f) && !isPlace(f) && (current[fields.indexOf(f)] ?? null) !== null && fields.includes(f),
  );
}
