/** Fields inside of fields: in a map they are places in the column (spec/data-map.md, "Inside a column"). */

/** As much of a Fides field as says where another one stands in it. */
export interface Nested<F> {
  readonly name: string;
  readonly fields?: readonly F[] | null | undefined;
  readonly fides_meta?: { readonly data_type?: unknown } | null | undefined;
  readonly fidesops_meta?: { readonly data_type?: unknown } | null | undefined;
}

export interface Leaf<F> {
  readonly field: F;
  /** From the column on, as a map writes it: `address.street`, `members[*].id`. */
  readonly path: string;
  /** Where it stands in the file, from the column on. */
  readonly at: readonly PropertyKey[];
}

const EACH = "[*]";
const isList = <F>({ fides_meta, fidesops_meta }: Nested<F>): boolean => {
  const type = (fides_meta ?? fidesops_meta)?.data_type;
  return typeof type === "string" && type.endsWith("[]");
};
const keyOf = (name: string): string => (/[.[\]"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** Everything that stands in a column and holds nothing else itself; none where the column is one value. */
export function leavesIn<F extends Nested<F>>(column: F): readonly Leaf<F>[] {
  const below = (f: F, prefix: string, at: readonly PropertyKey[]): readonly Leaf<F>[] =>
    (f.fields ?? []).flatMap((inner, i): readonly Leaf<F>[] => {
      const here = [...at, "fields", i];
      const path = `${prefix === "" ? "" : `${prefix}.`}${keyOf(inner.name)}${isList(inner) ? EACH : ""}`;
      const further = below(inner, path, here);
      return further.length > 0 ? further : [{ field: inner, path, at: here }];
    });
  return below(column, isList(column) ? EACH : "", []);
}

/** A map's path runs over one list at most. */
export const isPlace = ({ path }: { readonly path: string }): boolean => path.split(EACH).length <= 2;

export const isInList = ({ path }: { readonly path: string }): boolean => path.includes(EACH);
