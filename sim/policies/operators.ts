/** Ways to change a policy by one thing, as somebody might by mistake or on the quiet. Each says where and what it changed. */
import type { Dice } from "../random.ts";
import { type Layout, layoutOf, linesWith, replaced, sentencesOf, withLine } from "./layout.ts";

export interface Mutant {
  readonly text: string;
  /** Line, from 1. */
  readonly line: number;
  /** What stood there and what stands there now. */
  readonly was: string;
  readonly is: string;
}

/** Null: there is nothing of the sort in this policy. */
export type Operator = (layout: Layout, dice: Dice) => Mutant | null;

const mutant = (layout: Layout, at: number, is: string): Mutant => ({
  text: withLine(layout, at, is),
  line: at + 1,
  was: layout.lines[at] ?? "",
  is,
});

/** One of the lines on which the change does something. */
function onLine(
  layout: Layout,
  dice: Dice,
  lines: readonly number[],
  change: (line: string) => string | null,
): Mutant | null {
  for (const at of dice.shuffle([...lines])) {
    const line = layout.lines[at] ?? "";
    const is = change(line);
    if (is !== null && is !== line) return mutant(layout, at, is);
  }
  return null;
}

const dropSentence: Operator = (layout, dice) =>
  onLine(layout, dice, layout.prose, (line) => {
    const sentences = sentencesOf(line);
    const out = dice.int(0, sentences.length - 1);
    return sentences
      .filter((_, i) => i !== out)
      .join("")
      .trimEnd();
  });

const POSITIVE = /\b(will|may|can|must|is|are|do|does) (?!not\b)/;

const flipNot: Operator = (layout, dice) =>
  onLine(layout, dice, layout.prose, (line) => {
    if (/ not\b/.test(line)) return line.replace(/ not\b/, "");
    if (/\bnever /.test(line)) return line.replace(/\bnever /, "");
    return POSITIVE.test(line) ? line.replace(POSITIVE, "$1 not ") : null;
  });

const NUMBERS = [
  "two",
  "three",
  "five",
  "six",
  "seven",
  "ten",
  "thirteen",
  "thirty",
  "thirty-five",
  "forty-five",
  "ninety",
];
const PERIOD_IN_WORDS =
  /\b(one|a|\d+|two|three|five|six|seven|ten|thirteen|thirty|thirty-five|forty-five|ninety) (hour|day|week|month|year)(s?)\b/;

const periodInProse: Operator = (layout, dice) =>
  onLine(layout, dice, layout.prose, (line) =>
    line.replace(
      PERIOD_IN_WORDS,
      (_, n: string, unit: string) => `${dice.pick(NUMBERS.filter((x) => x !== n))} ${unit}s`,
    ),
  );

const periodInBlock: Operator = (layout, dice) =>
  onLine(layout, dice, linesWith(layout, layout.blocks, /: PT?\d+[YMDH]/), (line) =>
    line.replace(
      /(\d+)([YMDH])/,
      (_, n: string, unit: string) => `${Number(n) + dice.pick([1, 5, 30])}${unit}`,
    ),
  );

/** The words that the front matter declares under a key. */
function declared({ lines, front }: Layout, key: string): string[] {
  const at = lines.indexOf(`${key}:`, front.from);
  if (at === -1 || at >= front.to) return [];
  const words: string[] = [];
  for (let i = at + 1; i < front.to && (lines[i] ?? "").startsWith("  "); i += 1) {
    const word = /^ {2}([\w-]+):/.exec(lines[i] ?? "")?.[1];
    if (word !== undefined) words.push(word);
  }
  return words;
}

/** One word of a key's value for another that is declared. */
const swapWord =
  (key: RegExp, under: string): Operator =>
  (layout, dice) => {
    const words = declared(layout, under);
    return onLine(layout, dice, linesWith(layout, layout.blocks, key), (line) => {
      const [head = "", value = ""] = line.split(/(?<=: )/);
      const there = words.filter((w) => new RegExp(`(?<![\\w-])${w}(?![\\w-])`).test(value));
      const others = words.filter((w) => !there.includes(w));
      if (there.length === 0 || others.length === 0) return null;
      const out = dice.pick(there);
      return head + value.replace(new RegExp(`(?<![\\w-])${out}(?![\\w-])`), dice.pick(others));
    });
  };

const swapBlocks: Operator = (layout, dice) => {
  const { blocks, lines } = layout;
  if (blocks.length < 2) return null;
  const i = dice.int(0, blocks.length - 2);
  const [a, b] = [blocks[i], blocks[dice.int(i + 1, blocks.length - 1)]];
  if (a === undefined || b === undefined) return null;
  const [first, second] = [lines.slice(a.from, a.to), lines.slice(b.from, b.to)];
  return {
    text: replaced(layout, { from: a.from, to: b.to }, [...second, ...lines.slice(a.to, b.from), ...first]),
    line: a.from + 1,
    was: first.join(" "),
    is: second.join(" "),
  };
};

