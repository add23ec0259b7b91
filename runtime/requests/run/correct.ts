/** Carries out `rectify` and `supplement`: all changes of a store in one step, read again afterwards. */
import { idOf } from "@avow/core/datamap/model";
import {
  ambiguousAccounts,
  type Capture,
  type RememberedRow,
  severalAccounts,
  tupleKey,
} from "@avow/core/plan/capture";
import { type CorrectionMode, type Resolved, resolveSets, type Target } from "@avow/core/plan/correction";
import type { PlanLine } from "@avow/core/plan/erase";
import { matchesByIdentity, matchesOf } from "@avow/core/plan/question";
import {
  type Contradiction,
  type CorrectionPlan,
  fieldsToSee,
  planCorrection,
  type ValueChange,
} from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import type { Answer, ConnectorFailure } from "../../connector-kit/contract.ts";
import { capture, type Earlier, readAll, StoreFailed, sharedRows } from "./ask.ts";
import { type Guarded, guarded } from "./correct-guard.ts";
import { heldBack } from "./correct-held.ts";
import { linesDone } from "./correct-left.ts";
import { settled } from "./correct-settled.ts";
import { type Tried, Tries } from "./correct-tried.ts";
import type { BoundEstate } from "./estate.ts";
import { unlessHeld } from "./held.ts";
import { againInWords, endingOf, refusalOf, untilOf } from "./refusal.ts";
import { nothing, type RequestOutcome, type ResultLine, type RunContext } from "./run.ts";

/** Rows that arrive while it runs are found by the next pass. */
const PASSES_MAX = 3;

const resolved = ({ estate, asked }: RunContext, mode: CorrectionMode): Resolved =>
  resolveSets(estate, asked?.set ?? [], mode);

interface Pass {
  readonly state: Capture;
  readonly plan: CorrectionPlan;
}

export async function correct(context: RunContext, mode: CorrectionMode): Promise<RequestOutcome> {
  const { journal, estate } = context;
  const found = resolved(context, mode);
  if (!found.ok) return nothing("not_done", found.issues);
  await journal.readBack();
  const earlier = await journal.captured();
  // What was captured was agreed to; a plan alone has only been shown.
  const saved = earlier === null ? null : await journal.plan();
  let approved = false;
  let first: readonly PlanLine[] | null = saved;
  const tries = new Tries(earlier?.tried);
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    const seen = await look(context, found.targets, mode);
    if (isOutcome(seen)) return seen;
    const plain = { ...seen, plan: await settled(estate, seen, tries) };
    const looked = pass === 0 ? plain : withoutUnreachable(plain);
    const { contradictions } = looked.plan;
    first ??= linesOf(estate, looked.plan);
    // What is filled in overwrites nothing.
    const held = mode === "replace" ? await heldBack(context, looked) : [];
    if (held.length > 0) {
      // It may wait for years: the log says what for. Whoever carries it out later plans the same, which is no second plan.
      await journal.savePlan(first);
      return notDone({ plan: first, results: held, contradictions, mode }, HELD);
    }
    if (!approved && !(await context.approve(first, looked.state.identities)))
      return { ...nothing("planned", notesOf(contradictions, mode)), plan: first, contradictions };
    approved = true;
    const stores = inStores(estate, looked.plan);
    if (saved === null && pass === 0) tries.plan(stores);
    for (const [store, changes] of stores) tries.meant(store, changes);
    const remember = (plan?: readonly PlanLine[]): Promise<void> =>
      journal.saveCapture(remembered(looked.state, tries.acts), plan);
    await remember(saved === null && pass === 0 ? first : undefined);
    context.atPoint?.("captured");
    context.atPoint?.("planned");
    if (looked.plan.changes.length === 0) {
      context.atPoint?.("verified");
      return closed(first, looked.plan, { tries, mode });
    }
    const failed = await unlessHeld(carryOut(context, { ...looked, tries, remember }));
    if (failed === null) {
      tries.unmeant();
      await remember();
      continue;
    }
    if (failed.length > 0) {
      const results = failed.flatMap((f) => f.lines);
      const why = failed.some((f) => mayBeTheValue(f.failure)) ? REFUSED : GOES_ON;
      return notDone({ plan: first, results, contradictions, mode }, why);
    }
  }
  const still = await look(context, found.targets, mode);
  context.atPoint?.("verified");
  if (isOutcome(still)) return still;
  const last = withoutUnreachable({ ...still, plan: await settled(estate, still, tries) });
  const plan = must(first, "there was a pass");
  const { changes, contradictions } = last.plan;
  if (changes.length === 0) return closed(plan, last.plan, { tries, mode });
  const results = changes.map((c): ResultLine => {
    const { store, name } = must(estate.graph.collections.get(c.collection), "known");
    return { store, collection: name, result: "remains", rows: c.keys.length };
  });
  return notDone({ plan, results, contradictions, mode }, "some rows hold the old value again");
}

