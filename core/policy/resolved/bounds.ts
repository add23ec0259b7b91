/** What bounds a commitment beyond its kind's own keys: circumstances, places, and the words that it is made of. */
import { listed, suggestion } from "../../terms/suggest.ts";
import type { KeyedIssue } from "../kinds.ts";
import type { Meaning } from "../meaning.ts";
import { type Condition, FACTS, isFact } from "../words/facts.ts";
import type { Words } from "../words/model.ts";
import { listIn, type Tongue } from "../words/tongue.ts";
import type { CommitmentEntry } from "./entries.ts";
import type { FrontMatter } from "./front-matter.ts";

type Bounded = Pick<CommitmentEntry, "condition" | "places">;

export function boundIssues(entry: Bounded, front: FrontMatter): KeyedIssue[] {
  const known = [...Object.keys(front.conditions), ...Object.keys(FACTS)];
  const unknown = (key: "if" | "unless"): KeyedIssue[] =>
    entry.condition[key].flatMap((word, i): KeyedIssue[] => {
      if (isFact(word) || Object.hasOwn(front.conditions, word)) return [];
      const message = `\`${word}\` is no condition of this policy`;
      const fix = suggestion(
        word,
        known,
        `declare it under \`conditions\` in the front matter; known: ${listed(known)}`,
      );
      return [{ key: `${key}.${i}`, severity: "error", code: "unknown-condition", message, fix }];
    });
  const torn = entry.condition.if.filter((word) => entry.condition.unless.includes(word));
  return [
    ...unknown("if"),
    ...unknown("unless"),
    ...torn.map((word): KeyedIssue => {
      const message = `\`${word}\` stands under \`if\` and under \`unless\`: it never holds`;
      return {
        key: "unless",
        severity: "error",
        code: "torn-condition",
        message,
        fix: "leave one of them out",
      };
    }),
  ];
}

/** `, if the law demands it, unless a guardian consented; for people in US-CA`. */
export function boundsIn(t: Tongue, { condition, places }: Bounded): string {
  const zh = t.language === "zh";
  const so = condition.if.map(t.circumstance);
  const not = condition.unless.map(t.circumstance);
  const parts: string[] = [];
  if (so.length > 0) parts.push(zh ? `（前提：${listIn("zh", so)}）` : `, if ${listIn("en", so)}`);
  if (not.length > 0)
    parts.push(zh ? `（除非：${listIn("zh", not, "or")}）` : `, unless ${listIn("en", not, "or")}`);
  if (places.length > 0)
    parts.push(zh ? `（适用于${listIn("zh", places)}的个人）` : `; for people in ${listIn("en", places)}`);
  return parts.join("");
}

/** The meaning with the entry's own condition in every clause. */
export const meaningOf = (meaning: Meaning, condition: Condition): Meaning => ({
  ...meaning,
  clauses: meaning.clauses.map((c) => ({
    ...c,
    condition: {
      if: [...new Set([...c.condition.if, ...condition.if])],
      unless: [...new Set([...c.condition.unless, ...condition.unless])],
    },
  })),
});

/**
 * What the words of a commitment stand for: whoever widens a class or puts another company under a kind of recipient changes what
 * was promised, and the commitment must be bound again.
 */
export function definitionsOf(words: Words, meaning: Meaning, condition: Condition) {
  const clauses = meaning.clauses;
  const data = [
    ...clauses.flatMap((c) => c.data),
    ...[...meaning.retentions, ...meaning.guards, ...meaning.disguises, ...meaning.mechanisms].flatMap(
      (m) => m.data,
    ),
  ];
  const purposes = [
    ...clauses.flatMap((c) => c.purposes),
    ...meaning.retentions.flatMap((r) => r.purposes),
    ...meaning.disguises.flatMap((d) => d.purposes),
  ];
  const recipients = new Set(clauses.flatMap((c) => c.recipients));
  // Narrower recipients belong to the wider word: a list that grows is another list.
  for (let grown = true; grown; ) {
    grown = false;
    for (const [word, { is }] of Object.entries(words.recipients)) {
      if (recipients.has(word) || !is.some((wider) => recipients.has(wider))) continue;
      recipients.add(word);
      grown = true;
    }
  }
  return {
    classes: pick(words.classes, data),
    purposes: pick(words.purposes, purposes),
    recipients: pick(words.recipients, [...recipients]),
    conditions: pick(words.conditions, [...condition.if, ...condition.unless]),
  };
}

const pick = <T>(from: Readonly<Record<string, T>>, words: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([word]) => words.includes(word)));
