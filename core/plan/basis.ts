/** What an erasure is planned from, as one hash: while it is the same, what was tried out once says something about the next. */
import type { DataMap } from "../datamap/model.ts";
import { hashOf } from "../terms/hash.ts";
import type { KeepRule } from "./keep.ts";

/** The map, and what the policy lets stay. The policy's other words change nothing about a plan. */
export const planBasis = (map: DataMap, keepRules: ReadonlyMap<string, KeepRule>): string =>
  hashOf({ map: map.hash, keeps: [...keepRules.values()] });
