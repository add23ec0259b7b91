/** Consent, minors, notices, safeguards, addresses: facets that a version has or has not. */
import type { AgeRule, ConsentNeed, Disguise, Guard, Mechanism, Notice } from "../../meaning.ts";
import { listIn } from "../../words/tongue.ts";
import { facet, type Said } from "../facet.ts";
import { type Change, differs, fell, rose } from "./change.ts";
import { idOf, lengthMs, type Side, without } from "./side.ts";
import { dataWords, wordsOf } from "./words.ts";

export const dutyChanges = (before: Side, after: Side): Change[] => [
  ...consents(before, after),
  ...ages(before, after),
  ...notices(before, after),
  ...mechanisms(before, after),
  ...guards(before, after),
  ...disguises(before, after),
  ...contacts(before, after),
  ...vouched(before, after),
  ...acceptances(before, after),
];

interface Pairing<T> {
  readonly about: string;
  /** Facets of the same key are one duty. */
  keyOf(it: T): string;
  named(side: Side, it: T): string;
  readonly owes: "notice" | "consent";
  compared(old: Said<T>, now: Said<T>): Change[];
}

function paired<T>(
  was: readonly Said<T>[],
  is: readonly Said<T>[],
  sides: readonly [Side, Side],
  p: Pairing<T>,
): Change[] {
  const [a, b] = [Map.groupBy(was, (s) => p.keyOf(s.it)), Map.groupBy(is, (s) => p.keyOf(s.it))];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((key): Change[] => {
    const [old, now] = [a.get(key)?.[0], b.get(key)?.[0]];
    const ids = { was: (a.get(key) ?? []).map(idOf), is: (b.get(key) ?? []).map(idOf) };
    if (old !== undefined && now !== undefined) return p.compared(old, now);
    if (old !== undefined) return [fell(p.about, p.owes, `gone: ${p.named(sides[0], old.it)}`, ids)];
    return now === undefined ? [] : [rose(p.about, `new: ${p.named(sides[1], now.it)}`, ids)];
  });
}

const ids = (old: Said<unknown>, now: Said<unknown>) => ({ was: [idOf(old)], is: [idOf(now)] });
const sorted = (words: readonly string[]): string => [...words].sort().join(" ");

/** Pairs of one purpose and one class, so that a longer list and two commitments are the same. */
const singly = (said: readonly Said<ConsentNeed>[]): Said<ConsentNeed>[] =>
  said.flatMap((s) =>
    s.it.purposes.flatMap((p) => s.it.data.map((d) => ({ ...s, it: { ...s.it, purposes: [p], data: [d] } }))),
  );

const consents = (before: Side, after: Side): Change[] =>
  paired(singly(facet(before.policy, "consents")), singly(facet(after.policy, "consents")), [before, after], {
    about: "consents",
    owes: "consent",
    keyOf: (it) => `${it.act} ${sorted(it.purposes)} ${sorted(it.data)}`,
    named: ({ tongue }, it) =>
      `consent to ${wordsOf(tongue, it.purposes)} with ${dataWords(tongue, it.data)}`,
    compared(old, now) {
      const what = `consent to ${listIn("en", now.it.purposes)}`;
      const lost = without(old.it.withdraw, now.it.withdraw);
      const gained = without(now.it.withdraw, old.it.withdraw);
      return [
        ...(old.it.opt === now.it.opt
          ? []
          : now.it.opt === "out"
            ? [fell("consents", "consent", `${what}: it now happens until a person says no`, ids(old, now))]
            : [rose("consents", `${what}: nothing happens before a yes any more`, ids(old, now))]),
        ...(lost.length === 0
          ? []
          : [
              fell(
                "consents",
                "consent",
                `${what} can no longer be withdrawn by ${listIn("en", lost, "or")}`,
                ids(old, now),
              ),
            ]),
        ...(gained.length === 0
          ? []
          : [
              rose(
                "consents",
                `${what} can now be withdrawn by ${listIn("en", gained, "or")} too`,
                ids(old, now),
              ),
            ]),
      ];
    },
  });

const STANCES: readonly AgeRule["stance"][] = ["by_law", "with_guardian", "refused"];
const oldest = (it: AgeRule): number => Math.max(0, ...it.under.map((u) => (u === "local" ? 0 : u)));

const ages = (before: Side, after: Side): Change[] =>
  paired(facet(before.policy, "ages"), facet(after.policy, "ages"), [before, after], {
    about: "ages",
    owes: "notice",
    keyOf: () => "minors",
    named: (_side, it) => `minors under ${it.under.join(" or ")}: ${it.stance.replaceAll("_", " ")}`,
    compared(old, now) {
      const changes: Change[] = [];
      const strict = STANCES.indexOf(now.it.stance) - STANCES.indexOf(old.it.stance);
      const words = (r: AgeRule): string => r.stance.replaceAll("_", " ");
      if (strict !== 0) {
        const says = `minors: ${words(now.it)}; it was ${words(old.it)}`;
        changes.push(
          strict < 0 ? fell("ages", "consent", says, ids(old, now)) : rose("ages", says, ids(old, now)),
        );
      }
      if (sorted(old.it.under.map(String)) !== sorted(now.it.under.map(String))) {
        const says = `minors are those under ${now.it.under.join(" or ")}; it was ${old.it.under.join(" or ")}`;
        const lower =
          oldest(now.it) < oldest(old.it) ||
          (old.it.under.includes("local") && !now.it.under.includes("local"));
        changes.push(lower ? fell("ages", "notice", says, ids(old, now)) : rose("ages", says, ids(old, now)));
      }
      if (sorted(old.it.fate) !== sorted(now.it.fate) || old.it.within !== now.it.within)
        changes.push(
          differs("ages", "notice", "what becomes of minors' data that is found changed", ids(old, now)),
        );
      return changes;
    },
  });

