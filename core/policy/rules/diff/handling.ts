/** Collecting, using, sharing, sending abroad, storing: what became allowed, and which refusals went. */
import { atomsOf } from "../../atoms.ts";
import type { Clause } from "../../meaning.ts";
import { canBothHold } from "../../words/facts.ts";
import type { Lattice } from "../../words/lattice.ts";
import { facet, type Said } from "../facet.ts";
import { type Change, fell, rose } from "./change.ts";
import { idOf, type Side } from "./side.ts";
import { circumstancesOf, dataWords, wordsOf } from "./words.ts";

interface Atom {
  readonly said: Said<Clause>;
  readonly clause: Clause;
}

const VERBS: Readonly<Record<Clause["act"], string>> = {
  collect: "collected",
  use: "used",
  share: "shared",
  transfer: "sent abroad",
  store: "stored on the device",
};

export function handlingChanges(before: Side, after: Side): Change[] {
  const [was, is] = [facet(before.policy, "clauses"), facet(after.policy, "clauses")];
  return [
    ...allowances(was, is, after, (atom, ids) =>
      fell("clauses", owedFor(atom, before, was), `${sentence(after, atom)}: that is new`, { is: ids }),
    ),
    ...allowances(is, was, before, (atom, ids) =>
      rose("clauses", `no longer: ${sentence(before, atom)}`, { was: ids }),
    ),
    ...refusals(is, was, before, (atom, ids) =>
      fell("clauses", "consent", `the refusal is gone: ${sentence(before, atom)}`, { was: ids }),
    ),
    ...refusals(was, is, after, (atom, ids) =>
      rose("clauses", `new refusal: ${sentence(after, atom)}`, { is: ids }),
    ),
    ...lists(was, is, before, after),
  ];
}

const atoms = (said: Said<Clause>): Atom[] => atomsOf(said.it).map((clause) => ({ said, clause }));

type Tell = (atom: Atom, ids: readonly string[]) => Change;

/** Atoms allowed in `now` that nothing in `known` allowed. */
function allowances(
  known: readonly Said<Clause>[],
  now: readonly Said<Clause>[],
  { lattice }: Side,
  tell: Tell,
): Change[] {
  const allowed = known.filter((s) => s.it.mode !== "never");
  return merged(
    now
      .filter((s) => s.it.mode !== "never")
      .flatMap(atoms)
      .filter((atom) => !allowed.some((s) => includes(lattice, s, atom) && laxerOrEqual(s.it, atom.clause))),
    tell,
  );
}

/** Atoms refused in `gone` that nothing in `known` refuses. */
function refusals(
  known: readonly Said<Clause>[],
  gone: readonly Said<Clause>[],
  { lattice }: Side,
  tell: Tell,
): Change[] {
  const refused = known.filter((s) => s.it.mode === "never");
  return merged(
    gone
      .filter((s) => s.it.mode === "never")
      .flatMap(atoms)
      .filter((atom) => !refused.some((s) => includes(lattice, s, atom) && laxerOrEqual(s.it, atom.clause))),
    tell,
  );
}

/** One sentence for what one commitment says of one purpose. */
function merged(atoms: readonly Atom[], tell: Tell): Change[] {
  const groups = Map.groupBy(atoms, (a) => `${idOf(a.said)} ${a.clause.act}`);
  return [...groups.values()].flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const all = (key: "data" | "purposes" | "recipients"): string[] => [
      ...new Set(group.flatMap((a) => a.clause[key])),
    ];
    const clause = {
      ...first.clause,
      data: all("data"),
      purposes: all("purposes"),
      recipients: all("recipients"),
    };
    return [tell({ said: first.said, clause }, [idOf(first.said)])];
  });
}

