/** Where a field may lead, and how likely its name makes that. */
import type { Looked, SchemaCollection } from "./model.ts";

export interface Target {
  readonly collection: SchemaCollection;
  readonly field: string;
  readonly score: number;
  readonly reason: string;
}

export interface Names {
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Collections of people, the most likely first. */
  readonly people: readonly string[];
}

export const target = (
  collection: SchemaCollection,
  field: string,
  score: number,
  reason: string,
): Target => ({
  collection,
  field,
  score,
  reason,
});

export interface Schema {
  readonly collections: readonly SchemaCollection[];
  readonly names: Names;
  /** Left out: nothing was looked at. */
  readonly looked?: ReadonlyMap<string, Looked>;
}
