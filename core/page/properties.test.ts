import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { policyPage } from "./page.ts";
import { made, markOf } from "./testing/made.ts";

vi.setConfig({ testTimeout: 60_000 });

/** fast-check prints the seed of a run that fails. */
const FRONT =
  "---\nservice: shop\nversion: 1\neffective: unknown\nlocale: en\ncontroller: { name: Shop }\nclasses: { order: [user.financial] }\n---\n";

const pageOf = (text: string): string =>
  policyPage(made(text).document, {
    standing: "current",
    root: "",
    markOf,
    earlier: [],
    alternates: [],
    verdicts: null,
  });

/** What is written, and what of it a reader sees. */
interface Piece {
  readonly source: string;
  readonly seen: string;
}

const word = fc.stringMatching(/^[a-z]{2,7}$/);
const piece: fc.Arbitrary<Piece> = fc.oneof(
  word.map((w) => ({ source: w, seen: w })),
  word.map((w) => ({ source: `**${w}**`, seen: w })),
  word.map((w) => ({ source: `_${w}_`, seen: w })),
  word.map((w) => ({ source: `\`${w} < *\``, seen: `${w} < *` })),
  word.map((w) => ({ source: `[${w} *b*](https://shop.example/?a=1&b=%22)`, seen: `${w} b` })),
  word.map((w) => ({ source: `a &amp; ${w} \\* \\[x\\] < 3`, seen: `a & ${w} * [x] < 3` })),
  fc.constantFrom("您可以", "données", "1.", "»x«", "& ' \" >", "{x}", "~~y~~").map((w) => ({
    source: `w ${w}`,
    seen: `w ${w}`,
  })),
);
const line: fc.Arbitrary<Piece> = fc.array(piece, { minLength: 1, maxLength: 6 }).map((all) => ({
  source: all.map((p) => p.source).join(" "),
  seen: all.map((p) => p.seen).join(" "),
}));

const informs = "\n```commit\n- informs: twin\n```\n";
const lines = fc.array(line, { minLength: 1, maxLength: 4 });
const joined = (all: readonly Piece[], write: (p: Piece, i: number) => string): Piece => ({
  source: `\n${all.map(write).join("\n")}\n`,
  seen: all.map((p) => p.seen).join(" "),
});
const block: fc.Arbitrary<Piece> = fc.oneof(
  lines.map((all) => joined(all, (p) => p.source)),
  lines.map((all) => joined(all, (p) => `- ${p.source}`)),
  lines.map((all) => joined(all, (p) => `- ${p.source}\n${informs.replaceAll(/^(?=.)/gm, "  ")}`)),
  lines.map((all) => joined(all, (p, i) => `${i + 3}. ${p.source}`)),
  lines.map((all) => joined(all, (p, i) => `${"  ".repeat(i)}- ${p.source}`)),
  lines.map((all) => joined(all, (p) => `> ${p.source}\n>`)),
  fc.tuple(line, line).map(([a, b]) => ({
    source: `\n| What | How *long* |\n|---|---|\n| ${a.source} | ${b.source} |\n`,
    seen: `What How long ${a.seen} ${b.seen}`,
  })),
  line.map((p) => ({ source: `\n### ${p.source}\n`, seen: p.seen })),
  fc.constant({ source: informs, seen: "" }),
);

const ENTITIES: Readonly<Record<string, string>> = {
  "&#38;": "&",
  "&#60;": "<",
  "&#62;": ">",
  "&#34;": '"',
  "&#39;": "'",
};

