import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kinds } from "../commitments/index.ts";
import { compilePolicy } from "./compile.ts";
import { readLock } from "./lock/read.ts";

/** fast-check prints the seed of a run that fails. */
const front =
  "---\nservice: shop\nversion: 1\neffective: unknown\nlocale: en\ncontroller: { name: Shop }\nclasses: { order: [user.financial] }\n---\n";
const compile = (text: string) => compilePolicy({ file: "p.md", text, lock: null, kinds });

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const sentence = fc.array(word, { minLength: 1, maxLength: 12 });
const gap = fc.constantFrom(" ", "  ", "\n", " \t", "\r\n", "\n   ");

describe("properties", () => {
  test("white space and line ends change no hash", () => {
    fc.assert(
      fc.property(
        fc.array(sentence, { minLength: 1, maxLength: 5 }),
        fc.array(gap, { minLength: 1, maxLength: 12 }),
        (paragraphs, gaps) => {
          const block = "\n\n```commit\n- id: orders\n  retain: order\n  for: P2Y\n  from: creation\n```\n";
          const plain = `${front}# Shop\n\n${paragraphs.map((p) => p.join(" ")).join("\n\n")}${block}`;
          const loose = `${front}# Shop\n\n\n${paragraphs.map((p) => p.map((w, i) => w + (i < p.length - 1 ? gaps[i % gaps.length] : "")).join("")).join(" \n\n\n")}${block}`;
          const [a, b] = [compile(plain), compile(loose)];
          expect(b.value?.statements.map((s) => s.hash)).toEqual(a.value?.statements.map((s) => s.hash));
          expect(a.value?.statements.length).toBe(paragraphs.length);
          expect(b.value?.hash).toBe(a.value?.hash);
          expect(compile(plain.replaceAll("\n", "\r\n")).value?.hash).toBe(a.value?.hash);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("another word is another hash", () => {
    fc.assert(
      fc.property(sentence, word, (words, other) => {
        const [a, b] = [
          compile(`${front}${words.join(" ")}\n`),
          compile(`${front}${[...words, other].join(" ")}\n`),
        ];
        expect(a.value?.statements[0]?.hash).not.toBe(b.value?.statements[0]?.hash);
        expect(a.value?.hash).not.toBe(b.value?.hash);
      }),
    );
  });

  const pieces = fc.constantFrom(
    "---\n",
    "# a\n",
    "```commit\n",
    "```\n",
    "~~~\n",
    "- id: x\n",
    "  retain: order\n",
    "> ",
    "- ",
    "1. ",
    "\t",
    "| a | b |\n|---|---|\n",
    "<!--",
    "-->",
    "&a *a",
    "{",
    "[",
    "]",
    "}",
    ": ",
    "!!str",
    "\u0000",
    "\uFEFF",
    "\r",
    "===\n",
    "\\|",
    "{#x}",
    "informs: why\n",
    "for: P2Y\n",
    "'",
    '"',
    "__proto__: 1\n",
    "constructor: 2\n",
  );
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
    fc.array(fc.oneof(pieces, word), { maxLength: 80 }).map((p) => p.join("")),
  );

  test("no text makes it throw, and every place is in the text", () => {
    fc.assert(
      fc.property(noise, fc.boolean(), fc.boolean(), (text, headed, fenced) => {
        const whole = `${headed ? front : ""}${fenced ? `\`\`\`commit\n${text}\n\`\`\`\n` : text}`;
        const lines = whole.split(/\r\n|\n|\r/).length;
        for (const issue of compile(whole).issues) {
          expect(issue.line).toBeGreaterThan(0);
          expect(issue.line).toBeLessThanOrEqual(lines);
          expect(issue.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("no lock makes it throw", () => {
    fc.assert(
      fc.property(noise, (text) => void expect(readLock("policy.lock", text).issues).toBeDefined()),
      { numRuns: 500 },
    );
  });

  test("large and hostile texts are read in time", () => {
    const hostile = [
      "[".repeat(500_000),
      "> ".repeat(200_000),
      "- ".repeat(200_000),
      "|".repeat(300_000),
      `${" ".repeat(500_000)}x`,
      "`".repeat(300_000),
      "<!--".repeat(200_000),
      "a <b ".repeat(100_000),
    ];
    for (const text of hostile) {
      expect(() => compile(`${front}${text}\n`)).not.toThrow();
      expect(() => compile(`${front}\`\`\`commit\n- ${text}\n\`\`\`\n`)).not.toThrow();
    }
    expect(compile("x".repeat(2_000_001)).issues.map((i) => i.code)).toEqual(["too-long"]);
  }, 20_000);
});
