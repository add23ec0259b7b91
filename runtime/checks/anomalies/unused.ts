/** Fields that never say anything, and data that no purpose uses: what is not needed is better not kept. */

import { holdsPersonal } from "@avow/core/commitments/judgement";
import { type Collection, idOf } from "@avow/core/datamap/model";
import { isPersonal } from "@avow/core/terms/category";
import type { Anomaly, Found, Looking, Open } from "./model.ts";

/** In a few rows, one value says nothing about the field. */
const ROWS_MIN = 20;

export async function silent(
  collection: Collection,
  { reader, collections }: Open,
  { budget }: Looking,
  found: Found,
): Promise<void> {
  const live = new Set(collections.get(collection.name)?.fields.map((f) => f.name));
  const fields = collection.fields
    .filter((f) => isPersonal(f.category) && live.has(f.name))
    .map((f) => f.name);
  const [first] = fields;
  if (first === undefined || reader.constant === undefined || reader.estimate === undefined) return;
  const id = idOf(collection);
  const look = { collection: collection.name, field: first, valuesMax: 2 };
  const price = await reader.estimate({ ask: "distinct", query: look });
  if (!price.ok) {
    found.notLooked.push(`\`${id}\`: ${price.reason}`);
    return;
  }
  const { rows, bytes } = price.value.collection;
  if (rows < ROWS_MIN) return;
  if (bytes > budget.bytes || rows > budget.rows) {
    found.notLooked.push(`\`${id}\` is too large to be searched for fields that say nothing`);
    return;
  }
  const answer = await reader.constant({
    collection: collection.name,
    fields,
    timeoutMs: budget.seconds * 1000,
  });
  if (!answer.ok) {
    found.notLooked.push(`\`${id}\`: ${answer.reason}`);
    return;
  }
  for (const { field, holds } of answer.value.fields)
    if (holds === "one value" && pseudoPeopleSay(collection, field))
      found.notLooked.push(
        `\`${id}.${field}\` holds the same in every row, which may be of pseudo-people only`,
      );
    else if (holds !== "several")
      found.anomalies.push({
        ...{ anomaly: "says nothing", store: collection.store, collection: collection.name, field },
        ...{ count: null, examined: rows, partial: false },
        what: `\`${id}.${field}\` holds ${holds === "nothing" ? "nothing in any row" : "the same in every row"}: nobody can be using it`,
      });
}

/** A field that is filled alike for each of them. */
const pseudoPeopleSay = ({ standIn = {} }: Collection, field: string): boolean =>
  Object.hasOwn(standIn, field) && standIn[field] !== "null";

/** By the policy's own words: what lies there is of a class that no commitment uses. */
export function unusedClasses({ policy, map }: Pick<Looking, "policy" | "map">): Anomaly[] {
  const uses = policy.commitments
    .flatMap((c) => c.means.clauses)
    .filter((c) => (c.act === "use" || c.act === "share" || c.act === "collect") && c.mode !== "never")
    .filter((c) => c.act !== "collect" || (c.purposes.length > 0 && !c.purposes.includes("all")));
  const used = (name: string): boolean => uses.some((u) => u.data.includes(name) || u.data.includes("all"));
  return map.stores
    .flatMap((s) => s.collections)
    .filter((c) => holdsPersonal(c) && !used(c.class))
    .map((c) => ({
      ...{
        anomaly: "no use",
        store: c.store,
        collection: c.name,
        count: null,
        examined: null,
        partial: false,
      },
      what: `\`${idOf(c)}\` holds \`${c.class}\`, and no commitment says what that is used for`,
    }));
}