/**
 * A document of another shape has no place for a value: the store was asked to put it there, and there is still nothing. That is reported, and
 * does not keep the rest from being done.
 */
function withoutUnreachable({ state, plan }: Pass): Pass {
  const stuck: Contradiction[] = [];
  const changes = plan.changes.filter(({ collection: id, values, keys }) => {
    const captured = must(state.collections.get(id), "every collection is captured");
    const { collection, fields, rows } = captured;
    const isPlace = (f: string): boolean => collection.fields.find((x) => x.name === f)?.path !== undefined;
    const names = Object.keys(values);
    const empty = keys.every((key) => {
      const current = rows.get(tupleKey(key))?.current ?? [];
      return names.every((f) => isPlace(f) && (current[fields.indexOf(f)] ?? null) === null);
    });
    if (empty)
      for (const field of names)
        stuck.push({
          store: collection.store,
          collection: collection.name,
          field,
          why: "unreachable",
          rows: keys.length,
        });
    return !empty;
  });
  if (stuck.length === 0) return { state, plan };
  const { elsewise, arrived, identities, contradictions } = plan;
  return {
    state,
    plan: { elsewise, arrived, identities, changes, contradictions: [...contradictions, ...stuck] },
  };
}

const GOES_ON = "once the cause is gone, run the same request again";
/** The same value would be refused for ever, and nobody can give an open request another one. */
const REFUSED =
  "the store refuses it. If it is the value that it does not take, `avow request refuse` ends this request: then ask with one that it takes. If the cause lies in the store, run the same request again once that is gone";

/** What is busy, locked, out of reach or not allowed says nothing of the value, nor does what lets go on a day. */
const mayBeTheValue = (failure: ConnectorFailure): boolean =>
  failure.error === "malformed" || (failure.error === "blocked" && untilOf(failure) === null);

const HELD =
  "a legal hold keeps rows as they are, and nothing was changed; it goes on when the hold is lifted, or `avow request refuse` ends it";

const isOutcome = (looked: Pass | RequestOutcome): looked is RequestOutcome => "results" in looked;

async function look(
  context: RunContext,
  targets: readonly Target[],
  mode: CorrectionMode,
): Promise<Pass | RequestOutcome> {
  const { estate, identities } = context;
  const earlier = await context.journal.captured();
  const state = await capture(estate, identities, earlier ?? undefined, fieldsToSee(targets));
  if (ambiguousAccounts(state).length > 0)
    return nothing("ambiguous_identity", [severalAccounts(state, identities)]);
  const rows = [...state.collections.values()].reduce((n, c) => n + c.rows.size, 0);
  if (rows === 0) return nothing("not_found", ["nobody is known by these identities; nothing was changed"]);
  const plan = planCorrection({ capture: state, shared: await sharedRows(estate, state), targets, mode });
  const taken = await heldByOthers(estate, state, plan);
  if (taken !== null)
    return nothing("ambiguous_identity", [
      `the new value leads to a row of somebody else in \`${taken}\`: which of the two is meant is for a person to say; nothing was changed`,
    ]);
  const owned = mode === "fill" ? await namedAlready(estate, state, plan) : null;
  if (owned !== null)
    return nothing("ambiguous_identity", [
      `rows of \`${owned}\` that are not the person's hold the new value already, and would be: whose they are is for a person to say; give them to whom they belong, or fill the value in in the application; nothing was changed`,
    ]);
  return { state, plan };
}

