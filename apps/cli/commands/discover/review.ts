/**
 * The review in a terminal: one guess after the other, each accepted, changed or left for later; the last decision can be taken back. What was
 * decided is kept when the reviewer leaves in the middle.
 */
import type { Found, FoundCollection, FoundField } from "@avow/core/datamap/discover/model";
import { categoryIssue } from "@avow/core/terms/category";
import { groupsOf } from "./overview.ts";

export interface Reviewed {
  readonly found: Found;
  /** `collection.field` of each decision. */
  readonly decided: ReadonlySet<string>;
}

interface Item {
  readonly collection: FoundCollection;
  readonly field: FoundField;
}

export interface ReviewOptions {
  /** Null: whoever answers has gone, which is `q`. */
  readonly ask: (question: string) => Promise<string | null>;
  readonly say: (text: string) => void;
  /** `collection.field` that somebody has decided before. */
  readonly settled: ReadonlySet<string>;
}

const SURE_SYSTEM_MIN = 0.7;
const KEYS = "[a]ccept, [s]ystem, [c]hange, [l]ater, [w]hy, [u]ndo, [q]uit";

export async function review(found: Found, { ask, say, settled }: ReviewOptions): Promise<Reviewed> {
  // Whoever leaves in the middle has seen what matters most.
  const ranked = groupsOf(found.collections).flatMap((g) => g.collections);
  const items = ranked.flatMap(({ collection }) =>
    collection.fields
      .filter(
        (f) =>
          !settled.has(`${collection.name}.${f.name}`) &&
          (f.category !== "system" || f.confidence < SURE_SYSTEM_MIN),
      )
      .map((field): Item => ({ collection, field })),
  );
  const decisions = new Map<number, string | null>();
  say(`${items.length} fields to look at. ${KEYS}\n`);
  for (let at = 0; at < items.length; ) {
    const item = items[at];
    if (item === undefined) break;
    const answer = ((await ask(`${at + 1}/${items.length} ${headOf(item)} > `)) ?? "q").trim();
    const [key = "", ...rest] = answer.split(/\s+/);
    if (key === "q") break;
    if (key === "w") say(whyOf(item));
    else if (key === "u") {
      at = Math.max(0, at - 1);
      decisions.delete(at);
    } else {
      const decided = await decide(item, { key, given: rest.join(""), ask, say });
      if (decided === undefined) continue;
      decisions.set(at, decided);
      at += 1;
    }
  }
  return applied(found, items, decisions);
}

/** Null: later. Undefined: not understood, ask again. */
async function decide(
  { field }: Item,
  {
    key,
    given,
    ask,
    say,
  }: {
    readonly key: string;
    readonly given: string;
    readonly ask: ReviewOptions["ask"];
    readonly say: ReviewOptions["say"];
  },
): Promise<string | null | undefined> {
  if (key === "l") return null;
  if (key === "s") return "system";
  if (key === "a" && field.category !== null) return field.category;
  if (key === "c") {
    const category = given === "" ? ((await ask("  category: ")) ?? "").trim() : given;
    const issue = category === "system" ? null : categoryIssue(category);
    if (issue === null) return category;
    say(`  ${issue.message}${issue.fix === undefined ? "" : `; ${issue.fix}`}\n`);
    return undefined;
  }
  say(key === "a" ? "  nothing was guessed: name a category with `c`, or say `s`\n" : `  ${KEYS}\n`);
  return undefined;
}

const headOf = ({ collection, field }: Item): string =>
  `\`${collection.name}.${field.name}\` ${field.category ?? "?"} (${field.confidence.toFixed(2)})`;

function whyOf({ collection, field }: Item): string {
  const parts = (field.parts ?? [])
    .filter((p) => p.category !== "system")
    .map((p) => `    \`${p.path}\`: ${p.category ?? "?"} (${p.reason})\n`);
  const links = collection.links
    .filter((l) => l.from.includes(field.name))
    .map((l) => `    leads to \`${l.to.collection}\`: ${l.reason}\n`);
  return `  type \`${field.type}\`; ${field.reason}\n${parts.join("")}${links.join("")}`;
}

function applied(
  found: Found,
  items: readonly Item[],
  decisions: ReadonlyMap<number, string | null>,
): Reviewed {
  const said = new Map<string, string>();
  for (const [at, category] of decisions) {
    const item = items[at];
    if (item !== undefined && category !== null)
      said.set(`${item.collection.name}.${item.field.name}`, category);
  }
  const collections = found.collections.map((c) => ({
    ...c,
    fields: c.fields.map((f) => {
      const category = said.get(`${c.name}.${f.name}`);
      return category === undefined
        ? f
        : {
            ...f,
            category,
            confidence: 1,
            reason: f.category === category ? f.reason : "a reviewer said so",
          };
    }),
  }));
  return { found: { ...found, collections }, decided: new Set(said.keys()) };
}
