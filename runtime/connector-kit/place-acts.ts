/** What a step sets inside of columns (spec/connector.md, "Places"), put together by column; and the text of a statement on the way. */
import type { MaskAct } from "@avow/core/datamap/model";
import type { Mutation } from "./contract.ts";
import { isPlace } from "./places.ts";

type SetMutation = Extract<Mutation, { act: "set" }>;

export interface PlaceAct<P> {
  readonly place: P;
  readonly to: { readonly act: MaskAct } | { readonly value: string };
  readonly only: { readonly by: P; readonly values: readonly string[] } | null;
}

interface Columns {
  readonly columns: { has(name: string): boolean };
}

/** By column, in the order of the mutation. */
export function placeActs<P extends { readonly column: { readonly name: string } }>(
  mutation: SetMutation,
  table: Columns,
  placeOf: (name: string) => P,
): readonly (readonly PlaceAct<P>[])[] {
  const masks = Object.entries(mutation.set).flatMap(([name, act]): PlaceAct<P>[] => {
    if (act === "keep" || !isPlace(table, name)) return [];
    const meant = Object.hasOwn(mutation.only ?? {}, name) ? mutation.only?.[name] : undefined;
    const only = meant === undefined ? null : { by: placeOf(meant.by), values: meant.values };
    return [{ place: placeOf(name), to: { act }, only }];
  });
  const values = Object.entries(mutation.values ?? {}).flatMap(([name, value]): PlaceAct<P>[] =>
    isPlace(table, name) ? [{ place: placeOf(name), to: { value }, only: null }] : [],
  );
  return [...Map.groupBy([...masks, ...values], (a) => a.place.column.name).values()];
}

export interface Bounded {
  readonly sql: string;
  readonly values: readonly string[];
}

/** Values may stand in a text more than once and in any order: marks hold their places until the text is whole. */
export class Bound {
  readonly #values: string[] = [];

  bind(value: string): string {
    return `\u0001${this.#values.push(value) - 1}\u0001`;
  }

  statement(marked: string): Bounded {
    const values: string[] = [];
    const sql = marked.replace(MARK, (_, at: string) => {
      values.push(this.#values[Number(at)] ?? "");
      return "?";
    });
    return { sql, values };
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: names from a map reach the text as JSON, which has no such character
const MARK = /\u0001(\d+)\u0001/g;
