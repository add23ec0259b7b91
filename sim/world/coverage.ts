/** Which shapes a world has, and how often they came up: a generator that never makes a cycle tests no cycles. */

import type { Tally } from "../differential.ts";
import { isPseudo } from "../model/world.ts";
import { saidMost } from "../statements.ts";
import { isWrittenOtherwise } from "./addresses.ts";
import { type Column, type DraftTable, isDeclaredUnique, maskOf, ownershipLinks, owns } from "./draft.ts";
import { staysByItself } from "./rules.ts";
import { standInLink } from "./stand-ins.ts";
import { SIGN_IN } from "./standing.ts";
import type { RandomWorld } from "./world.ts";

export type Coverage = ReadonlyMap<string, number>;

const SHAPES: readonly (readonly [string, (world: RandomWorld) => boolean])[] = [
  ["several person collections", some((w) => w.tables.filter((t) => t.kind === "person").length > 1)],
  [
    "person collections tied by e-mail",
    some((w) => w.tables.filter((t) => t.identities.some((i) => i.namespace === "email")).length > 1),
  ],
  ["shared identity", anyTable((t) => t.identities.some((i) => i.shared))],
  ["system collection", anyTable((t) => t.kind === "system")],
  ["reference beside the map", anyTable((t) => t.aside.length > 0)],
  ["chain of three or more", some((w) => Math.max(...w.tables.map((t) => depth(t))) >= 3)],
  ["diamond", anyTable((t) => isDiamond(t))],
  ["co-owners", anyTable((t) => ownershipLinks(t).length > 1)],
  [
    "owner chain through a co-owned parent",
    anyTable((t) => ownershipLinks(t).some((l) => l.to !== t && ownershipLinks(l.to).length > 1)),
  ],
  ["join table", anyTable((t) => t.kind === "join")],
  ["self-reference", anyTable((t) => t.links.some((l) => l.to === t))],
  ["cycle of tables", anyTable((t) => onCycle(t, () => true))],
  ["cycle of foreign keys", anyTable((t) => onCycle(t, (from, i) => from.links[i]?.foreignKey !== null))],
  [
    "cycle of not-null foreign keys",
    anyTable((t) =>
      onCycle(t, (from, i) => {
        const link = from.links[i];
        return link !== undefined && link.foreignKey !== null && link.from.every((c) => !c.nullable);
      }),
    ),
  ],
  ["composite key", anyTable((t) => t.key.length > 1)],
  [
    "composite links that share a column",
    anyTable((t) =>
      t.links.some((a) => t.links.some((b) => a !== b && a.from.some((c) => b.from.includes(c)))),
    ),
  ],
  [
    "composite link that is cut by a part",
    anyTable((t) => t.leave === "cut" && t.links.some((l) => l.from.some((c) => isSpared(t, c)))),
  ],
  [
    "composite link beside on_leave: delete that is cut by a part",
    anyTable(
      (t) => t.leave === "delete" && t.links.some((l) => !owns(l) && l.from.some((c) => isSpared(t, c))),
    ),
  ],
  ["about link", anyTable((t) => t.links.some((l) => l.role === "about"))],
  ["mention link", anyTable((t) => t.links.some((l) => l.role === "mention"))],
  ["link without foreign key", anyTable((t) => t.links.some((l) => l.foreignKey === null))],
  [
    "link to what is not unique",
    anyTable((t) => t.links.some((l) => !isDeclaredUnique(l.to, l.toColumns) && l.toColumns !== l.to.key)),
  ],
  [
    "link to another unique field",
    anyTable((t) => t.links.some((l) => isDeclaredUnique(l.to, l.toColumns) && l.toColumns !== l.to.key)),
  ],
  [
    "not-null foreign key",
    anyTable((t) => t.links.some((l) => l.foreignKey !== null && l.from.every((c) => !c.nullable))),
  ],
  ["deferrable foreign key", anyTable((t) => t.links.some((l) => l.foreignKey?.deferrable === true))],
  ...(["no action", "restrict", "set null", "cascade"] as const).map(
    (act) =>
      [`on delete ${act}`, anyTable((t) => t.links.some((l) => l.foreignKey?.onDelete === act))] as const,
  ),
  ["no declared key", anyTable((t) => t.keyIs === "undeclared")],
  ["keep rule", anyTable((t) => t.erase.rule === "keep")],
  [
    "keep that counts from the erasure",
    anyTable((t) => t.erase.rule === "keep" && Object.values(t.erase.mask).includes("now")),
  ],
  ["mask rule", anyTable((t) => t.erase.rule === "mask")],
  [
    "kept child of a kept parent",
    anyTable(
      (t) =>
        t.erase.rule === "keep" && t.links.some((l) => l.foreignKey !== null && l.to.erase.rule !== "delete"),
    ),
  ],
  [
    "unique field with a tombstone",
    anyTable((t) => t.columns.some((c) => c.unique && maskOf(t.erase)[c.name] === "tombstone")),
  ],
  [
    "link to an address in other letters",
    some((w) =>
      w.tables.some((t) => isWrittenOtherwise(t, (of) => w.model.tables[w.tables.indexOf(of)]?.rows ?? [])),
    ),
  ],
  ["how people sign in", anyTable((t) => t.columns.some((c) => c.category === SIGN_IN))],
  [
    "how people sign in, in a table that hangs on another",
    anyTable(
      (t) =>
        t.kind === "owned" &&
        t.columns.some((c) => c.category === SIGN_IN) &&
        ownershipLinks(t).some((l) => l.to.kind === "owned"),
    ),
  ],
  ["answers of people", anyTable((t) => t.consents !== undefined)],
  ["polymorphic links", anyTable((t) => t.links.some((l) => l.when !== undefined))],
  ["polymorphic owners", anyTable((t) => t.links.filter((l) => l.when !== undefined && owns(l)).length > 1)],
  ["many to many via a join collection", anyTable((t) => t.links.some((l) => l.via === true))],
  ["link from a place in a document", anyTable((t) => t.links.some((l) => l.from.some(isOne)))],
  ["link from a list", anyTable((t) => t.links.some((l) => l.from.some(isList)))],
  ["owners in a list", anyTable((t) => t.links.some((l) => owns(l) && l.from.some(isList)))],
  [
    "link from a list and a field",
    anyTable((t) => t.links.some((l) => l.from.length > 1 && l.from.some(isList))),
  ],
  [
    "link to a place in a document",
    anyTable((t) => t.links.some((l) => l.toColumns.some((c) => c.place !== undefined))),
  ],
  ["discriminator in a document", anyTable((t) => t.links.some((l) => l.when?.column.place !== undefined))],
  [
    "identity in a document",
    anyTable((t) => t.places.some((p) => isOne(p) && t.identities.some((i) => i.field === p.name))),
  ],
  [
    "identities in a list",
    anyTable((t) => t.places.some((p) => isList(p) && t.identities.some((i) => i.field === p.name))),
  ],
  [
    "place that is masked",
    anyTable((t) => t.places.some((p) => (maskOf(t.erase)[p.name] ?? "keep") !== "keep")),
  ],
  ["place that goes when an owner leaves", anyTable((t) => t.places.some((p) => t.onLeave.has(p)))],
  [
    "document with content of its own",
    anyTable((t) => t.places.some((p) => p.place?.column.category !== "system")),
  ],
  ["rows that go on under pseudo-people", anyTable((t) => perOf(t) !== null)],
  ["a pseudo-person for each row", anyTable((t) => perOf(t)?.length === 0)],
  ["a pseudo-person for each thread", anyTable((t) => (perOf(t)?.length ?? 0) > 0)],
  ["threads by several fields", anyTable((t) => (perOf(t)?.length ?? 0) > 1)],
  ...(["integer", "bigint", "uuid", "text"] as const).map(
    (type) =>
      [`pseudo-people's key is ${type}`, anyTable((t) => hosts(t) && t.key[0]?.type === type)] as const,
  ),
  ...(["tombstone", "now", "null"] as const).map(
    (word) =>
      [
        `pseudo-people hold ${word}`,
        anyTable((t) => hosts(t) && [...(t.standIn?.values() ?? [])].includes(word)),
      ] as const,
  ),
  ["pseudo-people whose people stay", anyTable((t) => hosts(t) && t.erase.rule !== "delete")],
  [
    "two collections go on under the same people",
    some((w) => {
      const to = w.tables.flatMap((t) => (perOf(t) === null ? [] : [standInLink(t)?.to]));
      return new Set(to).size < to.length;
    }),
  ],
  [
    "owner link to what goes on",
    anyTable((t) => t.links.some((l) => owns(l) && l.to !== t && perOf(l.to) !== null)),
  ],
  [
    "co-owned with what goes on",
    anyTable((t) => ownershipLinks(t).length > 1 && ownershipLinks(t).some((l) => perOf(l.to) !== null)),
  ],
  [
    "what goes on leads to what goes on",
    anyTable((t) => perOf(t) !== null && t.links.some((l) => perOf(l.to) !== null)),
  ],
  ["side link to what goes on", anyTable((t) => t.links.some((l) => !owns(l) && perOf(l.to) !== null))],
  [
    "not-null foreign key of what goes on",
    anyTable((t) => perOf(t) !== null && standInLink(t)?.from[0]?.nullable === false),
  ],
  [
    "pseudo-people of an earlier erasure",
    some((w) =>
      w.model.tables.some(({ collection, key, rows }) =>
        rows.some((r) => key.some((k) => isPseudo(collection, r.get(k) ?? ""))),
      ),
    ),
  ],
  ["on_leave: delete", anyTable((t) => t.leave === "delete")],
  [
    "on_leave: tombstone on a link",
    anyTable((t) => t.links.some((l) => l.from.some((c) => t.onLeave.get(c) === "tombstone"))),
  ],
];

