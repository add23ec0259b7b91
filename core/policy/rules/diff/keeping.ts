/** How long data is kept, class by class: the longest that any commitment allows is what people live with. */
import type { Retention } from "../../meaning.ts";
import { ALL } from "../../words/model.ts";
import { periodIn } from "../../words/tongue.ts";
import { facet, type Said } from "../facet.ts";
import { type Change, differs, fell, rose } from "./change.ts";
import { idOf, lengthMs, type Side } from "./side.ts";

type Kept = readonly Said<Retention>[];

export function keepingChanges(before: Side, after: Side): Change[] {
  const [was, is] = [byPlace(before), byPlace(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((place) => {
    const [old, now] = [was.get(place) ?? [], is.get(place) ?? []];
    return [...length(place, old, now), ...ending(place, old, now), ...outlasting(place, old, now)];
  });
}

/** `class` or `class in backups` → what is said of it. */
function byPlace({ policy }: Side): ReadonlyMap<string, Kept> {
  const places = new Map<string, Said<Retention>[]>();
  for (const said of facet(policy, "retentions"))
    for (const cls of said.it.data) {
      const data = cls === ALL ? "all personal data" : `\`${cls}\` data`;
      const place = said.it.where === "live" ? data : `${data} in backups`;
      places.set(place, [...(places.get(place) ?? []), said]);
    }
  return places;
}

/** Without an end is longest; "as long as needed" is longer than any period that is named. */
function lengthOf(period: string): number {
  if (period === "indefinitely") return Number.POSITIVE_INFINITY;
  return lengthMs(period) ?? Number.MAX_VALUE;
}

const longest = (kept: Kept): Said<Retention> | undefined =>
  [...kept].sort((a, b) => lengthOf(b.it.for) - lengthOf(a.it.for))[0];
/** A period that is named beats "as long as needed": both hold, and the named one ends first. */
const binding = (kept: Kept): Said<Retention> | undefined =>
  longest(kept.filter((k) => k.it.for !== "needed")) ?? longest(kept);

function saidOf({ it }: Said<Retention>): string {
  if (it.for === "indefinitely") return "without end";
  if (it.for === "needed") return "as long as it is needed";
  return `${periodIn("en", it.for)} from ${(it.from ?? "").replaceAll(/[_-]/g, " ")}`;
}

function length(place: string, old: Kept, now: Kept): Change[] {
  const [a, b] = [binding(old), binding(now)];
  const ids = { was: old.map(idOf), is: now.map(idOf) };
  if (a === undefined)
    return b === undefined
      ? []
      : [rose("retentions", `${place} is kept ${saidOf(b)}; before, no end was named`, ids)];
  if (b === undefined)
    return [
      fell(
        "retentions",
        "notice",
        `nothing says any more how long ${place} is kept; it was ${saidOf(a)}`,
        ids,
      ),
    ];
  const says = `${place} is kept ${saidOf(b)}; it was ${saidOf(a)}`;
  const [m, n] = [lengthOf(a.it.for), lengthOf(b.it.for)];
  if (n !== m) return [n > m ? fell("retentions", "notice", says, ids) : rose("retentions", says, ids)];
  return a.it.from === b.it.from ? [] : [differs("retentions", "notice", says, ids)];
}

function ending(place: string, old: Kept, now: Kept): Change[] {
  const [a, b] = [binding(old)?.it.ending, binding(now)?.it.ending];
  if (a === undefined || b === undefined || a === b) return [];
  const ids = { was: old.map(idOf), is: now.map(idOf) };
  return b === "anonymise"
    ? [fell("retentions", "notice", `${place} is made anonymous in the end; it was erased`, ids)]
    : [rose("retentions", `${place} is erased in the end; it was made anonymous`, ids)];
}

function outlasting(place: string, old: Kept, now: Kept): Change[] {
  const [a, b] = [old.some((k) => k.it.keeps !== null), now.some((k) => k.it.keeps !== null)];
  if (a === b) return [];
  const ids = { was: old.map(idOf), is: now.map(idOf) };
  return b
    ? [fell("retentions", "consent", `${place} may now outlast an erasure`, ids)]
    : [rose("retentions", `${place} no longer outlasts an erasure`, ids)];
}
