/**
 * What `avow grants` prints for MariaDB. Rights are given field by field. The right to refer lets an account see which tables and fields
 * there are, but nothing of what they hold: without it a field that is not in the map would stay unseen.
 */
import type { AccessNeed, GrantRequest } from "@avow/runtime/connector-kit/contract";
import { optionsOf } from "./address.ts";
import { literal, quoted, tableName } from "./name.ts";
import { freeingFields } from "./ring.ts";

const list = (fields: readonly string[]): string => `(${[...new Set(fields)].map(quoted).join(", ")})`;

function rights({ read, set, remove, insert = [] }: AccessNeed): string {
  return [
    ...(read.length > 0 ? [`SELECT ${list(read)}`] : []),
    ...(set.length > 0 ? [`UPDATE ${list(set)}`] : []),
    ...(insert.length > 0 ? [`INSERT ${list(insert)}`] : []),
    ...(remove ? ["DELETE"] : []),
  ].join(", ");
}

/** Fields that the store stamps are set to what they hold, or else a mask would change them. */
function kept(need: AccessNeed): AccessNeed {
  if (need.set.length === 0) return need;
  const stamped = need.collection.fields.filter((field) => field.stamped).map((field) => field.name);
  return { ...need, read: [...need.read, ...stamped], set: [...need.set, ...stamped] };
}

export function grants({ url, access, needs }: GrantRequest): readonly string[] {
  const { user = "", database = "" } = optionsOf(url);
  const account = `${literal(user)}@'%'`;
  const freed =
    access === "erase"
      ? freeingFields(needs.filter(({ remove }) => remove).map((n) => n.collection))
      : new Map<string, readonly string[]>();
  const lines = needs
    .map((need) => ({ ...need, set: [...need.set, ...(freed.get(need.collection.name) ?? [])] }))
    .map(kept)
    .map(
      (need) =>
        `GRANT ${rights(need)} ON ${quoted(database)}.${quoted(tableName(need.collection.name))} TO ${account};`,
    );
  // For a whole database the name is a pattern.
  const pattern = quoted(database.replace(/[_%\\]/g, "\\$&"));
  return [...(access === "read" ? [`GRANT REFERENCES ON ${pattern}.* TO ${account};`] : []), ...lines];
}