const deleteBlock: Operator = (layout, dice) => {
  if (layout.blocks.length === 0) return null;
  const block = dice.pick(layout.blocks);
  const was = layout.lines.slice(block.from, block.to).join(" ");
  return { text: replaced(layout, block, []), line: block.from + 1, was, is: "" };
};

const deleteEntry: Operator = (layout, dice) => {
  const entries = layout.blocks.flatMap((b) => (b.entries.length > 1 ? b.entries : []));
  if (entries.length === 0) return null;
  const entry = dice.pick(entries);
  const was = layout.lines.slice(entry.from, entry.to).join(" ");
  return { text: replaced(layout, entry, []), line: entry.from + 1, was, is: "" };
};

const deleteLine =
  (pattern: RegExp): Operator =>
  (layout, dice) => {
    const found = linesWith(layout, layout.blocks, pattern);
    if (found.length === 0) return null;
    const at = dice.pick(found);
    return {
      text: replaced(layout, { from: at, to: at + 1 }, []),
      line: at + 1,
      was: layout.lines[at] ?? "",
      is: "",
    };
  };

/** A circumstance that was not there: it holds for fewer, or for nobody. */
const addCircumstance: Operator = (layout, dice) => {
  const entries = layout.blocks
    .flatMap((b) => b.entries)
    .filter(
      ({ from, to }) =>
        !layout.lines.slice(from, to).some((line) => /^(- | {2})(if|unless|informs): /.test(line)),
    );
  if (entries.length === 0) return null;
  const { from, to } = dice.pick(entries);
  const was = layout.lines.slice(from, to);
  const is = [
    ...was,
    `  ${dice.pick(["if", "unless"])}: ${dice.pick(["law", "emergency", "objection", "adult"])}`,
  ];
  return { text: replaced(layout, { from, to }, is), line: from + 1, was: was.join(" "), is: is.join(" ") };
};

const widenClass: Operator = (layout, dice) => {
  const classes = declared(layout, "classes");
  return onLine(
    layout,
    dice,
    linesWith(layout, [layout.front], /^ {2}[\w-]+: \[(user|system)/).filter((at) =>
      classes.some((c) => (layout.lines[at] ?? "").startsWith(`  ${c}: `)),
    ),
    (line) =>
      line.replace(
        /\[.*\]/,
        (list) =>
          `${list.slice(0, -1)}, ${dice.pick(["user.health_and_medical", "user.biometric", "user.government_id"])}]`,
      ),
  );
};

const PROMISES = [
  "We never sell your data.",
  "Your data leaves our systems within one day.",
  "You have the right to have all of it erased at once.",
];

const addSentence: Operator = (layout, dice) => {
  if (layout.prose.length === 0) return null;
  const at = dice.pick(layout.prose);
  const line = layout.lines[at] ?? "";
  const added = dice.pick(PROMISES);
  const inside = dice.chance(0.5);
  const is = inside ? [`${line} ${added}`] : [line, "", added];
  return { text: replaced(layout, { from: at, to: at + 1 }, is), line: at + 1, was: line, is: is.join(" ") };
};

/** What a circumstance means is in words that nothing measures. */
const rewordCondition: Operator = (layout, dice) => {
  const words = declared(layout, "conditions");
  const lines = linesWith(layout, [layout.front], /^ {2}[\w-]+: /).filter((at) =>
    words.some((w) => (layout.lines[at] ?? "").startsWith(`  ${w}: `)),
  );
  const before = layout.lines.indexOf("conditions:");
  return onLine(
    layout,
    dice,
    lines.filter((at) => at > before),
    (line) => `${line.replace(/"$/, "")} or wish it${line.endsWith('"') ? '"' : ""}`,
  );
};

export const OPERATORS: Readonly<Record<string, Operator>> = {
  "drop a sentence": dropSentence,
  "add a sentence": addSentence,
  "flip a not": flipNot,
  "change a period in prose": periodInProse,
  "change a period in a block": periodInBlock,
  "swap a recipient": swapWord(/^ {2}with: /, "recipients"),
  "swap a purpose": swapWord(/^(- | {2})(use|purpose|for|while|consent): /, "purposes"),
  "swap two blocks": swapBlocks,
  "delete a block": deleteBlock,
  "delete an entry": deleteEntry,
  "change an id": (layout, dice) =>
    onLine(layout, dice, linesWith(layout, layout.blocks, /^- id: /), (line) => `${line}-anew`),
  "widen a class": widenClass,
  "reword a condition": rewordCondition,
  "remove a never, if or unless": deleteLine(/^ {2}(never|if|unless): /),
  "add an if or unless": addCircumstance,
  "remove an origin": deleteLine(/^ {2}origin: /),
  "remove a promise's id": deleteLine(/^ {2}promise: /),
  "rename a section's anchor": (layout, dice) =>
    onLine(layout, dice, layout.headings, (line) => line.replace(/\{#([\w-]+)\}$/, "{#$1-anew}")),
};

export const mutate = (text: string, operator: Operator, dice: Dice): Mutant | null =>
  operator(layoutOf(text), dice);
