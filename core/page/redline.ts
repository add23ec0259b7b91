/** What changed between two published versions, sentence by sentence and word by word. */
import { diffArrays } from "diff";
import { must } from "../terms/assert.ts";
import { inlineOf } from "./inline.ts";
import type { ComparablePolicy } from "./published.ts";

/** A stretch of words: in both, only in the old, or only in the new. */
export interface Stretch {
  readonly part: "same" | "deleted" | "inserted";
  readonly text: string;
}

export interface RedlineRow {
  readonly change: "same" | "reworded" | "marked" | "added" | "removed";
  /** Of the new version, or of the old one for what was removed. */
  readonly section: string;
  readonly stretches: readonly Stretch[];
}

export interface RedlineGroup {
  readonly section: string;
  readonly title: readonly Stretch[];
  readonly changed: boolean;
  readonly rows: readonly RedlineRow[];
}

export interface CommitmentChange {
  readonly id: string;
  readonly stretches: readonly Stretch[];
}

export interface Redline {
  readonly groups: readonly RedlineGroup[];
  readonly commitments: readonly CommitmentChange[];
  readonly counts: { readonly changed: number; readonly added: number; readonly removed: number };
}

interface Said {
  readonly section: string;
  readonly text: string;
  /** With the marks and targets that a reader does not read out. */
  readonly source: string;
}

export function redlineOf(before: ComparablePolicy, after: ComparablePolicy): Redline {
  const segmenter = new Intl.Segmenter(after.locale, { granularity: "word" });
  const rows = rowsOf(saidIn(before), saidIn(after), segmenter);
  const count = (...changes: readonly RedlineRow["change"][]): number =>
    rows.filter((r) => changes.includes(r.change)).length;
  return {
    groups: groupsOf(rows, before, after, segmenter),
    commitments: commitmentChanges(before, after, segmenter),
    counts: { changed: count("reworded", "marked"), added: count("added"), removed: count("removed") },
  };
}

function saidIn({ statements, links }: ComparablePolicy): Said[] {
  const definitions = new Map(Object.entries(links));
  return statements.map(({ section, text }) => {
    const { text: words, targets } = inlineOf(text, { definitions, root: "" });
    const source = targets.length === 0 ? text : `${text} (${targets.join(", ")})`;
    return { section, text: words, source };
  });
}

/** Two versions that share nothing would take quadratic time; past this many edits they are old and new, side by side. */
const EDITS_MAX = 2000;

function rowsOf(before: readonly Said[], after: readonly Said[], segmenter: Intl.Segmenter): RedlineRow[] {
  const options = { comparator: (a: Said, b: Said) => a.text === b.text, maxEditLength: EDITS_MAX };
  const chunks = diffArrays([...before], [...after], options) ?? [
    { value: [...before], removed: true, added: false },
    { value: [...after], removed: false, added: true },
  ];
  const rows: RedlineRow[] = [];
  let [oldAt, newAt] = [0, 0];
  for (let i = 0; i < chunks.length; i += 1) {
    const chunk = must(chunks[i], "in range");
    if (!chunk.removed && !chunk.added) {
      for (let n = 0; n < chunk.value.length; n += 1) {
        rows.push(unchanged(must(before[oldAt], "in both"), must(after[newAt], "in both"), segmenter));
        [oldAt, newAt] = [oldAt + 1, newAt + 1];
      }
      continue;
    }
    const next = chunks[i + 1];
    const paired = next !== undefined && (next.removed || next.added) && next.removed !== chunk.removed;
    const both = paired ? [chunk, next] : [chunk];
    if (paired) i += 1;
    const removed = both.flatMap((c) => (c.removed ? c.value : []));
    const added = both.flatMap((c) => (c.added ? c.value : []));
    rows.push(...replaced(removed, added, segmenter));
    [oldAt, newAt] = [oldAt + removed.length, newAt + added.length];
  }
  return rows;
}

function unchanged(before: Said, after: Said, segmenter: Intl.Segmenter): RedlineRow {
  if (before.source === after.source)
    return {
      change: "same",
      section: after.section,
      stretches: [{ part: "same", text: after.text }],
    };
  return {
    change: "marked",
    section: after.section,
    stretches: wordDiff(before.source, after.source, segmenter),
  };
}

/** Sentences with so much in common count as one that was reworded. */
const LIKENESS_MIN = 0.4;
const PAIRS_MAX = 250_000;