/** The text of the article without the twins, as one line. */
function seenIn(page: string): string {
  const article = /<article>([\s\S]*)<\/article>/.exec(page)?.[1] ?? "";
  return article
    .replaceAll(/<details>[\s\S]*?<\/details>/g, " ")
    .replaceAll(/<\/?(?:em|strong|u|code|a)(?: [^>]*)?>/g, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/&#\d+;/g, (e) => ENTITIES[e] ?? e)
    .replaceAll(/\s+/g, " ")
    .trim();
}

describe("a page says what the policy says", () => {
  test("all of it, in order, and nothing else but the twins", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), (blocks) => {
        const page = pageOf(`${FRONT}# Shop\n${blocks.map((b) => `${b.source}\n`).join("")}${informs}`);
        const expected = blocks
          .map((b) => b.seen)
          .join(" ")
          .replaceAll(/\s+/g, " ")
          .trim();
        expect(seenIn(page)).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });

  test("every statement has its id once, in order, and a twin", () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), (blocks) => {
        const text = `${FRONT}# Shop\n${blocks.map((b) => `${b.source}\n`).join("")}`;
        const { document } = made(text);
        const page = pageOf(text);
        const ids = [...page.matchAll(/ id="([^"]+\/\d+)"/g)].map((m) => m[1]);
        expect(ids).toEqual(document.policy.statements.map((s) => s.id));
        const linked = [...page.matchAll(/<a href="#([^"]+\/\d+)">/g)].map((m) => m[1]);
        expect(linked).toEqual(ids);
      }),
      { numRuns: 60 },
    );
  });
});

const pieces = fc.constantFrom(
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<https://x.example/"onmouseover=alert(1)>',
  "[a](https://x.example/'\"><b>)",
  "[a](javascript:alert(1))",
  '![a](javascript:alert(1) "t")',
  "[a][b]",
  "\n\n[b]: javascript:alert(1)\n\n",
  "`<script>`",
  "&lt;script&gt;",
  "</article>",
  "\n\n# x <x> {#a}\n\n",
  "\n> ",
  "\n- ",
  "| a | b |\n|---|---|\n",
  "**",
  "_",
  "\u202e",
  "\n```commit\n- informs: '<b>x</b>'\n```\n",
);

const TAGS =
  /^(?:!doctype|html|head|meta|title|link|style|body|a|div|header|p|h[1-6]|dl|dt|dd|time|nav|ol|ul|li|main|article|section|footer|details|summary|span|strong|em|u|code|q|br|blockquote|table|thead|tbody|tr|th|td)$/;
const TAG = /<\/?([a-z0-9!]+)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)>/g;

test("whatever is written, a page has only tags of our own, no handlers and no strange links", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, word, fc.string({ maxLength: 8 })), { maxLength: 30 }), (parts) => {
      const page = pageOf(`${FRONT}# Shop\n\n${parts.join(" ")}\n`).replace(/<style>[\s\S]*?<\/style>/, "");
      const rest = page.replaceAll(TAG, (tag, name: string, attributes: string) => {
        expect(name).toMatch(TAGS);
        expect(attributes).not.toMatch(/ on[a-z]+=| src=| style=/i);
        for (const [, target = ""] of attributes.matchAll(/ href="([^"]*)"/g))
          expect(target).not.toMatch(/^(?:javascript|data|vbscript|file):/i);
        return tag === "" ? tag : "";
      });
      expect(rest).not.toMatch(/[<>]/);
    }),
    { numRuns: 200 },
  );
});

test("a long policy is written in time, a very long word and deep lists too", () => {
  const many = Array.from(
    { length: 1000 },
    (_, i) => `${"  ".repeat(i % 12)}- item **${i}** of [it](https://x.example)`,
  ).join("\n");
  const began = performance.now();
  expect(pageOf(`${FRONT}# Shop\n\n${many}\n${informs}`)).toContain("999");
  expect(pageOf(`${FRONT}# Shop\n\n${"x".repeat(100_000)}\n`)).toContain("x".repeat(100_000));
  expect(pageOf(`${FRONT}# Shop\n\n${"*".repeat(5_000)}${"[".repeat(5_000)}\n`)).toContain("[[[");
  expect(performance.now() - began).toBeLessThan(15_000);
});
