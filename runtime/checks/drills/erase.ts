import { createHash } from "node:crypto";
import { keptFields, keyFields, pointingAt, search, type Traces, tells } from "../drill-traces.ts";
import { namesOf } from "./canary-rows.ts";
import { ask, type Drill, failed, NO_TRACE, notSeen, passed } from "./stage.ts";

/** What is made of an address to recognise it by: whoever keeps that knows the person again. */
function madeOf(value: string): readonly string[] {
  // Who is called by a short number is not told by what is made of it.
  if (!tells(value)) return [];
  const forms = [...new Set([value, value.trim().toLowerCase()])];
  return forms.flatMap((text) => [
    ...["md5", "sha1", "sha256"].map((sum) => createHash(sum).update(text).digest("hex")),
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
  ]);
}

/** `collection.field` of all that the traces name. */
const fieldsIn = (traces: Traces): readonly string[] =>
  [...traces].flatMap(([place, fields]) => [...fields].map((f) => `${place}.${f}`));

const shown = (fields: readonly string[]): string => [...new Set(fields)].join("`, `");

/** Nothing of the canary is left, but for what the map keeps for a reason and what lay there before. */
export const erase: Drill = {
  name: "erase",
  needs: ["requestRight"],
  when: "leaving",
  async run(stage) {
    const { readers, token, identities, map, onStep } = stage;
    if (stage.traces.size === 0) return notSeen(NO_TRACE);
    const { keys, addresses } = await namesOf(stage);
    const told = [token, ...addresses, ...Object.values(identities).flatMap(madeOf)];
    const places = await keyFields(map, readers);
    const before = new Set(fieldsIn(await search(readers, ...told, ...keys)));
    const ended = await ask(stage, "erase");
    // Under grace it is out of the stores, and closed only when its window has ended.
    if (ended.state !== "closed" && ended.state !== "restricted")
      return failed(`the request ended as \`${ended.state}\``);
    const left = await search(readers, ...told);
    const named = keys.length === 0 ? [] : fieldsIn(await search(readers, ...keys));
    const stays = keptFields(map);
    const lies = fieldsIn(left);
    onStep(
      `looked for the canary again: ${left.size === 0 ? "nothing left" : `left in ${[...left.keys()].join(", ")}`}`,
    );
    const pointing = fieldsIn(await pointingAt(readers, keys));
    const byKey = [...named, ...pointing].filter((f) => !places.has(f));
    const wrong = [...lies, ...byKey].filter((f) => !stays.has(f));
    if (wrong.length > 0) return failed(`traces are left in \`${shown(wrong)}\``);
    const found = [...new Set([...lies, ...named.filter((f) => stays.has(f))])].sort();
    const fresh = found.filter((f) => !before.has(f));
    if (fresh.length > 0) return failed(`what was erased came into \`${shown(fresh)}\`, which is kept`);
    return passed(`nothing of the canary is left in any store${but(found, stays)}`);
  },
};

function but(found: readonly string[], stays: ReadonlyMap<string, string>): string {
  const kept = found.map((f) => `\`${f}\` (${stays.get(f)})`);
  return kept.length === 0 ? "" : `, but for what is kept: ${kept.join(", ")}`;
}