/** A collection in which somebody else has a unique identity that a row is about to be given. */
async function heldByOthers(
  estate: BoundEstate,
  state: Capture,
  plan: CorrectionPlan,
): Promise<string | null> {
  for (const { collection, key, rows } of state.collections.values()) {
    const id = idOf(collection);
    for (const identity of collection.identities.filter((i) => !i.shared)) {
      const values = new Set(
        plan.identities.flatMap((i) => (i.namespace === identity.namespace ? [i.value] : [])),
      );
      if (values.size === 0) continue;
      const tuples = [...values].map((v) => [v]);
      const anyOf = matchesByIdentity(estate.graph, id, identity, tuples);
      const found = await readAll(estate, { collection: id, fields: key, anyOf });
      if (found.some((cells) => rows.get(tupleKey(cells))?.reach !== "owned")) return collection.name;
    }
  }
  return null;
}

/**
 * A collection whose rows would become the person's with the value that is filled in: nothing is named by an empty field, but rows that somebody
 * has left behind may name it.
 */
async function namedAlready(
  estate: BoundEstate,
  state: Capture,
  { changes }: CorrectionPlan,
): Promise<string | null> {
  for (const { collection: id, values, keys } of changes) {
    const { fields, rows } = must(state.collections.get(id), "changes are about captured rows");
    for (const { child, link } of estate.graph.into.get(id) ?? []) {
      if (!link.to.fields.some((f) => Object.hasOwn(values, f))) continue;
      const tuples = keys.flatMap((key) => {
        const { current } = must(rows.get(tupleKey(key)), "changes are about captured rows");
        const tuple = link.to.fields.map((f) => values[f] ?? current?.[fields.indexOf(f)] ?? null);
        return tuple.every((v) => v !== null) ? [tuple] : [];
      });
      if (tuples.length === 0) continue;
      const known = must(state.collections.get(idOf(child)), "every collection is captured");
      const anyOf = matchesOf(estate.graph, idOf(child), link, tuples);
      const found = await readAll(estate, { collection: idOf(child), fields: known.key, anyOf });
      if (found.some((cells) => known.rows.get(tupleKey(cells))?.reach !== "owned")) return child.name;
    }
  }
  return null;
}

const inStores = (estate: BoundEstate, { changes }: CorrectionPlan): Map<string, ValueChange[]> =>
  Map.groupBy(changes, (c) => must(estate.graph.collections.get(c.collection), "known").store);

/** Rows that were not what the look had seen any more were not set, and nobody has counted which. */
function madeOf(answer: Answer<readonly number[]>, changes: readonly Guarded[]) {
  if (!answer.ok) return { whole: [], partly: [] };
  const isWhole = ({ keys }: Guarded, at: number): boolean => (answer.value[at] ?? 0) >= keys.length;
  return { whole: changes.filter(isWhole), partly: changes.filter((c, at) => !isWhole(c, at)) };
}

interface Acting extends Pass {
  readonly tries: Tries;
  readonly remember: () => Promise<void>;
}

/** What a store said no to, and what that leaves. */
interface SaidNo {
  readonly failure: ConnectorFailure;
  readonly lines: readonly ResultLine[];
}

