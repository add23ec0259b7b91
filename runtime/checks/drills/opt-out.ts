import { drilledWays, optOutPlaces, optOutWays } from "@avow/core/commitments/at-once";
import { signalsIn } from "@avow/core/law/index";
import type { Policy } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import { saysNo, saysYes } from "../answer-words.ts";
import { NotSearched } from "../drill-traces.ts";
import { type Place, placesOf } from "./canary-rows.ts";
import { type Drill, failed, notSeen, passed, type Stage, type Verdict } from "./stage.ts";
import { usesFor } from "./uses.ts";

/** Data goes to somebody else for something in return (Fideslang). */
const SOLD = "third_party_sharing";
const isSold = (category: string): boolean => category === SOLD || category.startsWith(`${SOLD}.`);
const purposesOf = ({ purposes }: Policy): readonly string[] =>
  Object.keys(purposes).filter((p) => purposes[p]?.some(isSold) === true);

/** The canary's newest answer on record for a purpose, as the store writes it; null: there is none. */
async function answerFor(places: readonly Place[], purpose: string): Promise<string | null> {
  const found: { readonly atMs: number; readonly given: string }[] = [];
  for (const { reader, collection, link, who } of places) {
    const { given, at, purpose: field } = must(collection.consents, "a place of answers");
    const anyOf = [{ fields: [...link.from, field], tuples: [[...who, purpose]] }];
    for await (const batch of reader.read({ collection: collection.name, fields: [given, at], anyOf })) {
      if (!batch.ok) throw new NotSearched(`\`${collection.name}\` could not be read: ${batch.reason}`);
      for (const [yes, when] of batch.value) found.push({ atMs: Date.parse(when ?? ""), given: yes ?? "" });
    }
  }
  return found.sort((a, b) => a.atMs - b.atMs).at(-1)?.given ?? null;
}

interface Ways {
  /** Each way that the policy names and the service has, and the signal of a browser where a law of the place has it honoured. */
  readonly tried: readonly string[];
  /** Ways of the policy that a drill would go, if the service had them. */
  readonly aside: readonly string[];
  /** Commitments of whose ways not one is tried, although a drill would go some. */
  readonly unseen: readonly string[];
}

function waysOf({ policy, adapter, now }: Stage): Ways {
  const offered = new Set(adapter.optOutWays);
  const drillable = policy.commitments.map((c) => ({
    id: c.id,
    ways: optOutWays(c).filter((w) => drilledWays("opt-out").has(w)),
  }));
  const named = new Set(policy.commitments.flatMap(optOutWays));
  const places = policy.commitments.flatMap((c) => optOutPlaces(c, policy));
  const signal = places.some((p) => signalsIn(p, now()).length > 0);
  return {
    tried: [...new Set([...[...named].filter((w) => offered.has(w)), ...(signal ? ["signal"] : [])])],
    aside: [...new Set(drillable.flatMap((c) => c.ways))].filter((w) => !offered.has(w)),
    unseen: drillable
      .filter((c) => c.ways.length > 0 && !c.ways.some((w) => offered.has(w)))
      .map((c) => c.id),
  };
}

interface Places {
  readonly answers: readonly Place[];
  readonly uses: readonly Place[];
  readonly purposes: readonly string[];
}

/**
 * Whether the newest answer is a no; null: nothing tells it from what was there before. In a store's own words (`granted`, `refused`) it
 * is one when it is another than the yes before it.
 */
function isNo(before: string | null, after: string | null): boolean | null {
  if (after === null || saysYes(after)) return false;
  if (before === null) return saysNo(after) ? true : null;
  return before === after ? null : true;
}

/** Null: heeded. */
async function refuse(
  stage: Stage,
  { answers, uses, purposes }: Places,
  { way, turn }: { readonly way: string; readonly turn: number },
): Promise<Verdict | null> {
  const { adapter, base, session, token, onStep } = stage;
  const served = async (n: number): Promise<string> =>
    ((await adapter.served?.(base, session, { token: `${token}served${n}` })) ?? "").trim();
  onStep(`refuses a sale by ${way}`);
  await adapter.optOut?.(base, session, { way: "settings", back: true });
  const yes = new Map<string, string | null>();
  for (const purpose of purposes) yes.set(purpose, await answerFor(answers, purpose));
  const before = await served(2 * turn);
  await adapter.optOut?.(base, session, { way, back: false });
  let unclear: string | null = null;
  for (const purpose of purposes) {
    const refused = isNo(yes.get(purpose) ?? null, await answerFor(answers, purpose));
    if (refused === false) return failed(`a no to \`${purpose}\` by ${way} is not on record`);
    if (refused === null) unclear = purpose;
    if ((await usesFor(uses, purpose)) > 0) return failed(`the canary's data was used for \`${purpose}\``);
  }
  const after = await served(2 * turn + 1);
  if (before !== after)
    return failed(`after a no by ${way} the service is not what it was: answers or prices are others`);
  if (before === "") return notSeen("the service showed no answer and no price");
  return unclear === null
    ? null
    : notSeen(
        `what is on record of \`${unclear}\` does not tell a no by ${way} from what was there before it`,
      );
}

/** Whoever refuses a sale, by each way, is on record as having done so at once, nothing of theirs is sold, and the service stays the same. */
export const optOut: Drill = {
  name: "opt-out",
  needs: ["optOut", "optOutWays", "served"],
  when: "staying",
  restsOn: ({ policy }) => policy.commitments.filter((c) => optOutWays(c).length > 0),
  async run(stage): Promise<Verdict> {
    const { policy } = stage;
    const purposes = purposesOf(policy);
    if (purposes.length === 0) return notSeen("the policy names no purpose that is a sale");
    const answers = await placesOf(stage, (c) => c.consents !== undefined);
    const uses = await placesOf(stage, (c) => c.uses !== undefined);
    if (answers.length === 0) return notSeen("no collection of answers names the canary");
    const ways = waysOf(stage);
    if (ways.tried.length === 0) return notSeen("the service has none of the ways to refuse a sale");
    const unseen = new Set<string>();
    for (const [turn, way] of ways.tried.entries()) {
      const wrong = await refuse(stage, { answers, uses, purposes }, { way, turn });
      if (wrong !== null && wrong.unseen !== true) return wrong;
      if (wrong !== null) unseen.add(wrong.detail);
    }
    // Whoever sells may do so without a word of it on record, where nothing is.
    if (uses.length === 0) unseen.add("no collection of uses names the canary");
    if (unseen.size > 0) return notSeen([...unseen].join("; "));
    if (ways.unseen.length > 0)
      return notSeen(`the service has none of the ways of \`${ways.unseen.join("`, `")}\``);
    const aside = ways.aside.length === 0 ? "" : `; the way by ${ways.aside.join(" and ")} was not drilled`;
    return passed(
      `a no to a sale by ${ways.tried.join(" and ")} was on record at once, and answers and prices stayed the same${aside}`,
    );
  },
};
