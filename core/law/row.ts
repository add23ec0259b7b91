/**
 * The rows of the law tables: a value, the article that it rests on, and the days on which it holds. Format, look-ups and limits are
 * in spec/law.md. What is not in a table is unknown, and unknown is never taken for a permission.
 */
import { must } from "../terms/assert.ts";
import { LAWS } from "./laws.table.ts";

/** A day of the calendar, `2026-11-25`; it sorts as text. */
export type Day = string;

export interface Row<V> {
  readonly value: V;
  /** A key of the table of laws. */
  readonly law: string;
  readonly article: string;
  /** First and last day on which the row holds. */
  readonly from: Day;
  readonly until?: Day;
  readonly note?: string;
  /** The month in which a second source was read for this row; without it, the row rests on knowledge of the text alone. */
  readonly confirmed?: string;
}

/** A row as look-ups give it: with the citation spelled out. */
export type Found<R> = R & { readonly cited: string; readonly source: string };

export const dayOf = (at: Date): Day => at.toISOString().slice(0, 10);

export const dateOf = (day: Day): Date => new Date(`${day}T00:00:00.000Z`);

/** Whether a row holds on a day. */
export const holdsOn = (row: { readonly from: Day; readonly until?: Day }, day: Day): boolean =>
  row.from <= day && (row.until === undefined || day <= row.until);

export function cite<R extends { readonly law: string; readonly article: string }>(row: R): Found<R> {
  const law = must(LAWS[row.law], `the table of laws lacks ${row.law}`);
  return { ...row, cited: `${row.law} ${row.article}`, source: `${law.title}, ${law.source}` };
}

/** The rows of a table that hold on a day and pass a test, cited. */
export function rowsOn<R extends Row<unknown>>(
  rows: readonly R[],
  on: Date,
  wanted: (row: R) => boolean,
): readonly Found<R>[] {
  const day = dayOf(on);
  return rows.filter((row) => holdsOn(row, day) && wanted(row)).map((row) => cite(row));
}