const eachOn = (said: readonly Said<Notice>[]): Said<Notice>[] =>
  said.flatMap((s) => s.it.on.map((on) => ({ ...s, it: { ...s.it, on: [on] } })));

const NEEDS: readonly Notice["needs"][] = ["nothing", "acceptance", "consent"];

const notices = (before: Side, after: Side): Change[] =>
  paired(eachOn(facet(before.policy, "notices")), eachOn(facet(after.policy, "notices")), [before, after], {
    about: "notices",
    owes: "notice",
    keyOf: (it) => `${it.who} ${sorted(it.on)}`,
    named: (_side, it) =>
      `notice of ${listIn("en", it.on).replaceAll("_", " ")} to ${it.who.replaceAll("_", " ")}`,
    compared(old, now) {
      const what = `the notice of ${listIn("en", now.it.on).replaceAll("_", " ")}`;
      const changes: Change[] = [];
      const [a, b] = [old.it.within, now.it.within].map((w) =>
        w === null ? Number.POSITIVE_INFINITY : (lengthMs(w) ?? 0),
      );
      if (a !== undefined && b !== undefined && a !== b) {
        const says = `${what} comes within ${now.it.within ?? "no named time"}; it was ${old.it.within ?? "no named time"}`;
        changes.push(
          b > a ? fell("notices", "notice", says, ids(old, now)) : rose("notices", says, ids(old, now)),
        );
      }
      const [lost, fewer] = [without(old.it.by, now.it.by), without(old.it.contents, now.it.contents)];
      if (lost.length > 0)
        changes.push(
          fell("notices", "notice", `${what} no longer comes by ${listIn("en", lost, "or")}`, ids(old, now)),
        );
      if (fewer.length > 0)
        changes.push(
          fell("notices", "notice", `${what} no longer says: ${listIn("en", fewer)}`, ids(old, now)),
        );
      if (old.it.before && !now.it.before)
        changes.push(fell("notices", "notice", `${what} may come after it took effect`, ids(old, now)));
      changes.push(...better(what, old, now));
      const weaker = NEEDS.indexOf(now.it.needs) - NEEDS.indexOf(old.it.needs);
      if (weaker !== 0) {
        const says = `before ${what} binds, people must give: ${now.it.needs}; it was: ${old.it.needs}`;
        changes.push(
          weaker < 0 ? fell("notices", "consent", says, ids(old, now)) : rose("notices", says, ids(old, now)),
        );
      }
      return changes;
    },
  });

/** Where a notice tells more, comes by more ways, or sooner. */
function better(what: string, old: Said<Notice>, now: Said<Notice>): Change[] {
  const [ways, contents] = [without(now.it.by, old.it.by), without(now.it.contents, old.it.contents)];
  const changes: Change[] = [];
  if (ways.length > 0)
    changes.push(rose("notices", `${what} comes by ${listIn("en", ways, "or")} too`, ids(old, now)));
  if (contents.length > 0)
    changes.push(rose("notices", `${what} now says too: ${listIn("en", contents)}`, ids(old, now)));
  if (!old.it.before && now.it.before)
    changes.push(rose("notices", `${what} comes before it takes effect`, ids(old, now)));
  return changes;
}

const mechanisms = (before: Side, after: Side): Change[] =>
  paired<Mechanism>(facet(before.policy, "mechanisms"), facet(after.policy, "mechanisms"), [before, after], {
    about: "mechanisms",
    owes: "notice",
    keyOf: (it) => sorted(it.data),
    named: ({ tongue }, it) =>
      `safeguards abroad of ${dataWords(tongue, it.data)}: ${listIn("en", it.mechanisms, "or")}`,
    compared(old, now) {
      const [more, fewer] = [
        without(now.it.mechanisms, old.it.mechanisms),
        without(old.it.mechanisms, now.it.mechanisms),
      ];
      const weaker = more.filter((m) => ["consent", "derogation"].includes(m));
      const changes: Change[] = [];
      if (weaker.length > 0)
        changes.push(
          fell(
            "mechanisms",
            "notice",
            `data may now go abroad under ${listIn("en", weaker, "or")}`,
            ids(old, now),
          ),
        );
      else if (more.length + fewer.length > 0)
        changes.push(
          differs(
            "mechanisms",
            "notice",
            `data goes abroad under ${listIn("en", now.it.mechanisms, "or")}; it was ${listIn("en", old.it.mechanisms, "or")}`,
            ids(old, now),
          ),
        );
      const countries =
        old.it.to.length === 0 ? [] : now.it.to.length === 0 ? ["anywhere"] : without(now.it.to, old.it.to);
      if (countries.length > 0)
        changes.push(
          fell("mechanisms", "notice", `data may now go to ${listIn("en", countries)}`, ids(old, now)),
        );
      const fewerCountries = now.it.to.length === 0 ? [] : without(old.it.to, now.it.to);
      if (fewerCountries.length > 0)
        changes.push(
          rose("mechanisms", `data no longer goes to ${listIn("en", fewerCountries)}`, ids(old, now)),
        );
      return changes;
    },
  });

