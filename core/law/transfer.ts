/** Whether a place is recognised by another's law as protecting data well enough, and by which other means data may go. Format: spec/law.md. */
import { ADEQUACY, type AdequacyRow } from "./adequacy.table.ts";
import { placesAround, regimesOf } from "./jurisdiction.ts";
import { MECHANISMS, type Mechanism, type MechanismRow } from "./mechanisms.table.ts";
import { type Found, rowsOn } from "./row.ts";

export type RecipientStatus = NonNullable<AdequacyRow["value"]["only"]>;

export type Adequacy =
  /** No transfer abroad: both lie in this place, under one law. */
  | { readonly kind: "inside"; readonly area: string }
  | { readonly kind: "adequate"; readonly row: Found<AdequacyRow> }
  /** Adequate only for recipients with a status that this one is not said to have. */
  | { readonly kind: "only"; readonly status: RecipientStatus; readonly row: Found<AdequacyRow> }
  /** The law of the exporter restricts transfers and recognises this destination by no decision that the table knows. */
  | { readonly kind: "none" }
  /** The tables do not know the exporter's rules. Unknown is no permission. */
  | { readonly kind: "unknown" };

/** What adequacy says of data that goes from one place to another on a day; `recipient` is what the recipient can show. */
export function adequate(transfer: {
  readonly from: string;
  readonly to: string;
  readonly on: Date;
  readonly recipient?: readonly RecipientStatus[];
}): Adequacy {
  const { from, to, on, recipient = [] } = transfer;
  const exporters = placesAround(from, on);
  const destinations = placesAround(to, on);
  const area = exporters.find((place) => destinations.includes(place));
  if (area !== undefined) return { kind: "inside", area };
  const rows = rowsOn(
    ADEQUACY,
    on,
    (row) => exporters.includes(row.exporter) && destinations.includes(row.to),
  );
  const open = rows.find(({ value }) => value.only === undefined || recipient.includes(value.only));
  if (open !== undefined) return { kind: "adequate", row: open };
  const [row] = rows;
  if (row?.value.only !== undefined) return { kind: "only", status: row.value.only, row };
  return { kind: mechanismsOf(from, on).length > 0 ? "none" : "unknown" };
}

/** The means that the laws of a place recognise for data that leaves it; empty where the table knows none. */
export function mechanismsOf(from: string, on: Date): readonly Found<MechanismRow>[] {
  const regimes = new Set(regimesOf(from, on).map((r) => r.regime));
  return rowsOn(MECHANISMS, on, (row) => regimes.has(row.regime));
}

/** Which of the laws of a place recognise a means, and which do not; laws of which the table knows no means are in neither list. */
export function recognised(
  mechanism: Mechanism,
  from: string,
  on: Date,
): { readonly by: readonly Found<MechanismRow>[]; readonly notBy: readonly string[] } {
  const rows = mechanismsOf(from, on);
  const by = rows.filter((row) => row.mechanism === mechanism);
  const recognising = new Set(by.map((row) => row.regime));
  const notBy = new Set(rows.map((row) => row.regime).filter((regime) => !recognising.has(regime)));
  return { by, notBy: [...notBy] };
}
