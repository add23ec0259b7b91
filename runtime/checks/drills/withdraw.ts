import { must } from "@avow/core/terms/assert";
import type { Choice } from "../drill-adapter.ts";
import { NotSearched } from "../drill-traces.ts";
import { type Place, placesOf } from "./canary-rows.ts";
import { type Drill, failed, notSeen, passed, type Stage, type Verdict } from "./stage.ts";

interface Asked {
  readonly purpose: string;
  /** Ways in which the policy says that one can say no. */
  readonly ways: readonly string[];
  readonly opt: "in" | "out";
}

/** Each purpose that the policy leaves to people, and all ways in which it says that they can say no. */
function askedOf({ policy }: Stage): readonly Asked[] {
  const asked = new Map<string, Asked>();
  for (const { act, purposes, withdraw, opt } of policy.commitments.flatMap((c) => c.means.consents)) {
    if (act !== "use") continue;
    for (const purpose of purposes.filter((p) => p in policy.purposes)) {
      const known = asked.get(purpose);
      const ways = [...new Set([...(known?.ways ?? []), ...withdraw])];
      asked.set(purpose, { purpose, ways, opt: known?.opt === "in" ? "in" : opt });
    }
  }
  return [...asked.values()];
}

/** How often the canary's data was used for a purpose, as the rows say. */
export async function usesFor(places: readonly Place[], purpose: string): Promise<number> {
  let rows = 0;
  for (const { reader, collection, link, who } of places) {
    const uses = must(collection.uses, "a place of uses");
    const anyOf = [{ fields: [...link.from, uses.purpose], tuples: [[...who, purpose]] }];
    const counted = await reader.count({ collection: collection.name, anyOf });
    if (!counted.ok) throw new NotSearched(`\`${collection.name}\` could not be read: ${counted.reason}`);
    rows += counted.value;
  }
  return rows;
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
): Promise<string | null> {
  const { adapter, base, session, token, onStep } = stage;
  const canary = { token };
  const used = async (): Promise<number> => {
    const before = await usesFor(places, purpose);
    await adapter.process?.(base, session, canary, purpose);
    return (await usesFor(places, purpose)) - before;
  };
  const choose = async (yes: boolean, way: string): Promise<void> => {
    const choice = { purpose, yes, way, messages: await messagesOf(places) };
    await adapter.choose?.(base, session, canary, choice);
  };
  for (const way of ways) {
    onStep(`says yes to ${purpose}, and no by ${way}`);
    await choose(true, "settings");
    if ((await used()) === 0)
      return `after a yes to \`${purpose}\` nothing was done, so that a no could not show`;
    await choose(false, way);
    if ((await used()) > 0) return `after a no to \`${purpose}\` by ${way} the data was used`;
  }
  return null;
}

/** Whoever says no, by each way that there is, is heeded at the very next occasion; and whoever says yes is not left out. */
export const withdraw: Drill = {
  name: "withdraw",
  needs: ["choices", "choose", "process"],
  when: "staying",
  restsOn: ({ policy }) => policy.commitments.filter((c) => c.means.consents.some((m) => m.act === "use")),
  async run(stage): Promise<Verdict> {
    const asked = askedOf(stage);
    if (asked.length === 0) return notSeen("the policy leaves no purpose to people");
    const places = await placesOf(stage, (c) => c.uses !== undefined);
    if (places.length === 0) return notSeen("no collection of uses names the canary");
    const offered = new Map(stage.adapter.choices?.map((c) => [c.purpose, c.ways]));
    const aside = new Set<string>();
    let tried = 0;
    for (const choice of asked) {
      const ways = choice.ways.filter((w) => offered.get(choice.purpose)?.includes(w));
      if (ways.length === 0) return failed(`there is no way to say no to \`${choice.purpose}\``);
      for (const way of choice.ways.filter((w) => !ways.includes(w))) aside.add(way);
      const wrong = await tryOne(stage, places, { ...choice, ways });
      if (wrong !== null) return failed(wrong);
      tried += ways.length;
    }
    const rest = aside.size === 0 ? "" : `; the way by ${[...aside].join(" and ")} was not drilled`;
    return passed(
      `a no to each of ${asked.length} purposes, by ${tried} ways in all, was heeded at the next occasion${rest}`,
    );
  },
};
