/**
 * Bottom-k sketches: the k smallest hashes of a column's distinct values. Two columns are compared without being joined: among the
 * hashes below the parent's largest, the share of the child's that the parent has too is its containment. Made from whole columns only;
 * the samples of two long columns would hardly meet.
 */
import { createHash } from "node:crypto";

export interface Sketch {
  readonly hashes: ReadonlySet<string>;
  /** Hashes up to here are known; null: all are. */
  readonly upTo: string | null;
}

export const SKETCH_HASHES_MAX = 1_024;

const hashOf = (value: string): string => createHash("sha256").update(value).digest("hex").slice(0, 16);

export function sketchOf(values: Iterable<string>): Sketch {
  const hashes = [...new Set([...new Set(values)].map(hashOf))].sort();
  const kept = hashes.slice(0, SKETCH_HASHES_MAX);
  return { hashes: new Set(kept), upTo: kept.length < hashes.length ? (kept.at(-1) ?? null) : null };
}

export interface Containment {
  readonly share: number;
  /** How many of the child's values could be compared. */
  readonly compared: number;
}

export function containment(child: Sketch, parent: Sketch): Containment {
  const comparable = [...child.hashes].filter((h) => parent.upTo === null || h <= parent.upTo);
  const inside = comparable.filter((h) => parent.hashes.has(h)).length;
  return { share: comparable.length === 0 ? 0 : inside / comparable.length, compared: comparable.length };
}
