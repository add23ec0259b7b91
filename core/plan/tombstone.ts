/**
 * What a tombstone looks like in a store's text: see spec/connector.md, "mutate". People write such values themselves (a name of `f`), so it
 * says something only about a row that was set; and the key of a row (`3`) may be one, in a field of one character.
 */

/** Zeros in front and a mark of ours: no generator comes to these 64 bits, and nobody writes them. Of version 4, as MariaDB takes not all others. */
const UUID = "00000000-0000-4e4a-a[0-9a-f]{3}-[0-9a-f]{12}";
const FORMS: readonly string[] = [
  "e(r(a(s(e(d(-.*)?)?)?)?)?)?",
  // A unique text with little room.
  "[0-9a-f]|e[0-9a-f]{1,13}",
  "0000|0\\.0+|false|\\{\\}|\\[\\]|\\\\x|0\\.0\\.0\\.0(\\/\\d+)?|1970-01-01.*|0x0+|::|00:00:00(\\.0+)?|",
  UUID,
  // Of an element of a list.
  "00000000-0000-0000-0000-000000000000",
];

export const TOMBSTONE: RegExp = new RegExp(`^(${FORMS.join("|")})$`);

export const UUID_TOMBSTONE: RegExp = new RegExp(`^${UUID}$`);
