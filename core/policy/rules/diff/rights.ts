/** Rights, whoever says them: which are gone or new, by which ways, how soon, and what is excepted. */

import { parseDuration } from "../../../terms/duration.ts";
import type { RightOffer } from "../../meaning.ts";
import { durationIn, listIn } from "../../words/tongue.ts";
import { type Change, fell, rose } from "./change.ts";
import { facetsOf, idOf, lengthMs, type Said, type Side, without } from "./facet.ts";

/** A right as a person of one place has it: all that is said of it, together. */
interface Offer {
  readonly right: string;
  readonly place: string;
  readonly ways: readonly string[];
  /** The soonest that is promised. */
  readonly within: string | null;
  readonly extend: string | null;
  readonly except: readonly string[];
  readonly ids: readonly string[];
}

const EVERYWHERE = "";

export function rightChanges(before: Side, after: Side): Change[] {
  const [was, is] = [offersOf(before), offersOf(after)];
  const changes: Change[] = [];
  for (const [key, old] of was) {
    const now = is.get(key) ?? is.get(keyOf(old.right, EVERYWHERE));
    if (now === undefined) changes.push(fell("rights", "consent", `${named(old)} is gone`, { was: old.ids }));
    else changes.push(...compared(old, now));
  }
  for (const [key, now] of is) {
    if (was.has(key) || was.has(keyOf(now.right, EVERYWHERE))) continue;
    changes.push(rose("rights", `${named(now)} is new, by ${listIn("en", now.ways, "or")}`, { is: now.ids }));
  }
  return changes;
}

const keyOf = (right: string, place: string): string => `${right} ${place}`;
const named = ({ right, place }: Offer): string =>
  `the right \`${right}\`${place === EVERYWHERE ? "" : ` of people in ${place}`}`;

function offersOf({ policy }: Side): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>();
  for (const said of facetsOf(policy, "rights"))
    for (const place of said.commitment.places.length === 0 ? [EVERYWHERE] : said.commitment.places) {
      const key = keyOf(said.it.right, place);
      offers.set(key, joined(offers.get(key), said, place));
    }
  return offers;
}

function joined(known: Offer | undefined, said: Said<RightOffer>, place: string): Offer {
  const { right, ways, within, extend, except } = said.it;
  const id = idOf(said);
  if (known === undefined) return { right, place, ways, within, extend, except, ids: [id] };
  return {
    right,
    place,
    ways: [...new Set([...known.ways, ...ways])],
    within: sooner(known.within, within),
    extend: sooner(known.extend, extend),
    except: [...new Set([...known.except, ...except])],
    ids: [...known.ids, id],
  };
}

function sooner(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return (lengthMs(a) ?? 0) <= (lengthMs(b) ?? 0) ? a : b;
}

function compared(old: Offer, now: Offer): Change[] {
  const places = { was: old.ids, is: now.ids };
  const what = named(old);
  const changes: Change[] = [];
  const [lost, gained] = [without(old.ways, now.ways), without(now.ways, old.ways)];
  if (lost.length > 0)
    changes.push(
      fell("rights", "consent", `${what} can no longer be used by ${listIn("en", lost, "or")}`, places),
    );
  if (gained.length > 0)
    changes.push(rose("rights", `${what} can now be used by ${listIn("en", gained, "or")} too`, places));
  changes.push(...deadline(what, old.within, now.within, "is answered", places));
  changes.push(...deadline(what, old.extend, now.extend, "may be put off", places));
  const [more, fewer] = [without(now.except, old.except), without(old.except, now.except)];
  if (more.length > 0)
    changes.push(
      fell("rights", "consent", `${what} now leaves out what ${listIn("en", more)} keeps`, places),
    );
  if (fewer.length > 0)
    changes.push(rose("rights", `${what} no longer leaves out what ${listIn("en", fewer)} kept`, places));
  return changes;
}

const words = (period: string): string => {
  const duration = parseDuration(period);
  return duration === null ? period : durationIn("en", duration);
};

/** No deadline is laxer than any; no extension is stricter than any. */
function deadline(
  what: string,
  old: string | null,
  now: string | null,
  verb: "is answered" | "may be put off",
  places: { readonly was: readonly string[]; readonly is: readonly string[] },
): Change[] {
  if (old === now) return [];
  const none = verb === "is answered" ? Number.POSITIVE_INFINITY : 0;
  const [a, b] = [old === null ? none : (lengthMs(old) ?? 0), now === null ? none : (lengthMs(now) ?? 0)];
  if (a === b) return [];
  const from = old === null ? "without a period" : `within ${words(old)}`;
  const to = now === null ? "without a period" : `within ${words(now)}`;
  const says = `${what} ${verb} ${to}; it was ${from}`;
  return [b > a ? fell("rights", "consent", says, places) : rose("rights", says, places)];
}
