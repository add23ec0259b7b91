/** Rights, whoever says them: which are gone or new, by which ways, how soon, and what is excepted. */

import { canonicalJson } from "../../../terms/canonical.ts";
import type { RightOffer } from "../../meaning.ts";
import { boundsIn } from "../../resolved/bounds.ts";
import type { Condition } from "../../words/facts.ts";
import { listIn, periodIn } from "../../words/tongue.ts";
import { facet } from "../facet.ts";
import { circumstances, coversCases } from "./bounds.ts";
import { type Change, fell, rose } from "./change.ts";
import { lengthMs, type Side, without } from "./side.ts";

/** A right as a person of one place has it in one circumstance: all that is said of it, together. */
interface Offer extends Omit<RightOffer, "removes"> {
  readonly place: string;
  readonly condition: Condition;
  /** The condition as people read it. */
  readonly bounds: string;
  readonly ids: readonly string[];
}

const EVERYWHERE = "";

export function rightChanges(before: Side, after: Side): Change[] {
  const [was, is] = [offersOf(before), offersOf(after)];
  return [...was.flatMap((old) => fate(old, was, is)), ...is.flatMap((now) => news(now, was))];
}

const sameRight = (a: Offer, b: Offer): boolean => a.right === b.right && a.to === b.to;
const coversPlace = (wide: Offer, narrow: Offer): boolean =>
  wide.place === EVERYWHERE || wide.place === narrow.place;
const covers = (wide: Offer, narrow: Offer): boolean =>
  sameRight(wide, narrow) && coversPlace(wide, narrow) && coversCases(wide.condition, narrow.condition);

/** All that a person of that place has in that circumstance: the wider offers are theirs too. */
const effective = (one: Offer, all: readonly Offer[]): Offer | null =>
  all.filter((other) => covers(other, one)).reduce<Offer | null>(joined, null);

/** What became of an offer: whoever had it must have it still, in every case in which they had it. */
function fate(old: Offer, was: readonly Offer[], is: readonly Offer[]): Change[] {
  const [then, still] = [effective(old, was), effective(old, is)];
  if (then !== null && still !== null) return compared({ ...then, place: old.place }, still);
  const bounded = is.find((now) => sameRight(now, old) && coversPlace(now, old));
  return [
    bounded === undefined
      ? fell("rights", "consent", `${named(old)} is gone`, { was: old.ids })
      : fell(
          "rights",
          "consent",
          `${named(old)} holds in fewer or other cases: now${bounds(bounded)}; it was${bounds(old)}`,
          {
            was: old.ids,
            is: bounded.ids,
          },
        ),
  ];
}

function news(now: Offer, was: readonly Offer[]): Change[] {
  if (was.some((old) => covers(old, now))) return [];
  const before = was.find(
    (old) => sameRight(old, now) && coversCases(now.condition, old.condition) && coversPlace(now, old),
  );
  return [
    before === undefined
      ? rose("rights", `${named(now)} is new, by ${listIn("en", now.ways, "or")}`, { is: now.ids })
      : rose("rights", `${named(now)} holds in more cases: now${bounds(now)}; it was${bounds(before)}`, {
          was: before.ids,
          is: now.ids,
        }),
  ];
}

const bounds = (o: Offer): string => {
  const place = o.place === EVERYWHERE ? "" : ` for people in ${o.place}`;
  return `${o.bounds === "" && place === "" ? " always" : o.bounds}${place}`;
};
const named = ({ right, place, to }: Offer): string =>
  `the right \`${right}\`${to === "us" ? "" : ` with ${to === "authority" ? "the authority" : "a mediator"}`}${place === EVERYWHERE ? "" : ` of people in ${place}`}`;

function offersOf({ policy, tongue }: Side): readonly Offer[] {
  const offers = new Map<string, Offer>();
  for (const { commitment, it } of facet(policy, "rights"))
    for (const place of commitment.places.length === 0 ? [EVERYWHERE] : commitment.places) {
      const condition = circumstances(policy, commitment.condition);
      const { removes, ...own } = it;
      const bounds = boundsIn(tongue, { condition: commitment.condition, places: [] });
      const offer: Offer = { ...own, place, condition, bounds, ids: [commitment.id] };
      const key = canonicalJson({ right: it.right, to: it.to, place, condition });
      offers.set(key, joined(offers.get(key) ?? null, offer));
    }
  return [...offers.values()];
}

/** Two offers that hold in the same case: a person has the better of both. */
function joined(known: Offer | null, offer: Offer): Offer {
  if (known === null) return offer;
  return {
    ...known,
    ways: [...new Set([...known.ways, ...offer.ways])],
    within: sooner(known.within, offer.within),
    extend: sooner(known.extend, offer.extend),
    closure: sooner(known.closure, offer.closure),
    except: [...new Set([...known.except, ...offer.except])],
    verified: known.verified && offer.verified,
    scope: [...new Set([...known.scope, ...offer.scope])],
    without: [...new Set([...known.without, ...offer.without])],
    ids: [...known.ids, ...offer.ids],
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
  changes.push(...unasked(what, old.closure, now.closure, places));
  const [more, fewer] = [without(now.except, old.except), without(old.except, now.except)];
  if (more.length > 0)
    changes.push(
      fell("rights", "consent", `${what} now leaves out what ${listIn("en", more)} keeps`, places),
    );
  if (fewer.length > 0)
    changes.push(rose("rights", `${what} no longer leaves out what ${listIn("en", fewer)} kept`, places));
  if (now.verified && !old.verified)
    changes.push(fell("rights", "consent", `${what} now needs proof of who asks`, places));
  if (old.verified && !now.verified)
    changes.push(rose("rights", `${what} no longer needs proof of who asks`, places));
  changes.push(...kept(what, "can be used for a part of the data, by", old.scope, now.scope, places));
  changes.push(...kept(what, "promises that nobody suffers", old.without, now.without, places));
  return changes;
}

/** What a right says beside itself, and may stop saying. */
function kept(
  what: string,
  says: string,
  old: readonly string[],
  now: readonly string[],
  places: { readonly was: readonly string[]; readonly is: readonly string[] },
): Change[] {
  const plain = (words: readonly string[]): string =>
    listIn(
      "en",
      words.map((w) => w.replaceAll("_", " ")),
    );
  const [lost, gained] = [without(old, now), without(now, old)];
  return [
    ...(lost.length === 0
      ? []
      : [fell("rights", "consent", `${what} no longer ${says} ${plain(lost)}`, places)]),
    ...(gained.length === 0 ? [] : [rose("rights", `${what} now ${says} ${plain(gained)}`, places)]),
  ];
}

/** What is done for whoever closes an account, and asks for nothing. */
function unasked(
  what: string,
  old: string | null,
  now: string | null,
  places: { readonly was: readonly string[]; readonly is: readonly string[] },
): Change[] {
  const owed = `${what} without a request, once an account is closed,`;
  if (old !== null && now !== null) return deadline(owed, old, now, "is answered", places);
  if (old !== null)
    return [fell("rights", "consent", `${owed} is gone; it was answered within ${words(old)}`, places)];
  return now === null ? [] : [rose("rights", `${owed} is new, and answered within ${words(now)}`, places)];
}

const words = (period: string): string => periodIn("en", period);

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