/** The old and the new sentences of one place, paired in order so that most words stay. */
function replaced(removed: readonly Said[], added: readonly Said[], segmenter: Intl.Segmenter): RedlineRow[] {
  const gone = (s: Said): RedlineRow => ({
    change: "removed",
    section: s.section,
    stretches: [{ part: "deleted", text: s.text }],
  });
  const come = (s: Said): RedlineRow => ({
    change: "added",
    section: s.section,
    stretches: [{ part: "inserted", text: s.text }],
  });
  if (removed.length * added.length > PAIRS_MAX) return [...removed.map(gone), ...added.map(come)];
  const best = likenesses(removed, added, segmenter);
  const rows: RedlineRow[] = [];
  let [i, j] = [0, 0];
  while (i < removed.length && j < added.length) {
    const [a, b] = [must(removed[i], "in range"), must(added[j], "in range")];
    const here = best(i, j);
    if (here === best(i + 1, j)) {
      rows.push(gone(a));
      i += 1;
    } else if (here === best(i, j + 1)) {
      rows.push(come(b));
      j += 1;
    } else {
      rows.push({ change: "reworded", section: b.section, stretches: wordDiff(a.text, b.text, segmenter) });
      [i, j] = [i + 1, j + 1];
    }
  }
  return [...rows, ...removed.slice(i).map(gone), ...added.slice(j).map(come)];
}

/** How much can be paired from (i, j) on. */
function likenesses(
  removed: readonly Said[],
  added: readonly Said[],
  segmenter: Intl.Segmenter,
): (i: number, j: number) => number {
  const width = added.length + 1;
  const table = new Float64Array((removed.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  const olds = removed.map((s) => wordsIn(s.text, segmenter));
  const news = added.map((s) => wordsIn(s.text, segmenter));
  for (let i = removed.length - 1; i >= 0; i -= 1)
    for (let j = added.length - 1; j >= 0; j -= 1) {
      const like = likeness(must(olds[i], "in range"), must(news[j], "in range"));
      const paired = like < LIKENESS_MIN ? 0 : like + at(i + 1, j + 1);
      table[i * width + j] = Math.max(paired, at(i + 1, j), at(i, j + 1));
    }
  return at;
}

const segmentsOf = (text: string, segmenter: Intl.Segmenter): string[] =>
  [...segmenter.segment(text)].map((s) => s.segment);

const wordsIn = (text: string, segmenter: Intl.Segmenter): ReadonlySet<string> =>
  new Set(segmentsOf(text.toLowerCase(), segmenter).filter((s) => /[\p{L}\p{N}]/u.test(s)));

/** Dice: twice the shared words by all words. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const all = a.size + b.size;
  return all === 0 ? 0 : (2 * a.intersection(b).size) / all;
}

/** Words as the language divides them: Chinese has no spaces. */
export function wordDiff(before: string, after: string, segmenter: Intl.Segmenter): Stretch[] {
  if (before === after) return after === "" ? [] : [{ part: "same", text: after }];
  const [a, b] = [segmentsOf(before, segmenter), segmentsOf(after, segmenter)];
  const chunks = diffArrays(a, b, { maxEditLength: EDITS_MAX });
  if (chunks === undefined)
    return [
      { part: "deleted", text: before },
      { part: "inserted", text: after },
    ];
  return gathered(
    chunks.map((c) => ({
      part: c.removed ? "deleted" : c.added ? "inserted" : "same",
      text: c.value.join(""),
    })),
  );
}

/** A space or comma that happens to stay between two changes belongs to both: three words replaced are one change. */
function gathered(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  let [gone, come] = ["", ""];
  const flush = (): void => {
    if (gone !== "") out.push({ part: "deleted", text: gone });
    if (come !== "") out.push({ part: "inserted", text: come });
    [gone, come] = ["", ""];
  };
  for (const [i, s] of stretches.entries()) {
    const between = gone !== "" && come !== "" && i < stretches.length - 1 && !/[\p{L}\p{N}]/u.test(s.text);
    if (s.part !== "inserted" && (s.part === "deleted" || between)) gone += s.text;
    if (s.part !== "deleted" && (s.part === "inserted" || between)) come += s.text;
    if (s.part !== "same" || between) continue;
    flush();
    out.push(s);
  }
  flush();
  return out;
}

function groupsOf(
  rows: readonly RedlineRow[],
  before: ComparablePolicy,
  after: ComparablePolicy,
  segmenter: Intl.Segmenter,
): RedlineGroup[] {
  const titles = (p: ComparablePolicy) => new Map(p.sections.map((s) => [s.id, s.title]));
  const [olds, news] = [titles(before), titles(after)];
  const groups: { section: string; rows: RedlineRow[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.section === row.section) last.rows.push(row);
    else groups.push({ section: row.section, rows: [row] });
  }
  return groups.map(({ section, rows: own }) => {
    const [was, is] = [olds.get(section) ?? "", news.get(section) ?? ""];
    const title = wordDiff(was, is, segmenter);
    return { section, title, changed: was !== is || own.some((r) => r.change !== "same"), rows: own };
  });
}

function commitmentChanges(
  before: ComparablePolicy,
  after: ComparablePolicy,
  segmenter: Intl.Segmenter,
): CommitmentChange[] {
  const [olds, news] = [byId(before), byId(after)];
  return [...new Set([...news.keys(), ...olds.keys()])].flatMap((id): CommitmentChange[] => {
    const [was, is] = [olds.get(id), news.get(id)];
    if (was?.hash === is?.hash) return [];
    return [{ id, stretches: wordDiff(was?.says ?? "", is?.says ?? "", segmenter) }];
  });
}

const byId = (p: ComparablePolicy) => new Map(p.commitments.map((c) => [c.id, c]));
