/** What was found beside what is true. */
import type { FoundCollection } from "@avow/core/datamap/discover/model";
import type { Target } from "./rows.ts";
import type { Truth } from "./truth.ts";

export interface Score {
  readonly links: { readonly right: number; readonly found: number; readonly there: number };
  readonly personal: {
    readonly right: number;
    readonly found: number;
    readonly there: number;
    readonly asked: number;
  };
  /** Of the personal fields that were found: with the right category. */
  readonly category: number;
  readonly misses: readonly string[];
}

/** `contact.email` of `user.contact` and the other way round are the same answer, told more or less exactly. */
const agrees = (found: string, truth: string): boolean => {
  const [a, b] = [found.replace(/^user\./, ""), truth];
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
};

export function scoreOf(
  collections: readonly FoundCollection[],
  truth: Truth,
  targets: ReadonlyMap<string, readonly Target[]>,
): Score {
  const links = { right: 0, found: 0, there: 0 };
  const personal = { right: 0, found: 0, there: 0, asked: 0 };
  let category = 0;
  const misses: string[] = [];
  for (const [name, marked] of Object.entries(truth.tables)) {
    const c = collections.find((x) => x.name === name);
    if (c === undefined) throw new Error(`\`${name}\` is not among what was found`);
    const linked = new Map((targets.get(name) ?? []).map((t) => [t.from.join("+"), t.collection]));
    links.there += linked.size;
    // The key that a row is found by from the other side says the same link again.
    for (const l of c.links.filter((x) => !x.reason.includes("each to a row of its own"))) {
      const from = l.from.join("+");
      if (marked.either.includes(from)) continue;
      links.found += 1;
      if (linked.get(from) === l.to.collection) links.right += 1;
      else
        misses.push(`link + ${name}.${from} > ${l.to.collection} (${l.confidence} ${l.source}: ${l.reason})`);
    }
    for (const [from, to] of linked)
      if (!c.links.some((l) => l.from.join("+") === from && l.to.collection === to))
        misses.push(`link - ${name}.${from} > ${to}`);
    for (const f of c.fields) {
      const is = marked.personal[f.name];
      if (marked.either.includes(f.name)) continue;
      const isLink = [...linked.keys()].some((k) => k.split("+").includes(f.name));
      if (
        is === undefined &&
        (isLink || c.key.includes(f.name) || c.links.some((l) => l.from.includes(f.name)))
      )
        continue;
      if (is !== undefined) personal.there += 1;
      if (f.category === null) {
        personal.asked += 1;
        misses.push(`asks ${is === undefined ? " " : "!"} ${name}.${f.name} ${is ?? ""}`);
        continue;
      }
      const said = f.category !== "system";
      if (said) personal.found += 1;
      if (said && is !== undefined) {
        personal.right += 1;
        if (agrees(f.category, is)) category += 1;
        else misses.push(`kind   ${name}.${f.name} ${is}: ${f.category} (${f.reason})`);
      } else if (said) misses.push(`field + ${name}.${f.name}: ${f.category} (${f.confidence} ${f.reason})`);
      else if (is !== undefined) misses.push(`field - ${name}.${f.name} ${is} (${f.reason})`);
    }
  }
  return { links, personal, category, misses };
}
