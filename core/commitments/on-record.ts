/** What is wrong with what should be on record of people, in words, and a few of them as evidence names them. */
import { own } from "../terms/own.ts";
import type { Evidence, NamedPeople } from "./proof.ts";

export interface Fault {
  readonly what: string;
  readonly named: readonly Evidence[];
}

const NAMED_MAX = 5;

/** Those of whom another way is on record than the policy names. */
export function otherWays(
  { ways, named }: { readonly ways: Readonly<Record<string, number>>; readonly named: NamedPeople },
  isNamed: (way: string) => boolean,
): { readonly people: number; readonly named: readonly Evidence[] } {
  const other = Object.entries(ways).filter(([way]) => !isNamed(way));
  return {
    people: other.reduce((sum, [, people]) => sum + people, 0),
    named: other.flatMap(([way]) => own(named.by, way) ?? []).slice(0, NAMED_MAX),
  };
}
