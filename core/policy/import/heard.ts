/** A statement as the kinds' cues hear it: its words, what it stands under, and what the lexicon finds in it (spec/import.md). */
import type { Source, SourceStatement } from "../source/model.ts";
import { countriesIn, emailsIn, periodsIn } from "./figures.ts";
import { CLASSES, type Entry, PURPOSES, RECIPIENTS } from "./lexicon.table.ts";

export interface Heard {
  readonly text: string;
  readonly language: "en" | "zh";
  readonly item: boolean;
  /** Titles of its sections, outermost first, and the line that leads in its list. */
  readonly above: string;
  /** Words of the lexicon. */
  readonly classes: readonly string[];
  readonly purposes: readonly string[];
  readonly recipients: readonly string[];
  /** ISO 8601. */
  readonly periods: readonly string[];
  readonly emails: readonly string[];
  readonly countries: readonly string[];
  has(pattern: RegExp): boolean;
  under(pattern: RegExp): boolean;
}

/** What a kind proposes for a statement. */
export interface Found {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly if?: readonly string[];
  readonly unless?: readonly string[];
  /** Jurisdictions. */
  readonly in?: readonly string[];
  /** Keys that the kind needs and the text does not say. */
  readonly assumed?: readonly string[];
}

/** How a kind hears itself in a statement; null: it does not. */
export type Cues = (heard: Heard) => Found | readonly Found[] | null;

const found = (entries: readonly Entry[], text: string): string[] =>
  entries.filter((e) => e.cue.test(text)).map((e) => e.word);

/** Titles by section; of a long source they are gathered once. */
export const titlesIn = ({ sections }: Source): ReadonlyMap<string, string> =>
  new Map(sections.map((s) => [s.id, s.title]));

export function hear(source: Source, at: number, titles = titlesIn(source)): Heard | null {
  const statement = source.statements[at];
  if (statement === undefined) return null;
  const { text, item } = statement;
  const above = [...titlesOf(titles, statement), leadIn(source, at)].filter((t) => t !== "").join(" | ");
  return {
    text,
    language: /\p{Script=Han}/u.test(text) ? "zh" : "en",
    item,
    above,
    classes: found(CLASSES, text),
    purposes: found(PURPOSES, text),
    recipients: found(RECIPIENTS, text),
    periods: periodsIn(text),
    emails: emailsIn(text),
    countries: countriesIn(text),
    has: (pattern) => pattern.test(text),
    under: (pattern) => pattern.test(above),
  };
}

/** `4.1` stands under `4`. */
function titlesOf(titles: ReadonlyMap<string, string>, { section }: SourceStatement): string[] {
  const [id = "", script] = section.split("@");
  const parts = id.split(".");
  return parts.flatMap((_, i) => {
    const wanted = `${parts.slice(0, i + 1).join(".")}${script === undefined ? "" : `@${script}`}`;
    return titles.get(wanted) ?? [];
  });
}

function leadIn({ statements }: Source, at: number): string {
  const own = statements[at];
  if (own?.item !== true) return "";
  for (let i = at - 1; i >= 0; i -= 1) {
    const before = statements[i];
    if (before === undefined || before.section !== own.section) return "";
    if (!before.item) return /[:：]$/.test(before.text) ? before.text : "";
  }
  return "";
}

/** Announces something that does not come. */
export function announcesNothing({ statements }: Source, at: number): boolean {
  const own = statements[at];
  if (own === undefined || !/[:：]$/.test(own.text)) return false;
  const next = statements[at + 1];
  if (next === undefined) return true;
  // A list may be of numbered paragraphs, which are sections of their own.
  const [id = "", script] = own.section.split("@");
  const inside = next.section.startsWith(`${id}.`) || id === "0";
  if (inside && next.section.split("@")[1] === script && next.section !== own.section) return false;
  if (next.section !== own.section) return true;
  return (
    !next.item &&
    /\b(?:following|including|cases|circumstances|but are not limited to)\b|以下|包括/i.test(own.text) &&
    !ADDRESS.test(next.text)
  );
}

const ADDRESS = /@|^[\w ]{2,20}[:：]/;
