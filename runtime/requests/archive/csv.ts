/** A cell as CSV (RFC 4180) that a spreadsheet opens without running any of it. */

/** Spreadsheets run what starts with these signs as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvCell(cell: string | null | undefined): string {
  if (cell === null || cell === undefined) return "";
  const text = FORMULA.test(cell) && !/^[+-]?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
