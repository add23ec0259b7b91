/**
 * A service's stores made ready for a request: the map tied to what the live stores declare. Whatever does not fit stops the request
 * before anything is touched.
 */
import { type LiveCollection, storeIssues } from "@avow/core/datamap/feasible";
import { buildGraph, type Graph, type Told } from "@avow/core/datamap/graph";
import { type Collection, collectionId, type DataMap, idOf } from "@avow/core/datamap/model";
import { pseudoIssues } from "@avow/core/datamap/stand-in-store";
import type { Keys } from "@avow/core/plan/capture";
import type { KeepRule } from "@avow/core/plan/keep";
import type { ForeignKey } from "@avow/core/plan/order";
import { errorAt, type Issue, type IssueText } from "@avow/core/terms/issue";
import type { Notations } from "@avow/core/terms/notations";
import { nearest } from "@avow/core/terms/suggest";

import type { CollectionDescription, Connector, ConnectorFailure } from "../../connector-kit/contract.ts";
import { heldBy } from "../../connector-kit/held.ts";
import { splitByHand } from "./by-hand-map.ts";
import { vouched } from "./vouched.ts";

export interface StoreAccess {
  readonly reader: Connector;
  readonly eraser: Connector;
}

export interface Estate {
  readonly map: DataMap;
  readonly keepRules: ReadonlyMap<string, KeepRule>;
  readonly stores: Readonly<Record<string, StoreAccess>>;
}

/** A foreign key whose deletions spread to rows that point at it. */
export interface Cascade {
  readonly store: string;
  /** Native name: the collection may be outside the map. */
  readonly child: string;
  readonly childFields: readonly string[];
  readonly parent: string;
  readonly parentFields: readonly string[];
}

/** A foreign key that the store empties by itself when the row that it points at goes. */
export interface Loosened extends Omit<Cascade, "child"> {
  /** The collection may be outside the map. */
  readonly child: CollectionDescription;
}

export interface BoundEstate extends Estate {
  readonly graph: Graph;
  readonly keys: Keys;
  /** What the stores declare of the map's collections, by id. */
  readonly lives: ReadonlyMap<string, CollectionDescription>;
  /** Collection → field → what the store calls its type. */
  readonly types: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Collection → field → the label that a tombstone is there. */
  readonly labels: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly foreignKeys: readonly ForeignKey[];
  readonly cascades: readonly Cascade[];
  readonly loosened: readonly Loosened[];
  /** Everything that the stores declare: store → collection, whether the map knows it or not. */
  readonly described: ReadonlyMap<string, ReadonlyMap<string, CollectionDescription>>;
  /** Collections that only a person can act on: nothing else in here knows of them. */
  readonly byHand: readonly Collection[];
  /** Rows by collection, as the systems themselves guess; left out where they have no guess. */
  readonly estimates: ReadonlyMap<string, number>;
}

export type Bound =
  | { readonly ok: true; readonly estate: BoundEstate }
  | { readonly ok: false; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly store: string; readonly failure: ConnectorFailure };

export async function bindEstate(estate: Estate): Promise<Bound> {
  const described = new Map<string, ReadonlyMap<string, CollectionDescription>>();
  for (const { store, file } of estate.map.stores) {
    const access = estate.stores[store];
    if (access === undefined) {
      const text: IssueText = {
        code: "no-store",
        message: `the map describes the store \`${store}\`, which avow.yaml does not connect`,
        fix: "name it under `stores:`",
      };
      return { ok: false, issues: [errorAt({ file, line: 1, column: 1 }, text)] };
    }
    if (access.reader.byHand === true) continue;
    const answer = await access.reader.describe();
    if (!answer.ok) return { ok: false, store, failure: answer };
    described.set(store, new Map(answer.value.collections.map((c) => [c.name, c])));
  }
  const { reachable, byHand, apart } = splitByHand(estate);
  if (apart.length > 0) return { ok: false, issues: apart };
  const graphWhere = (isHeld: ReturnType<typeof heldBy>): Graph =>
    buildGraph(reachable, notationsOf(described), isHeld, (id) => isReadWhole(described, id));
  const isHeld = await vouched(graphWhere(heldBy(described)), described, estate.stores);
  return bind({ estate, described, graph: graphWhere(isHeld), byHand });
}

