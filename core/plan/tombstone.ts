/**
 * What a tombstone looks like in a store's text: see spec/data-map.md. People write such values themselves (a name of `f`), so it
 * says something only about a row that was set.
 */
export const TOMBSTONE =
  /^(e(r(a(s(e(d(-.*)?)?)?)?)?)?|e?[0-9a-f]{1,16}|0|0\.0+|f|false|\{\}|\[\]|\\x|0\.0\.0\.0(\/\d+)?|1970-01-01.*|00000000-0000-.*|0x0+|::|00:00:00(\.0+)?|)$/;
