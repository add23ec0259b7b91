/** Dates as stores write them out. */

/** Stores write `2024-02-29 10:00:00.123+00`; null for infinity and for what is no date. */
export function parseStoreDate(cell: string): Date | null {
  const counted = countedMs(cell);
  if (counted !== null) return new Date(counted);
  const iso = cell.replace(" ", "T").replace(/(T.*[+-]\d\d)$/, "$1:00");
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : iso.includes("T") ? `${iso}Z` : `${iso}T00:00:00Z`;
  const at = new Date(zoned);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Where a store has no dates, programs count: seconds since 1970 (nine or ten digits), milliseconds, or Julian days. */
function countedMs(cell: string): number | null {
  if (/^\d{9,10}(\.\d+)?$/.test(cell)) return Math.round(Number(cell) * 1_000);
  if (/^\d{12,13}$/.test(cell)) return Number(cell);
  return /^2\d{6}\.\d+$/.test(cell) ? Math.round((Number(cell) - 2_440_587.5) * 86_400_000) : null;
}
