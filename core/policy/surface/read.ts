/**
 * Policy text → its surface (spec/policy-language.md, "The surface"). A pure function: bad text gives issues.
 */
import { type Checked, errorAt, hasErrors, type Issue } from "../../terms/issue.ts";
import { type Reader, readBlocks } from "./blocks.ts";
import { type Line, spanOf, splitLines } from "./lines.ts";
import type { Heading, Section, Surface } from "./model.ts";
import { slugOf } from "./prose.ts";

const CHARACTERS_MAX = 2_000_000;

/** The section of what stands before the first heading. */
export const TOP = "top";

export function readSurface(file: string, text: string): Checked<Surface> {
  const start = { file, line: 1, column: 1 };
  if (text.length > CHARACTERS_MAX) {
    const message = `the file has ${text.length} characters, more than the ${CHARACTERS_MAX} that are read`;
    return { value: null, issues: [errorAt(start, { code: "too-long", message, fix: "split the policy" })] };
  }
  const lines = splitLines(text);
  const front = readFrontMatter(file, lines);
  if (front.issues.length > 0 && hasErrors(front.issues) && front.bodyAt >= lines.length)
    return { value: null, issues: front.issues };
  const reader: Reader = { file, items: [], issues: [...front.issues], definitions: new Map(), holders: [] };
  readBlocks(reader, lines.slice(front.bodyAt));
  return { value: inSections(reader, front.frontMatter), issues: reader.issues };
}

interface Front {
  readonly frontMatter: Surface["frontMatter"];
  readonly bodyAt: number;
  readonly issues: readonly Issue[];
}

function readFrontMatter(file: string, lines: readonly Line[]): Front {
  const first = lines[0];
  if (first?.text.trimEnd() !== "---") {
    const message = "the policy has no front matter";
    const issue = errorAt(
      { file, line: 1, column: 1 },
      {
        code: "no-front-matter",
        message,
        fix: "begin the file with `---`, the keys `service`, `version` …, and `---`",
      },
    );
    return { frontMatter: null, bodyAt: 0, issues: [issue] };
  }
  const end = lines.findIndex((l, i) => i > 0 && (l.text.trimEnd() === "---" || l.text.trimEnd() === "..."));
  const last = lines[end];
  if (last === undefined) {
    const issue = errorAt(spanOf(file, first, first), {
      code: "unclosed-front-matter",
      message: "the front matter is not closed",
      fix: "end it with a line `---`",
    });
    return { frontMatter: null, bodyAt: lines.length, issues: [issue] };
  }
  return {
    frontMatter: { lines: lines.slice(1, end), span: spanOf(file, first, last) },
    bodyAt: end + 1,
    issues: [],
  };
}

function inSections(reader: Reader, frontMatter: Surface["frontMatter"]): Surface {
  const taken = new Set<string>([TOP, ...anchorsOf(reader)]);
  const seen = new Map<string, number>();
  const sections: Section[] = [];
  const content: Surface["content"][number][] = [];
  const outline: Surface["outline"][number][] = [];
  let section = TOP;
  for (const item of reader.items) {
    if (item.item !== "heading") {
      content.push({ section, item });
      outline.push({ section, item });
      continue;
    }
    section = item.anchor ?? freeSlug(item, taken);
    if (item.anchor !== null) refuseSecond(reader, item, item.anchor, seen);
    sections.push({ id: section, title: item.title, span: item.span });
    outline.push({ section, item });
  }
  const title = reader.items.find((i) => i.item === "heading" && i.depth === 1);
  return {
    file: reader.file,
    frontMatter,
    sections,
    content,
    outline,
    definitions: reader.definitions,
    title: title?.item === "heading" ? title.title : null,
  };
}

const anchorsOf = (reader: Reader): string[] =>
  reader.items.flatMap((i) => (i.item === "heading" && i.anchor !== null ? [i.anchor] : []));

function freeSlug(heading: Heading, taken: Set<string>): string {
  const slug = slugOf(heading.title) || "section";
  let free = slug;
  for (let n = 2; taken.has(free); n += 1) free = `${slug}-${n}`;
  taken.add(free);
  return free;
}

function refuseSecond(reader: Reader, heading: Heading, anchor: string, seen: Map<string, number>): void {
  const before = seen.get(anchor) ?? (anchor === TOP ? 1 : undefined);
  if (before === undefined) {
    seen.set(anchor, heading.span.line);
    return;
  }
  const message = `the anchor \`${anchor}\` is taken since line ${before}`;
  reader.issues.push(
    errorAt(heading.span, { code: "duplicate-anchor", message, fix: "give this heading another anchor" }),
  );
}
