/** Rows that no person owns, and people whom rows name and who have no row of their own. */
import { type Collection, carriesOwnership, idOf } from "@avow/core/datamap/model";
import type { OwnershipQuery } from "../../connector-kit/contract.ts";
import type { Found, Looking, Open } from "./model.ts";

const PART_ROWS_MAX = 500_000;

const count = (n: number, one: string): string => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

export async function ownerless(
  collection: Collection,
  { reader }: Open,
  { budget }: Looking,
  found: Found,
): Promise<void> {
  const owners = collection.links.filter(carriesOwnership);
  if (owners.length === 0) return;
  const id = idOf(collection);
  const strange = owners.find(
    (l) => l.via !== undefined || l.when !== undefined || l.to.store !== collection.store,
  );
  if (strange !== undefined || reader.ownership === undefined) {
    found.notLooked.push(`\`${id}\`: whose its rows are is not decided by plain links within its store`);
    return;
  }
  const links = owners.map((l) => ({
    from: l.from,
    to: { collection: l.to.collection, fields: l.to.fields },
  }));
  const query: OwnershipQuery = { collection: collection.name, links, timeoutMs: budget.seconds * 1000 };
  const price = await reader.estimate?.({ ask: "ownership", query });
  if (price !== undefined && !price.ok) {
    found.notLooked.push(`\`${id}\`: ${price.reason}`);
    return;
  }
  const large = price !== undefined && (price.value.bytes > budget.bytes || price.value.rows > budget.rows);
  const key = price?.value.windowKey ?? null;
  if (large && key === null) {
    found.notLooked.push(`\`${id}\` is too large to be looked at, and has no key to read a part of it by`);
    return;
  }
  const part =
    large && key !== null ? { window: { key, after: null, upTo: null, rowsMax: PART_ROWS_MAX } } : {};
  const answer = await reader.ownership({ ...query, ...part });
  if (!answer.ok) {
    found.notLooked.push(`\`${id}\`: ${answer.reason}`);
    return;
  }
  const { rows, unlinked, dangling, missing } = answer.value;
  const place = { store: collection.store, collection: collection.name, examined: rows, partial: large };
  const of = `of ${count(rows, "row")} of \`${id}\``;
  // What is kept when its person goes lets go of them: that is meant.
  if (unlinked > 0 && collection.erase.rule !== "keep")
    found.anomalies.push({
      ...{ anomaly: "unowned", ...place, count: unlinked },
      what: `${unlinked.toLocaleString("en")} ${of} belong to nobody: no owner is set`,
    });
  if (dangling > 0)
    found.anomalies.push({
      ...{ anomaly: "missing person", ...place, count: missing },
      what: `${dangling.toLocaleString("en")} ${of} name an owner who is not there (${count(missing, "missing owner")})`,
    });
}
