/** What a law has kept, and for how long. Format: spec/law.md. */
import { placesAround } from "./jurisdiction.ts";
import { RETENTIONS, type RetentionRow } from "./retention.table.ts";
import { type Found, rowsOn } from "./row.ts";

/** The duties to keep that hold in a place on a day. What is not here is unknown, not free. */
export function retentionsIn(place: string, on: Date): readonly Found<RetentionRow>[] {
  const around = placesAround(place, on);
  return rowsOn(RETENTIONS, on, (row) => around.includes(row.in));
}