interface Binding extends Pick<BoundEstate, "described" | "graph" | "byHand"> {
  readonly estate: Estate;
}

function bind({ estate, described, graph, byHand }: Binding): Bound {
  const keys = new Map<string, readonly string[]>();
  const lives = new Map<string, LiveCollection & CollectionDescription>();
  const types = new Map<string, ReadonlyMap<string, string>>();
  const labels = new Map<string, ReadonlyMap<string, string>>();
  const issues: Issue[] = [];
  for (const [id, c] of graph.collections) {
    const live = described.get(c.store)?.get(c.name);
    if (live === undefined) {
      issues.push(
        errorAt(c.span, {
          code: "missing-collection",
          message: `the store \`${c.store}\` has no collection \`${c.name}\``,
          fix: nearOr(
            c.name,
            [...(described.get(c.store)?.keys() ?? [])],
            "correct the map, or grant Avow's reader the right to see it: `avow grants` writes it out",
          ),
        }),
      );
      continue;
    }
    const key = c.key ?? live.primaryKey;
    keys.set(id, key);
    types.set(id, new Map(live.fields.map((f) => [f.name, f.type])));
    labels.set(
      id,
      new Map(live.fields.flatMap((f) => (f.label === undefined ? [] : [[f.name, f.label] as const]))),
    );
    issues.push(...collectionIssues(estate, c, live, key));
    lives.set(id, { ...live, key });
  }
  // Only a map that names what is there can be held against it.
  if (issues.length === 0) {
    for (const c of graph.collections.values())
      issues.push(...storeIssues(c, graph.collections, lives), ...pseudoIssues(c, graph.collections, lives));
  }
  issues.push(...byHand.flatMap((c) => keepIssues(c, estate.keepRules)));
  if (issues.length > 0) return { ok: false, issues };
  const estimates = new Map(
    [...lives].flatMap(([id, l]) => (l.rowsEstimate === null ? [] : [[id, l.rowsEstimate]])),
  );
  return {
    ok: true,
    estate: {
      ...estate,
      graph,
      byHand,
      keys,
      lives,
      types,
      labels,
      ...tiesOf(graph, described),
      described,
      estimates,
    },
  };
}

/** A name that is near may be the one that was meant, or another one that the account may see. */
function nearOr(word: string, known: readonly string[], otherwise: string): string {
  const near = nearest(word, known);
  return near === null ? otherwise : `did you mean \`${near}\`? Else ${otherwise}`;
}

/** A look through so many rows takes a second or two; where nobody knows how many there are, there may be more. */
const READ_WHOLE_ROWS_MAX = 1_000_000;

function isReadWhole(described: BoundEstate["described"], id: string): boolean {
  const all = [...described].flatMap(([store, cs]) => [...cs.values()].map((c) => ({ store, c })));
  const one = all.find(({ store, c }) => collectionId({ store, collection: c.name }) === id);
  return (one?.c.rowsEstimate ?? one?.c.rowsMost ?? Number.POSITIVE_INFINITY) <= READ_WHOLE_ROWS_MAX;
}

function notationsOf(described: ReadonlyMap<string, ReadonlyMap<string, CollectionDescription>>): Told {
  const all = [...described].flatMap(([store, cs]) =>
    [...cs.values()].map((c): [string, ReadonlyMap<string, Notations>] => [
      collectionId({ store, collection: c.name }),
      new Map(
        c.fields.flatMap(({ name, notations }) => (notations === undefined ? [] : [[name, notations]])),
      ),
    ]),
  );
  return new Map(all.filter(([, fields]) => fields.size > 0));
}

