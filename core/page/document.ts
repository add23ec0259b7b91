/**
 * A policy as a page shows it (spec/publication.md): headings, statements, lists, quotes and tables in the order of the text. It is made
 * from the very items that `compile` saw, so a page can neither lose a statement nor show one that was not checked.
 */

import type { Policy, Statement } from "../policy/model.ts";
import type { Heading, Holder, Prose, Surface } from "../policy/surface/model.ts";
import { assert, must } from "../terms/assert.ts";
import { hashOf } from "../terms/hash.ts";
import { pageLevels } from "./levels.ts";

export interface HeadingBlock {
  readonly block: "heading";
  readonly id: string;
  readonly title: string;
  /** 1 to 6, without gaps. */
  readonly level: number;
}

export type Block =
  | HeadingBlock
  | { readonly block: "statement"; readonly statement: Statement }
  | { readonly block: "quote"; readonly blocks: readonly Block[] }
  | {
      readonly block: "list";
      /** Null: not counted. */
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    }
  | {
      readonly block: "table";
      readonly heads: readonly string[];
      readonly rows: readonly { readonly statement: Statement; readonly cells: readonly string[] }[];
    };

export interface PolicyDocument {
  readonly policy: Policy;
  readonly blocks: readonly Block[];
  readonly headings: readonly HeadingBlock[];
  readonly definitions: ReadonlyMap<string, string>;
  /** SHA-256 over all that readers are shown but for wording of our own: two publications with the same one are the same. */
  readonly content: string;
}

interface Entry {
  readonly item: Heading | Prose;
  readonly heading: HeadingBlock | null;
  readonly statement: Statement | null;
  /** A block of commitments stands before it. */
  readonly afterFence: boolean;
}

/** `surface` is of the text that `policy` was compiled from. */
export function documentOf(surface: Surface, policy: Policy): PolicyDocument {
  const entries = entriesOf(surface, policy);
  const headings = entries.flatMap((e) => e.heading ?? []);
  return {
    policy,
    blocks: blocksOf(entries, 0),
    headings,
    definitions: surface.definitions,
    content: contentHash(entries, surface, policy),
  };
}

function entriesOf(surface: Surface, policy: Policy): Entry[] {
  const first = surface.outline[0]?.item;
  const levels = pageLevels(
    surface.outline.flatMap(({ item }) => (item.item === "heading" ? [item.depth] : [])),
    first?.item === "heading" && first.depth === 1,
  );
  const waiting = [...policy.statements];
  let afterFence = false;
  const entries = surface.outline.flatMap(({ section, item }): Entry[] => {
    if (item.item === "fence") {
      afterFence = true;
      return [];
    }
    const after = { afterFence };
    afterFence = false;
    if (item.item === "heading") {
      const level = must(levels.shift(), "every heading has a level");
      const heading: HeadingBlock = { block: "heading", id: section, title: item.title, level };
      return [{ item, heading, statement: null, ...after }];
    }
    const statement = must(waiting.shift(), "every item of prose is a statement");
    assert(statement.text === item.text, "the policy is of this text");
    return [{ item, heading: null, statement, ...after }];
  });
  assert(waiting.length === 0, "every statement is shown");
  return entries;
}

/** A list that the next item may go on with. */
interface OpenList {
  readonly mark: string;
  /** The number of its last item. */
  readonly last: number | null;
  readonly items: Block[][];
}

function blocksOf(entries: readonly Entry[], depth: number): Block[] {
  const blocks: Block[] = [];
  let list: OpenList | null = null;
  for (let at = 0; at < entries.length; ) {
    const entry = must(entries[at], "in range");
    let end = at + 1;
    while (end < entries.length && standsWith(entry, must(entries[end], "in range"), depth)) end += 1;
    const run = entries.slice(at, end);
    at = end;
    const holder = entry.item.holders[depth];
    if (holder?.holder === "list-item") {
      list = listFor(list, holder, entry.afterFence, blocks);
      list.items.push(blocksOf(run, depth + 1));
      continue;
    }
    list = null;
    blocks.push(holder === undefined ? blockOf(run) : { block: "quote", blocks: blocksOf(run, depth + 1) });
  }
  return blocks;
}

/** Commitments between two items do not end a list, unless its own numbers begin anew after them. */
function listFor(
  open: OpenList | null,
  { mark, ordinal }: Extract<Holder, { holder: "list-item" }>,
  afterFence: boolean,
  blocks: Block[],
): OpenList {
  const next = open === null || open.last === null ? null : open.last + 1;
  if (open !== null && open.mark === mark && (!afterFence || ordinal === next))
    return { ...open, last: next };
  const items: Block[][] = [];
  blocks.push({ block: "list", start: ordinal, items });
  return { mark, last: ordinal, items };
}

function standsWith(first: Entry, other: Entry, depth: number): boolean {
  const [a, b] = [first.item.holders[depth], other.item.holders[depth]];
  if (a !== undefined || b !== undefined) return a?.number === b?.number;
  const [row, next] = [rowOf(first), rowOf(other)];
  return row !== null && row.table === next?.table;
}

const rowOf = (entry: Entry) => (entry.item.item === "prose" ? entry.item.row : null);

function blockOf(run: readonly Entry[]): Block {
  const entry = must(run[0], "a run has a first entry");
  if (entry.heading !== null) return entry.heading;
  const row = rowOf(entry);
  if (row === null)
    return { block: "statement", statement: must(entry.statement, "what is no heading is a statement") };
  const rows = run.map((e) => ({
    statement: must(e.statement, "a row is a statement"),
    cells: rowOf(e)?.cells ?? [],
  }));
  return { block: "table", heads: row.heads, rows };
}

/** Flat, and with holders by their order instead of by line: white space in the source changes nothing. */
function contentHash(entries: readonly Entry[], surface: Surface, policy: Policy): string {
  const orders = new Map<number, number>();
  const orderOf = (number: number): number => {
    const order = orders.get(number) ?? orders.size;
    orders.set(number, order);
    return order;
  };
  const shown = entries.map((e) => ({
    holders: e.item.holders.map((h) => ({ ...h, number: orderOf(h.number) })),
    heading: e.heading,
    statement:
      e.statement === null ? null : { id: e.statement.id, text: e.statement.text, fate: e.statement.fate },
    cells: rowOf(e)?.cells ?? null,
    heads: rowOf(e)?.heads ?? null,
  }));
  return hashOf({ policy: policy.hash, shown, definitions: [...surface.definitions] });
}
