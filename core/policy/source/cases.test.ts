import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "./characters.ts";
import type { Source } from "./model.ts";
import { readSource } from "./read.ts";

/** Goldens: `vitest run --update` writes them anew; read the difference before you keep it. */
const folder = join(import.meta.dirname, "cases");
const texts = readdirSync(folder).filter((f) => f.endsWith(".txt") && !f.endsWith(".golden.txt"));
const read = (text: string): Source => readSource("policy.txt", text);
const keys = (s: Source): string[] => s.statements.map((x) => `${x.section}/${x.ordinal} ${x.hash}`);

describe("goldens", () => {
  test.each(texts)("%s", async (name) => {
    const { sections, statements } = readSource(name, readFileSync(join(folder, name), "utf8"));
    const printed = [
      ...sections.map((s) => `§ ${s.id} ${s.span.line}:${s.span.column} ${s.title}`),
      ...statements.map(
        (s) =>
          `${s.section}/${s.ordinal}${s.item ? " *" : ""} ${s.span.line}:${s.span.column}-${s.span.endLine}:${s.span.endColumn} ${s.text}`,
      ),
    ];
    await expect(`${printed.join("\n")}\n`).toMatchFileSnapshot(
      join(folder, name.replace(".txt", ".golden.txt")),
    );
  });

  test.each(texts)("%s: the span of a statement holds its words", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    const lines = text.split("\n");
    for (const { span, text: said } of readSource(name, text).statements) {
      const whole = lines
        .slice(span.line - 1, span.endLine)
        .map((l, i, all) => {
          const to = i === all.length - 1 ? (span.endColumn ?? 1) - 1 : l.length;
          return l.slice(i === 0 ? span.column - 1 : 0, to);
        })
        .join(" ");
      expect(fold(whole)).toBe(fold(said));
    }
  });
});

/** How else the same text could be typed. */
const TYPED: Readonly<Record<string, (text: string) => string>> = {
  "windows line ends": (t) => t.replaceAll("\n", "\r\n"),
  "old mac line ends": (t) => t.replaceAll("\n", "\r"),
  "a byte order mark": (t) => `\uFEFF${t}`,
  "no-break spaces": (t) => t.replaceAll(/(?<=\S) (?=\S)/g, "\u00A0"),
  "double spaces": (t) => t.replaceAll(/(?<=\S) (?=\S)/g, "  "),
  "trailing spaces": (t) => t.replaceAll("\n", " \t\n"),
  "zero-width characters": (t) => t.replaceAll(/(?<=[a-z])(?=[a-z])/g, "\u200B"),
  "an indent": (t) => t.replaceAll(/^(?=.)/gm, "    "),
  "a blank line more": (t) => t.replaceAll("\n\n", "\n\n\n \n"),
  "typographic quotes": (t) => t.replaceAll(/"([^"]*)"/g, "“$1”").replaceAll("'", "’"),
  "other list marks": (t) => t.replaceAll(/^(\s*)[-*·] ?(?=\S)/gm, "$1• "),
  "decomposed letters": (t) => t.normalize("NFD"),
};

describe("typed in another way", () => {
  const seeds = join(import.meta.dirname, "../../../../shared/seeds");
  const theirs = existsSync(seeds) ? readdirSync(seeds).map((f) => join(seeds, f)) : [];
  if (theirs.length === 0) console.log(`skipped: no policies in ${seeds}; only our own texts are read`);
  const all = [...texts.map((f) => join(folder, f)), ...theirs];

  test.each(Object.entries(TYPED))("%s", (_, typed) => {
    for (const file of all) {
      const text = readFileSync(file, "utf8");
      expect(keys(read(typed(text))), file).toEqual(keys(read(text)));
    }
  });

  test.each([60, 72, 80, 100, 120])("wrapped at %i, paragraphs apart", (width) => {
    for (const file of all.filter((f) => !f.endsWith("wrapped.txt"))) {
      const text = readFileSync(file, "utf8");
      const lines = text.split("\n").map((l) => wrap(l, width));
      expect(keys(read(lines.join("\n\n"))), file).toEqual(
        keys(read(lines.join("\n\n").replaceAll("\n", "\r\n"))),
      );
      expect(keys(read(lines.join("\n\n"))), file).toEqual(keys(read(text)));
    }
  });

  test("nothing is lost: every word is in a title, a statement or a contents list", () => {
    for (const file of theirs) {
      const text = readFileSync(file, "utf8");
      const { sections, statements } = read(text);
      const said = fold([...sections.map((s) => s.title), ...statements.map((s) => s.text)].join(" "));
      const words = fold(text).match(/\p{L}{3,}/gu) ?? [];
      expect(
        words.filter((w) => !said.includes(w)),
        file,
      ).toEqual([]);
    }
  });
});

/** As a mail program does it: at spaces, in Chinese anywhere. */
function wrap(line: string, width: number): string {
  const out: string[] = [];
  let row = "";
  for (const piece of line.split(/(?<=[\u4E00-\u9FFF])|(?= )/)) {
    if (row.trim() !== "" && (row + piece).length > width) {
      out.push(row);
      row = piece.trimStart();
    } else row += piece;
  }
  return [...out, row].join("\n");
}

/** fast-check prints the seed of a run that fails. */
describe("properties", () => {
  // No abbreviations: those end no sentence.
  const word = fc.stringMatching(/^[a-z]{2,9}$/).map((w) => `${w}ow`);
  const sentence = fc
    .array(word, { minLength: 3, maxLength: 25 })
    .map((w) => `${w.join(" ").replace(/^./, (c) => c.toUpperCase())}.`);
  const paragraph = fc.array(sentence, { minLength: 1, maxLength: 6 });

  test("a paragraph's sentences are its statements, at any width", () => {
    fc.assert(
      fc.property(
        fc.array(paragraph, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 60, max: 130 }),
        (paragraphs, width) => {
          const text = paragraphs.map((p) => p.join(" "));
          const source = read(text.join("\n\n"));
          expect(source.statements.map((s) => s.text)).toEqual(paragraphs.flat());
          expect(read(text.map((p) => wrap(p, width)).join("\n\n")).sha256).toBe(source.sha256);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("another word is another hash", () => {
    fc.assert(
      fc.property(sentence, word, (said, other) => {
        const [a, b] = [read(said), read(said.replace(/ \w+\.$/, ` ${other}x.`))];
        expect(a.statements[0]?.hash === b.statements[0]?.hash).toBe(
          a.statements[0]?.text === b.statements[0]?.text,
        );
      }),
    );
  });

  test("no text makes it throw, places are unique, and places are in the text", () => {
    const mark = fc.constantFrom(
      "1. ",
      "1.2 ",
      "- ",
      "(a) ",
      "# ",
      "\n",
      "\n\n",
      "。",
      "；",
      ". ",
      "(",
      ")",
      "第一条 ",
      "\u200B",
      "中文",
      ":",
      "Title\n",
      "; ",
      '"',
      "etc. ",
    );
    const noise = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.array(fc.oneof(mark, word), { maxLength: 80 }).map((p) => p.join("")),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const { statements } = read(text);
        const lines = text.split(/\r\n|\n|\r|\u2028|\u2029|\f/);
        expect(new Set(statements.map((s) => `${s.section}/${s.ordinal}`)).size).toBe(statements.length);
        for (const { span } of statements) {
          expect(span.line).toBeGreaterThan(0);
          expect(span.endLine ?? 0).toBeLessThanOrEqual(lines.length);
          expect(span.endColumn ?? 0).toBeLessThanOrEqual((lines[(span.endLine ?? 1) - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
