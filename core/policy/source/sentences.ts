/** A paragraph → where its sentences end. Stops in abbreviations, numbers, addresses and brackets end nothing. */
import { isWide } from "./characters.ts";

const ABBREVIATIONS = new Set(
  "e.g i.e cf vs approx est inc ltd co corp llc plc no nos art arts sec secs par reg fig vol mr mrs ms dr prof st jr sr dept jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k e.u a.m p.m ph.d viz al resp incl excl tel".split(
    " ",
  ),
);

const CLOSING = /["'”’)\]」』》）]/;
const OPENING = /["'“‘([「『《（]/;

/** Offsets one past each sentence's last character; the last is the text's length. */
export function sentenceEnds(text: string): number[] {
  const ends: number[] = [];
  const depths = depthsOf(text);
  for (let i = 0; i < text.length; i += 1) {
    if (!stopAt(text, i)) continue;
    let end = i + 1;
    while (end < text.length && /[.!?。！？]/.test(text[end] ?? "")) end += 1;
    while (end < text.length && CLOSING.test(text[end] ?? "")) end += 1;
    // Inside brackets nothing ends, unless they hold the whole sentence.
    const whole = /[(（[]/.test(text.slice(ends.at(-1) ?? 0).trimStart()[0] ?? "");
    if ((depths[whole ? end - 1 : i] ?? 0) > 0 || end >= text.length) continue;
    ends.push(end);
    i = end - 1;
  }
  ends.push(text.length);
  return ends;
}

function stopAt(text: string, at: number): boolean {
  const c = text[at] ?? "";
  if (/[。！？；]/.test(c)) return true;
  const before = text[at - 1] ?? "";
  if (c === ";") return isWide(before) && isWide(text.slice(at + 1, at + 40).trimStart()[0] ?? "");
  if (!/[.!?]/.test(c)) return false;
  let next = at + 1;
  while (/[.!?]/.test(text[next] ?? "")) next += 1;
  while (next < text.length && CLOSING.test(text[next] ?? "")) next += 1;
  const after = text.slice(next, next + 40);
  if (!after.startsWith(" ")) return glued(text, at, after);
  if (!startsSentence(after.trimStart())) return false;
  return c !== "." || !abbreviates(text, at, after.trimStart());
}

const startsSentence = (rest: string): boolean =>
  new RegExp(`^${OPENING.source}*[\\p{Lu}\\p{Lo}\\d]`, "u").test(rest);

/** `attention.If you`: a space was forgotten. */
function glued(text: string, at: number, after: string): boolean {
  if (text[at] !== "." || !/^\p{Lu}\p{Ll}* \p{Ll}/u.test(after)) return false;
  const word = /(\S+)$/.exec(text.slice(Math.max(0, at - 60), at))?.[1] ?? "";
  return /^\p{Ll}{3,}$/u.test(word) && !ABBREVIATIONS.has(word);
}

function abbreviates(text: string, at: number, next: string): boolean {
  const word = (/([\p{L}.]+)$/u.exec(text.slice(Math.max(0, at - 20), at))?.[1] ?? "").toLowerCase();
  // `etc.` may end a sentence, and `A.` may be a name's first letter.
  if (/^[a-z]$/.test(word) && word !== "i") return true;
  if (!ABBREVIATIONS.has(word)) return false;
  // `no.` is a number only before one.
  return word === "no" || word === "nos" ? /^\d/.test(next) : true;
}

/** How many brackets are open after each character; one that is never closed opens nothing. */
function depthsOf(text: string): number[] {
  const pairs: Readonly<Record<string, string>> = { ")": "(", "）": "（", "]": "[" };
  const open: { readonly c: string; readonly at: number }[] = [];
  const steps = new Array<number>(text.length).fill(0);
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? "";
    if (c === "(" || c === "（" || c === "[") open.push({ c, at: i });
    const wants = pairs[c];
    if (wants === undefined || open.at(-1)?.c !== wants) continue;
    const from = open.pop();
    if (from === undefined) continue;
    steps[from.at] = (steps[from.at] ?? 0) + 1;
    steps[i] = (steps[i] ?? 0) - 1;
  }
  let depth = 0;
  return steps.map((s) => (depth += s));
}
