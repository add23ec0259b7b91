/** What keeps requests from being carried out together. Unsure means no: then each is carried out by itself. */
import { idOf } from "@avow/core/datamap/model";
import { fieldWithin } from "@avow/core/plan/gather";
import type { Desk } from "../desk/desk.ts";
import type { BoundEstate } from "../run/estate.ts";

interface Service extends Pick<Desk, "grace"> {
  readonly estate: Pick<BoundEstate, "byHand"> & {
    readonly graph: Pick<BoundEstate["graph"], "collections">;
  };
}

/** Of the whole service, in words; null: requests can be carried out together. */
export function whyAlone({ estate, grace }: Service): string | null {
  if (grace !== null) return "erasures can be taken back (`grace`), each with a key of its own";
  const [task] = estate.byHand;
  if (task !== undefined) return `\`${idOf(task)}\` is dealt with by hand, in a task for each request`;
  for (const collection of estate.graph.collections.values()) {
    if (collection.erase.rule === "mask" && collection.erase.standIn !== undefined)
      return `rows of \`${idOf(collection)}\` go on under pseudo-people, which are made request by request`;
    const inside = fieldWithin(collection);
    if (inside !== null)
      return `the map looks into the values of \`${idOf(collection)}.${inside}\`, and a sweep decides about whole rows`;
  }
  return null;
}
