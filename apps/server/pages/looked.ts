/** How something was looked at, in short: on what that rests, how much there was and how much of it was seen, and until when it holds. */
import { type Html, html } from "@avow/core/page/html";
import type { BoardCommitment, BoardPromise } from "../parts.ts";
import { count, timeOf } from "./words.ts";

/** What they say runs out; what is broken or unproven does not. */
const PASSING: readonly string[] = ["kept", "attested"];
/** As the checks order them. */
const WEAKEST_FIRST: readonly string[] = ["document", "drill", "sampled", "exact", "enforced"];
const ONE_BY_ONE: readonly string[] = ["drill", "document"];

/** A promise rests on no more than the weakest of what makes its verdict, and holds until the first of that runs out. */
export function restsOn({ verdict, commitments }: Pick<BoardPromise, "verdict" | "commitments">): Html[] {
  const isPassing = PASSING.includes(verdict);
  const speaking = commitments.filter((c) =>
    isPassing ? PASSING.includes(c.verdict) : c.verdict === verdict,
  );
  if (verdict === "not applicable" || speaking.length === 0) return [];
  if (verdict === "unproven") return [html`no basis`, html`${soFar(speaking)}`];
  const seen = speaking.flatMap((c) => numbersOf(c) ?? []);
  return [
    ...basisOf(speaking),
    ...(seen.length === 0 ? [] : [html`${extentOf(seen)}`]),
    ...untilOf(speaking),
  ];
}

function basisOf(commitments: readonly BoardCommitment[]): Html[] {
  const bases = new Set(commitments.flatMap((c) => c.basis ?? []));
  const weakest = WEAKEST_FIRST.find((b) => bases.has(b));
  if (weakest === undefined) return [];
  return [bases.size === 1 ? html`basis: ${weakest}` : html`basis: ${weakest} or stronger`];
}

function untilOf(commitments: readonly BoardCommitment[]): Html[] {
  const passing = commitments.filter((c) => PASSING.includes(c.verdict));
  const first = passing.flatMap((c) => c.freshUntil ?? []).sort()[0];
  return first === undefined ? [] : [html`holds until ${timeOf(first)}`];
}

interface Seen {
  readonly examined: number;
  readonly population: number;
  /** Of a sample nobody says that it was all. */
  readonly whole: boolean;
}

/** One canary, one document: that says nothing which the basis does not. */
function numbersOf({ examined, population, basis }: BoardCommitment): Seen | null {
  if (examined === null || population === null || (population === 1 && ONE_BY_ONE.includes(basis ?? "")))
    return null;
  return { examined, population, whole: examined === population && basis !== "sampled" };
}

const shown = (n: number): string => n.toLocaleString("en");

/** Rows, fields and uses do not add up: of several that differ, the one of which least was seen, or how few and how many there were. */
function extentOf(seen: readonly Seen[]): string {
  const [least] = [...seen].sort((a, b) => shareOf(a) - shareOf(b) || b.population - a.population);
  if (least === undefined) return "";
  const sizes = seen.map((s) => s.population);
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (!least.whole) {
    const part = `${shown(least.examined)} of ${shown(least.population)}`;
    return seen.every((s) => s.examined === least.examined && s.population === least.population)
      ? `looked at ${part}`
      : `looked at ${part} where least was seen`;
  }
  if (most === 0) return "there was nothing to look at";
  return fewest === most
    ? `looked at all ${shown(most)}`
    : `looked at all of each, ${shown(fewest)} to ${shown(most)}`;
}

const shareOf = ({ examined, population, whole }: Seen): number =>
  whole ? 1 : population === 0 ? 0 : examined / population;

/** What was seen although it proves nothing yet. */
function soFar(unproven: readonly BoardCommitment[]): string {
  const seen = unproven.flatMap((c) => numbersOf(c) ?? []).filter((s) => s.examined > 0);
  if (seen.length === 0) return "nothing looked at so far";
  const unseen = unproven.length - seen.length;
  const of = unseen === 0 ? "" : `, and nothing for ${unseen} of ${count(unproven.length, "commitment")}`;
  return `so far ${extentOf(seen)}${of}`;
}