/** Null: its rows do not go on. */
const perOf = ({ erase }: DraftTable): readonly string[] | null =>
  erase.rule === "mask" && erase.standIn !== undefined ? erase.standIn.per : null;
const hosts = (t: DraftTable): boolean => t.standIn !== undefined;

const isList = (c: Column): boolean => c.place?.path.includes("[*]") === true;
const isOne = (c: Column): boolean => c.place !== undefined && !isList(c);

const isSpared = (table: DraftTable, column: Column): boolean =>
  !table.onLeave.has(column) && staysByItself(table, column);

function some(test: (world: RandomWorld) => boolean): (world: RandomWorld) => boolean {
  return test;
}
function anyTable(test: (table: DraftTable) => boolean): (world: RandomWorld) => boolean {
  return (world) => world.tables.some(test);
}

/** Ownership links up to a person collection, at most; cycles count once. */
function depth(table: DraftTable, seen: ReadonlySet<DraftTable> = new Set()): number {
  if (seen.has(table)) return 0;
  const above = ownershipLinks(table).map((l) => 1 + depth(l.to, new Set([...seen, table])));
  return Math.max(0, ...above);
}

function ancestors(table: DraftTable): ReadonlySet<DraftTable> {
  const seen = new Set<DraftTable>();
  const open = [table];
  for (let t = open.pop(); t !== undefined; t = open.pop()) {
    for (const { to } of ownershipLinks(t)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

/** Two links to different tables that meet again further up. */
function isDiamond(table: DraftTable): boolean {
  const parents = [...new Set(table.links.filter(owns).map((l) => l.to))].filter((t) => t !== table);
  return parents.some((a, i) =>
    parents
      .slice(i + 1)
      .some((b) => new Set([a, ...ancestors(a)]).intersection(new Set([b, ...ancestors(b)])).size > 0),
  );
}

function onCycle(table: DraftTable, counts: (from: DraftTable, link: number) => boolean): boolean {
  const seen = new Set<DraftTable>();
  const open = [table];
  for (let t = open.pop(); t !== undefined; t = open.pop()) {
    for (const [i, { to }] of t.links.entries()) {
      if (to === t || !counts(t, i)) continue;
      if (to === table) return true;
      if (!seen.has(to)) open.push(to);
      seen.add(to);
    }
  }
  return false;
}

export const SHAPE_NAMES: readonly string[] = SHAPES.map(([name]) => name);

export const shapesOf = (world: RandomWorld): string[] =>
  SHAPES.filter(([, test]) => test(world)).map(([name]) => name);

export function coverageTable(coverage: Coverage, tally: Tally, worlds: number): string {
  const lines = SHAPES.map(([name]) => `${String(coverage.get(name) ?? 0).padStart(7)}  ${name}`);
  const fates = [...tally.fates].map(([fate, rows]) => `${rows} ${fate}`).join(", ");
  return [
    `of ${worlds} worlds:`,
    ...lines,
    `erasures: ${tally.closed} closed, ${tally.notFound} of nobody, ${tally.ambiguous} ambiguous; rows: ${fates}`,
    `corrections: ${[...tally.corrected].map(([how, n]) => `${n} ${how}`).join(", ")}; ${tally.cellsCorrected} rows changed, ${tally.contradictions} contradictions`,
    `${tally.goneOn} rows go on under ${tally.pseudoPeople} pseudo-people`,
    `in one erasure ${saidMost(tally.statementsMax)}`,
  ].join("\n");
}