const eachClass = (said: readonly Said<Guard>[]): Said<Guard>[] =>
  said.flatMap((s) => s.it.data.map((d) => ({ ...s, it: { ...s.it, data: [d] } })));

const guards = (before: Side, after: Side): Change[] =>
  paired(
    eachClass(facet(before.policy, "guards")),
    eachClass(facet(after.policy, "guards")),
    [before, after],
    {
      about: "guards",
      owes: "notice",
      keyOf: (it) => `${it.by} ${sorted(it.data)}`,
      named: ({ tongue }, it) =>
        `protection of ${dataWords(tongue, it.data)} by ${it.by.replaceAll("_", " ")}`,
      compared: (old, now) =>
        old.it.standard === now.it.standard
          ? []
          : [
              differs(
                "guards",
                "notice",
                `${now.it.by} is ${now.it.standard ?? "not named any more"}; it was ${old.it.standard ?? "not named"}`,
                ids(old, now),
              ),
            ],
    },
  );

const disguises = (before: Side, after: Side): Change[] =>
  paired<Disguise>(facet(before.policy, "disguises"), facet(after.policy, "disguises"), [before, after], {
    about: "disguises",
    owes: "notice",
    keyOf: (it) => `${it.method} ${sorted(it.data)} ${sorted(it.purposes)}`,
    named: ({ tongue }, it) => `${dataWords(tongue, it.data)} is disguised (${it.method})`,
    compared(old, now) {
      const [a, b] = [old.it.k ?? 0, now.it.k ?? 0];
      const changes: Change[] = [];
      if (a !== b) {
        const says = `groups have at least ${b} people; it was ${a}`;
        changes.push(
          b < a ? fell("disguises", "notice", says, ids(old, now)) : rose("disguises", says, ids(old, now)),
        );
      }
      if (old.it.reidentify === "never" && now.it.reidentify !== "never")
        changes.push(
          fell("disguises", "consent", "nothing says any more that nobody is identified anew", ids(old, now)),
        );
      if (old.it.reidentify !== "never" && now.it.reidentify === "never")
        changes.push(rose("disguises", "nobody is identified anew", ids(old, now)));
      return changes;
    },
  });

const contacts = (before: Side, after: Side): Change[] =>
  paired(facet(before.policy, "contacts"), facet(after.policy, "contacts"), [before, after], {
    about: "contacts",
    owes: "notice",
    keyOf: (it) => `${it.role} ${it.by}`,
    named: (_side, it) => `${it.role} by ${it.by}`,
    compared: (old, now) =>
      old.it.address === now.it.address
        ? []
        : [
            differs(
              "contacts",
              "notice",
              `${now.it.role} is reached at ${now.it.address ?? "no address"}; it was ${old.it.address ?? "none"}`,
              ids(old, now),
            ),
          ],
  });

function vouched(before: Side, after: Side): Change[] {
  const measures = (side: Side) =>
    new Map(facet(side.policy, "vouched").flatMap((s) => s.it.measures.map((m) => [m, idOf(s)] as const)));
  const [was, is] = [measures(before), measures(after)];
  return [
    ...without(was.keys(), is.keys()).map((m) =>
      fell("vouched", "notice", `nobody vouches any more for: ${m}`, { was: [was.get(m) ?? ""] }),
    ),
    ...without(is.keys(), was.keys()).map((m) =>
      rose("vouched", `somebody vouches for: ${m}`, { is: [is.get(m) ?? ""] }),
    ),
  ];
}

function acceptances(before: Side, after: Side): Change[] {
  const ways = (side: Side): Map<string, string> =>
    new Map(
      facet(side.policy, "acceptances").flatMap((s) =>
        s.it.by.map((by): [string, string] => [`${s.it.what} by ${by.replaceAll("_", " ")}`, idOf(s)]),
      ),
    );
  const [was, is] = [ways(before), ways(after)];
  return [
    ...without(was.keys(), is.keys()).map((w) =>
      differs("acceptances", "notice", `no longer an acceptance: ${w}`, { was: [was.get(w) ?? ""] }),
    ),
    ...without(is.keys(), was.keys()).map((w) =>
      fell("acceptances", "notice", `new way to be bound: ${w}`, { is: [is.get(w) ?? ""] }),
    ),
  ];
}