/** What the stores themselves do, or refuse, when a row goes that others point at. */
function tiesOf(
  graph: Graph,
  described: ReadonlyMap<string, ReadonlyMap<string, CollectionDescription>>,
): Pick<BoundEstate, "foreignKeys" | "cascades" | "loosened"> {
  const links = [...described].flatMap(([store, cs]) =>
    [...cs.values()].flatMap((c) => c.foreignKeys.map((fk) => ({ store, child: c.name, fk }))),
  );
  const foreignKeys = links
    .map(({ store, child, fk }) => ({
      from: collectionId({ store, collection: child }),
      to: collectionId({ store, collection: fk.to.collection }),
    }))
    .filter((fk) => graph.collections.has(fk.from) && graph.collections.has(fk.to));
  const cascades = links
    .filter(({ fk }) => fk.onDelete === "cascade")
    .map(({ store, child, fk }) => ({
      store,
      child,
      childFields: fk.from,
      parent: fk.to.collection,
      parentFields: fk.to.fields,
    }));
  const loosened = [...described].flatMap(([store, cs]) =>
    [...cs.values()].flatMap((child) =>
      child.foreignKeys
        .filter((fk) => fk.onDelete === "set null" || fk.onDelete === "set default")
        .map((fk) => ({
          ...{ store, child, childFields: fk.from },
          ...{ parent: fk.to.collection, parentFields: fk.to.fields },
        })),
    ),
  );
  return { foreignKeys, cascades, loosened };
}

function collectionIssues(
  estate: Estate,
  c: Collection,
  live: CollectionDescription,
  key: readonly string[],
): Issue[] {
  const issues: Issue[] = [];
  const fields = new Set(live.fields.map((f) => f.name));
  const wrong = (text: IssueText): void => {
    issues.push(errorAt(c.span, text));
  };
  if (key.length === 0 && c.class !== "system")
    wrong({
      code: "no-key",
      message: `\`${c.name}\` has no primary key, so its rows can not be told apart`,
      fix: "name the fields that tell them apart with `key: […]`",
    });
  for (const f of c.fields.filter((f) => !fields.has(f.path?.column ?? f.name)))
    wrong({
      code: "missing-field",
      message: `\`${idOf(c)}\` has no field \`${f.name}\` any more`,
      fix: nearOr(
        f.path?.column ?? f.name,
        [...fields],
        "take it out of the map, correct its name, or grant Avow's reader the right to see it: `avow grants` writes it out",
      ),
    });
  for (const f of c.fields.filter((f) => f.path !== undefined && fields.has(f.name)))
    wrong({
      code: "ambiguous-path",
      message: `\`${idOf(c)}\`: \`${f.name}\` is a place inside of \`${f.path?.column}\` to the map, and a field of its own to the store`,
      fix: "write the first key of the path in quotes, or rename the field in the store",
    });
  issues.push(...keepIssues(c, estate.keepRules));
  return issues;
}

/** What a collection's reason to keep asks of it: seen without any store. */
export function keepIssues(c: Collection, keepRules: ReadonlyMap<string, KeepRule>): Issue[] {
  if (c.erase.rule !== "keep") return [];
  const rule = keepRules.get(c.erase.commitment);
  if (rule === undefined)
    return [
      errorAt(c.span, {
        code: "no-reason-to-keep",
        message: `\`${c.name}\` is kept for \`${c.erase.commitment}\`, which is no commitment that allows keeping`,
        fix: "name a `retain` commitment with `keeps:`, or erase",
      }),
    ];
  if (c.anchors[rule.anchor] === undefined)
    return [
      errorAt(c.span, {
        code: "no-anchor",
        message: `\`${c.name}\` is kept for \`${rule.commitment}\`, which counts from \`${rule.anchor}\`, but the map binds no field to that`,
        fix: `add \`anchors: { ${rule.anchor}: … }\``,
      }),
    ];
  if (rule.classes.includes(c.class)) return [];
  return [
    errorAt(c.span, {
      code: "wrong-class",
      message: `\`${c.name}\` is of class \`${c.class}\`, but \`${rule.commitment}\` keeps \`${rule.classes.join("`, `")}\``,
      fix: "name a commitment that keeps this class, or erase",
    }),
  ];
}
