import { drilledWays, waysOf } from "@avow/core/commitments/at-once";
import type { Commitment } from "@avow/core/policy/model";
import { must } from "@avow/core/terms/assert";
import type { Choice } from "../drill-adapter.ts";
import { NotSearched } from "../drill-traces.ts";
import { type Place, placesOf } from "./canary-rows.ts";
import { type Drill, failed, inSeconds, notSeen, passed, type Stage, type Verdict } from "./stage.ts";
import { usedAnyway, usedWithin } from "./uses.ts";

interface Asked {
  readonly purpose: string;
  /** Ways in which the policy says that one can say no, and the service has one; where the policy names none, all that it has. */
  readonly ways: readonly string[];
}

interface Choices {
  readonly asked: readonly Asked[];
  /** Ways of the policy that the service does not have for some purpose. */
  readonly aside: readonly string[];
  /** What could not be looked at, in words. */
  readonly unseen: readonly string[];
}

const consentsOf = ({ means }: Commitment) => means.consents.filter((m) => m.act === "use");

const isAbout = (commitment: Commitment): boolean =>
  consentsOf(commitment).length > 0 || waysOf("withdraw", commitment).length > 0;

/** What a commitment says of one purpose that it leaves to people. */
interface Said {
  readonly id: string;
  readonly purpose: string;
  readonly ways: readonly string[];
}

/** Whoever may take back what they agreed to may do so with each purpose, by the ways of that right. */
function saidIn({ commitments, purposes }: Stage["policy"]): readonly Said[] {
  const known = Object.keys(purposes);
  const consents = commitments.flatMap((c) =>
    consentsOf(c).flatMap((m) =>
      (m.purposes.includes("all") ? known : m.purposes.filter((p) => known.includes(p))).map(
        (purpose): Said => ({ id: c.id, purpose, ways: m.withdraw }),
      ),
    ),
  );
  const left = [...new Set(consents.map((s) => s.purpose))];
  const rights = commitments.flatMap((c) => {
    const ways = waysOf("withdraw", c);
    const drillable = ways.filter((w) => drilledWays("withdraw").has(w));
    // What only letters lead to is the judgement's to say.
    return drillable.length === 0
      ? []
      : left.map((purpose): Said => ({ id: c.id, purpose, ways: drillable }));
  });
  return [...consents, ...rights];
}

/** Each purpose that the policy leaves to people, and all ways in which it says that they can say no. */
function choicesOf({ policy, adapter }: Stage): Choices {
  const offered = new Map(adapter.choices?.map((c) => [c.purpose, c.ways]));
  const said = saidIn(policy);
  const asked = [...Map.groupBy(said, (s) => s.purpose)].map(([purpose, all]): Asked => {
    const has = offered.get(purpose) ?? [];
    const named = new Set(all.flatMap((s) => s.ways));
    return { purpose, ways: has.filter((w) => named.size === 0 || named.has(w)) };
  });
  const tried = new Map(asked.map((a) => [a.purpose, a.ways]));
  const untried = said.filter(
    ({ purpose, ways }) => ways.length > 0 && !ways.some((w) => tried.get(purpose)?.includes(w)),
  );
  const ways = said.flatMap((s) => s.ways.filter((w) => !tried.get(s.purpose)?.includes(w)));
  return {
    asked,
    aside: [...new Set(ways)],
    unseen: [
      ...asked
        .filter((a) => a.ways.length === 0)
        .map((a) => `the service has no way to say no to \`${a.purpose}\` that could be tried`),
      ...untried
        .filter(({ purpose }) => tried.get(purpose)?.length !== 0)
        .map(({ id, purpose }) => `for \`${purpose}\` the service has none of the ways of \`${id}\``),
    ],
  };
}

/** What was sent to the canary, the newest last. */
async function messagesOf(places: readonly Place[]): Promise<Choice["messages"]> {
  const found: { purpose: string; text: string; at: string }[] = [];
  for (const { reader, collection, link, who } of places) {
    const uses = must(collection.uses, "a place of uses");
    if (uses.text === undefined) continue;
    const query = { collection: collection.name, fields: [uses.purpose, uses.text, uses.at] };
    for await (const batch of reader.read({ ...query, anyOf: [{ fields: link.from, tuples: [who] }] })) {
      if (!batch.ok) throw new NotSearched(`\`${collection.name}\` could not be read: ${batch.reason}`);
      for (const [purpose, text, at] of batch.value)
        found.push({ purpose: purpose ?? "", text: text ?? "", at: at ?? "" });
    }
  }
  return found
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ purpose, text }) => ({ purpose, text }));
}

/** Null: heeded. */
async function tryOne(
  stage: Stage,
  places: readonly Place[],
  { purpose, ways }: Asked,
): Promise<Verdict | null> {
  const { adapter, base, session, token, onStep } = stage;
  const canary = { token };
  const choose = async (yes: boolean, way: string): Promise<void> => {
    const choice = { purpose, yes, way, messages: await messagesOf(places) };
    await adapter.choose?.(base, session, canary, choice);
  };
  for (const way of ways) {
    onStep(`says yes to ${purpose}, and no by ${way}`);
    await choose(true, "settings");
    const occasion = await usedWithin(stage, places, purpose);
    if (occasion === null)
      return notSeen(
        `after a yes to \`${purpose}\` nothing was done within ${inSeconds(stage.waitMsMax)}, so that a no could not show`,
      );
    await choose(false, way);
    if (await usedAnyway(stage, places, occasion))
      return failed(`after a no to \`${purpose}\` by ${way} the data was used`);
  }
  return null;
}

/** Whoever says no, by each way that there is, is heeded at the very next occasion; and whoever says yes is not left out. */
export const withdraw: Drill = {
  name: "withdraw",
  needs: ["choices", "choose", "process"],
  when: "staying",
  restsOn: ({ policy }) => policy.commitments.filter(isAbout),
  async run(stage): Promise<Verdict> {
    const { asked, aside, unseen } = choicesOf(stage);
    if (asked.length === 0) return notSeen("the policy leaves no purpose to people");
    const places = await placesOf(stage, (c) => c.uses !== undefined);
    if (places.length === 0) return notSeen("no collection of uses names the canary");
    const open = [...unseen];
    for (const choice of asked) {
      const wrong = await tryOne(stage, places, choice);
      if (wrong === null) continue;
      // What went wrong weighs more than what nobody could try.
      if (wrong.unseen !== true) return wrong;
      open.push(wrong.detail);
    }
    if (open.length > 0) return notSeen([...new Set(open)].join("; "));
    const tried = asked.reduce((sum, a) => sum + a.ways.length, 0);
    const rest = aside.length === 0 ? "" : `; the way by ${aside.join(" and ")} was not drilled`;
    return passed(
      `a no to each of ${asked.length} purposes, by ${tried} ways in all, was heeded at the next occasion${rest}`,
    );
  },
};
