/**
 * Foreign keys that their store enforces, and does not vouch for: MariaDB and SQLite let a session write around them. Links by an address over
 * such a key (spec/data-map.md, "Links by an address") lead to the very row that they name only where no row leads nowhere: that is looked at,
 * once, as a link in any letters would read the collection anyhow, for each question.
 */
import type { Graph } from "@avow/core/datamap/graph";
import { type Collection, idOf, type Link } from "@avow/core/datamap/model";
import type { CollectionDescription, Connector } from "../../connector-kit/contract.ts";
import { heldBy } from "../../connector-kit/held.ts";

type Stores = Readonly<Record<string, { readonly reader: Pick<Connector, "ownership"> }>>;
type Described = ReadonlyMap<string, ReadonlyMap<string, CollectionDescription>>;

/** Longer is not worth it: then the link is asked in any letters. */
const LOOK_MS_MAX = 10_000;

/** `graph`: as it is where nothing more is vouched for. */
export async function vouched(
  graph: Graph,
  described: Described,
  stores: Stores,
): Promise<(child: string, link: Link) => boolean> {
  const enforced = heldBy(allHold(described));
  const sound = new Set<Link["to"]>();
  for (const child of graph.collections.values())
    for (const link of child.links) {
      if ((link.normalisers ?? []).every((n) => n === "exact") || link.when !== undefined) continue;
      if (enforced(idOf(child), link) && (await leadsSomewhere(child, link, stores))) sound.add(link.to);
    }
  const held = heldBy(described);
  return (child, link) => held(child, link) || sound.has(link.to);
}

async function leadsSomewhere(child: Collection, { from, to }: Link, stores: Stores): Promise<boolean> {
  const links = [{ from, to: { collection: to.collection, fields: to.fields } }];
  const answer = await stores[child.store]?.reader.ownership?.({
    ...{ collection: child.name, links, timeoutMs: LOOK_MS_MAX },
  });
  return answer?.ok === true && answer.value.dangling === 0;
}

const allHold = (described: Described): Parameters<typeof heldBy>[0] =>
  new Map(
    [...described].map(([store, collections]) => [
      store,
      new Map(
        [...collections].map(([id, { name, foreignKeys }]) => [
          id,
          { name, foreignKeys: foreignKeys.map((fk) => ({ ...fk, holds: true as const })) },
        ]),
      ),
    ]),
  );
