import { type Collection, idOf } from "@avow/core/datamap/model";
import { NotSearched, search, tells } from "../drill-traces.ts";
import { type Drill, failed, notSeen, passed, type Stage } from "./stage.ts";

async function countIn({ readers }: Stage, { store, name }: Collection): Promise<number> {
  const counted = await readers[store]?.count({ collection: name });
  if (counted === undefined) throw new NotSearched(`the store \`${store}\` can not be read`);
  if (!counted.ok) throw new NotSearched(`\`${name}\` could not be read: ${counted.reason}`);
  return counted.value;
}

/** Of what the canary wrote, something is made for each purpose that the map names, or else for all there are; nothing in it says who wrote that. */
export const deidentified: Drill = {
  name: "deidentified",
  needs: ["choices", "choose", "process"],
  when: "staying",
  async run(stage) {
    const { adapter, base, session, token, map, readers, identities, onStep } = stage;
    const places = map.stores
      .flatMap((s) => s.collections)
      .flatMap((c) => (c.deidentified === undefined ? [] : [{ collection: c, made: c.deidentified }]));
    if (places.length === 0) return notSeen("the map names no collection that is made of people's data");
    let rows = 0;
    for (const { collection, made } of places) {
      const purposes = made.for.length > 0 ? made.for : (adapter.choices ?? []).map((c) => c.purpose);
      let here = 0;
      for (const purpose of purposes) {
        onStep(`has something made of its data for ${purpose}`);
        if (adapter.choices?.some((c) => c.purpose === purpose) === true)
          await adapter.choose?.(
            base,
            session,
            { token },
            { purpose, yes: true, way: "settings", messages: [] },
          );
        const before = await countIn(stage, collection);
        await adapter.process?.(base, session, { token }, purpose);
        const fresh = (await countIn(stage, collection)) - before;
        if (fresh <= 0 && made.for.length > 0)
          return failed(`nothing was made for \`${purpose}\`, so that nothing could show`);
        here += Math.max(0, fresh);
      }
      // Of a place that says nothing of purposes, any may have made its rows; none of them did.
      if (here === 0)
        return notSeen(
          `nothing came into \`${idOf(collection)}\`, and the map does not say for what it is made (\`for\`)`,
        );
      rows += here;
    }
    const known = [token, ...Object.values(identities).filter(tells)];
    const found = await search(readers, ...known);
    for (const { collection } of places)
      if (found.has(idOf(collection)))
        return failed(`what was made in \`${idOf(collection)}\` says whose data it was made of`);
    return passed(`${rows} rows were made of the canary's data, and nothing in them says so`);
  },
};
