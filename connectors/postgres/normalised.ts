/** The normal form of a text, made in the store (spec/person.md). */
import type { Normaliser } from "@avow/core/terms/person";
import type { Catalogue } from "./catalogue.ts";

/** What ECMAScript's `trim` takes away, so that both sides agree on an address with a stray tab or a blank from a web page. */
const ASCII_BLANKS = String.raw` \t\n\r\f\u000b`;
const UNICODE_BLANKS =
  ASCII_BLANKS +
  [
    "00a0",
    "1680",
    ...Array.from({ length: 11 }, (_, i) => (0x2000 + i).toString(16)),
    "2028",
    "2029",
    "202f",
    "205f",
    "3000",
    "feff",
  ]
    .map((code) => String.raw`\u${code}`)
    .join("");

const UUID = "'^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'";

export function normalised(
  normaliser: Exclude<Normaliser, "exact">,
  sql: string,
  { folding, utf8 }: Catalogue,
): string {
  if (normaliser === "uuid") return `CASE WHEN ${sql} ~ ${UUID} THEN lower(${sql}) ELSE ${sql} END`;
  const trimmed = `btrim(${sql}, E'${utf8 ? UNICODE_BLANKS : ASCII_BLANKS}')`;
  if (normaliser === "email") return `lower(${trimmed}${folding})`;
  const bare = `CASE WHEN ${trimmed} LIKE '+%' THEN '+' ELSE '' END || regexp_replace(${trimmed}, '[^0-9]', '', 'g')`;
  return `regexp_replace(regexp_replace(${bare}, '^00', '+'), '^[+]$', '')`;
}