function includes(lattice: Lattice, wide: Said<Clause>, { said, clause }: Atom): boolean {
  const w = wide.it;
  const holds = (relation: string): boolean => relation === "equal" || relation === "narrower";
  return (
    w.act === clause.act &&
    holds(lattice.data(clause.data, w.data)) &&
    holds(lattice.purposes(clause.purposes, w.purposes)) &&
    (w.recipients.length === 0 || clause.recipients.length === 0
      ? w.recipients.length === clause.recipients.length
      : holds(lattice.recipients(clause.recipients, w.recipients))) &&
    (w.sources.includes("any") || clause.sources.every((s) => w.sources.includes(s))) &&
    FORMS.indexOf(w.form) <= FORMS.indexOf(clause.form) &&
    (wide.commitment.places.length === 0 ||
      said.commitment.places.some((p) => wide.commitment.places.includes(p)))
  );
}

/** From telling most of a person to telling nothing. */
const FORMS: readonly Clause["form"][] = ["identified", "pseudonymous", "deidentified", "aggregate"];

/** Whoever has the first may do so in every case in which the second may. */
const laxerOrEqual = (a: Clause, b: Clause): boolean =>
  a.condition.if.every((word) => b.condition.if.includes(word)) &&
  a.condition.unless.every(
    (word) => b.condition.unless.includes(word) || !canBothHold(b.condition, { if: [word], unless: [] }),
  );

/** What waited for a person's consent, and does not any more. */
const withoutConsent = (clause: Clause, was: readonly Said<Clause>[]): boolean =>
  !clause.condition.if.includes("consent") &&
  was.some(
    ({ it }) =>
      it.mode !== "never" &&
      it.act === clause.act &&
      it.condition.if.includes("consent") &&
      it.purposes.some((p) => clause.purposes.includes(p)),
  );

/** A purpose that people were never told of needs their consent, unless it rests on something else that is named. */
function owedFor({ clause }: Atom, before: Side, was: readonly Said<Clause>[]): "notice" | "consent" {
  if (withoutConsent(clause, was)) return "consent";
  const known = new Set(Object.keys(before.policy.purposes));
  const strange = clause.purposes.some((p) => !known.has(p));
  const rests = clause.bases.some((b) => b !== "consent");
  return strange && !rests && clause.act !== "collect" && clause.act !== "store" ? "consent" : "notice";
}

function sentence({ tongue }: Side, { clause }: Atom): string {
  const to = clause.recipients.length === 0 ? "" : ` with ${wordsOf(tongue, clause.recipients)}`;
  const why = clause.purposes.includes("all") ? "" : ` for ${wordsOf(tongue, clause.purposes)}`;
  const so = clause.condition.if.length === 0 ? "" : `, if ${circumstancesOf(tongue, clause.condition.if)}`;
  const not =
    clause.condition.unless.length === 0
      ? ""
      : `, unless ${circumstancesOf(tongue, clause.condition.unless)}`;
  return `${dataWords(tongue, clause.data)} is ${clause.mode === "never" ? "never " : ""}${VERBS[clause.act]}${to}${why}${so}${not}`;
}

/** A list that was complete and is not any more, or the other way round. */
function lists(
  was: readonly Said<Clause>[],
  is: readonly Said<Clause>[],
  before: Side,
  after: Side,
): Change[] {
  const closed = (said: readonly Said<Clause>[]): Map<string, Said<Clause>> =>
    new Map(said.filter((s) => s.it.only).map((s) => [`${s.it.act} ${[...s.it.data].sort().join(" ")}`, s]));
  const [a, b] = [closed(was), closed(is)];
  const says = (side: Side, s: Said<Clause>): string => sentence(side, { said: s, clause: s.it });
  return [
    ...[...a].flatMap(([key, s]) =>
      b.has(key)
        ? []
        : [
            fell("clauses", "notice", `the list is no longer complete: ${says(before, s)}`, {
              was: [idOf(s)],
            }),
          ],
    ),
    ...[...b].flatMap(([key, s]) =>
      a.has(key) ? [] : [rose("clauses", `the list is complete now: ${says(after, s)}`, { is: [idOf(s)] })],
    ),
  ];
}
