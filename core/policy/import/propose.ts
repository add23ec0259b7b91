/** Statements → proposals of commitments, by the kinds' own cues (spec/import.md). What no cue hears is a gap, and said so. */
import type { KindLanguage } from "../kinds.ts";
import { placeOfStatement, type Source, type SourceStatement } from "../source/model.ts";
import { announcesNothing, type Found, hear, titlesIn } from "./heard.ts";
import { informing } from "./informing.ts";

export interface ProposedEntry extends Found {
  readonly kind: string;
  readonly id: string;
}

export type Reading =
  | {
      readonly read: "commitments";
      readonly entries: readonly ProposedEntry[];
      /** What it announces does not come. */
      readonly missing: boolean;
    }
  | { readonly read: "informs"; readonly why: string }
  /** Nothing was read, or a list does not come. */
  | { readonly read: "gap"; readonly what: string };

export interface ProposedStatement {
  readonly statement: SourceStatement;
  readonly proposal: Reading;
}

export interface Proposed {
  readonly source: Source;
  readonly statements: readonly ProposedStatement[];
  /** Statements of another language: a policy has one. */
  readonly otherLanguage: number;
  readonly counts: Readonly<Record<string, number>>;
}

export const NOT_READ = "no rule reads this sentence";
export const MISSING = "what is announced here is missing";

/** `script`: which language of a text in two is taken; "" is the one that it begins with. */
export function propose(source: Source, kinds: readonly KindLanguage[], script = ""): Proposed {
  const numbers = new Map<string, number>();
  const statements: ProposedStatement[] = [];
  const counts: Record<string, number> = Object.fromEntries(
    [...kinds.map((k) => k.name), "informs", "gap"].map((name) => [name, 0]),
  );
  const titles = titlesIn(source);
  let otherLanguage = 0;
  for (const [at, statement] of source.statements.entries()) {
    const own = statement.section.split("@")[1] ?? "";
    if (own !== script) {
      otherLanguage += 1;
      continue;
    }
    const proposal = proposalFor(source, at, kinds, { numbers, titles });
    if (proposal.read === "commitments") {
      if (proposal.missing) counts["gap"] = (counts["gap"] ?? 0) + 1;
      for (const { kind } of proposal.entries) counts[kind] = (counts[kind] ?? 0) + 1;
    } else counts[proposal.read] = (counts[proposal.read] ?? 0) + 1;
    statements.push({ statement, proposal });
  }
  return { source, statements, otherLanguage, counts };
}

interface Known {
  /** How many ids each section and kind has. */
  readonly numbers: Map<string, number>;
  readonly titles: ReadonlyMap<string, string>;
}

function proposalFor(
  source: Source,
  at: number,
  kinds: readonly KindLanguage[],
  { numbers, titles }: Known,
): Reading {
  const heard = hear(source, at, titles);
  const statement = source.statements[at];
  if (heard === null || statement === undefined) return { read: "gap", what: NOT_READ };
  const entries = kinds.flatMap((kind): ProposedEntry[] =>
    // What the kind's own schema refuses is not proposed: the text says something that the kind can not hold.
    (kind.propose?.(heard) ?? [])
      .filter((found) => kind.schema.safeParse(found.spec).success)
      .map((found) => ({ ...found, kind: kind.name, id: idOf(statement, kind.name, numbers) })),
  );
  const missing = announcesNothing(source, at);
  if (entries.length > 0) return { read: "commitments", entries, missing };
  if (missing) return { read: "gap", what: MISSING };
  const why = informing(statement.text) ?? (/[:：]$/.test(statement.text) ? "leads in what follows" : null);
  return why === null ? { read: "gap", what: NOT_READ } : { read: "informs", why };
}

/** `s5-1-retain`, and with a number where a section has several. */
function idOf(statement: SourceStatement, kind: string, numbers: Map<string, number>): string {
  const section =
    placeOfStatement(statement)
      .split("/")[0]
      ?.replaceAll(/[^a-z0-9]+/gi, "-") ?? "";
  const base = `s${section.toLowerCase()}-${kind}`;
  const n = (numbers.get(base) ?? 0) + 1;
  numbers.set(base, n);
  return n === 1 ? base : `${base}-${n}`;
}