async function carryOut(
  context: RunContext,
  { state, plan, tries, remember }: Acting,
): Promise<readonly SaidNo[]> {
  const { estate, journal } = context;
  const failed: SaidNo[] = [];
  for (const [store, all] of inStores(estate, plan)) {
    const changes: Guarded[] = [];
    for (const change of all) changes.push(...(await guarded(estate, state, change)));
    context.onProgress?.(`correcting in ${store}`);
    const id = await journal.intend({
      phase: "dependents",
      store,
      changes: changes.map(({ collection, keys }) => ({ collection, act: "set", set: {}, keys })),
    });
    context.atPoint?.("intended");
    const { eraser } = must(estate.stores[store], "bound stores are connected");
    const answer = await eraser.mutate(
      changes.map(({ collection, values, where, still }) => ({
        act: "set",
        collection: must(estate.graph.collections.get(collection), "known").name,
        where,
        ...(still === undefined ? {} : { still }),
        set: {},
        values,
      })),
    );
    context.atPoint?.("acted");
    // Without an outcome: the next run reads back what became of it.
    if (!answer.ok && answer.unsure === true) throw new StoreFailed(store, answer);
    await journal.outcome(
      id,
      endingOf(
        answer,
        changes.map((c) => c.keys.length),
      ),
    );
    tries.ended(store, madeOf(answer, changes));
    await remember();
    context.atPoint?.("outcome");
    if (answer.ok) continue;
    if (answer.error === "unreachable") throw new StoreFailed(store, answer);
    const lines = changes.map(({ collection, keys }, at): ResultLine => {
      const { name } = must(estate.graph.collections.get(collection), "known");
      return { store, collection: name, ...refusalOf(answer, at, keys.length) };
    });
    failed.push({ failure: answer, lines });
  }
  return failed;
}

function remembered(state: Capture, tried: readonly Tried[]): Earlier {
  const collections = [...state.collections].map(([id, c]) => ({
    id,
    fields: c.fields,
    rows: [...c.rows.values()].map(({ key, cells, reach }): RememberedRow => ({ key, cells, reach })),
  }));
  return { identities: state.identities, collections, tried: [...tried] };
}

const WHY = {
  differs: "holds something else, and was left",
  shared: "is in rows that others own too, and was left",
  about: "was written by others about the person, and was left",
  stuck:
    "still holds the old value, in a list, a key, a link or a field that a foreign key ties, and was left: it can only be put right in the application",
  unreachable: "has no place for the value in its document, and was left",
  meanwhile: "was changed by somebody else meanwhile, and was left",
  unsure: "holds something else now, from this request or from somebody else, and was left",
} as const;

/** Of what is only filled in. */
const WHY_FILL = {
  ...WHY,
  differs: "is not done: the field has a value",
  meanwhile: "is not done: the field has a value by now, or the row is somebody else's",
  unsure: "is not done: the field has a value by now, from somebody else or as the store writes it",
} as const;

const notesOf = (contradictions: readonly Contradiction[], mode: CorrectionMode): string[] =>
  contradictions.map(
    ({ store, collection, field, why, rows }) =>
      `\`${store}/${collection}.${field}\` ${(mode === "fill" ? WHY_FILL : WHY)[why]} (${rows} ${rows === 1 ? "row" : "rows"})`,
  );

function linesOf(estate: BoundEstate, plan: CorrectionPlan): PlanLine[] {
  return plan.changes.map(({ collection, keys, values }) => {
    const { store, name } = must(estate.graph.collections.get(collection), "known");
    const fields = Object.keys(values).sort();
    return { store, collection: name, action: "set", rows: keys.length, reason: fields.join(", "), fields };
  });
}

interface Left {
  readonly plan: readonly PlanLine[];
  readonly results: readonly ResultLine[];
  readonly contradictions: readonly Contradiction[];
  readonly mode: CorrectionMode;
}

function notDone({ plan, results, contradictions, mode }: Left, why: string): RequestOutcome {
  const again = againInWords(results);
  const notes = [`not done: ${why}`, ...(again === null ? [] : [again]), ...notesOf(contradictions, mode)];
  return { state: "not_done", plan, results, kept: [], contradictions, notes };
}

function closed(
  plan: readonly PlanLine[],
  last: CorrectionPlan,
  { tries, mode }: { readonly tries: Tries; readonly mode: CorrectionMode },
): RequestOutcome {
  const { contradictions } = last;
  const results = linesDone(plan, last, tries);
  const said = notesOf(contradictions, mode);
  const notes = plan.length > 0 ? said : ["nothing had to be changed", ...said];
  return { state: "closed", plan, results, kept: [], contradictions, notes };
}
