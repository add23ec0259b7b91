/** What is written: changelog, links between pages, specs and code, and nothing that names the place where it was written. */
import { posix } from "node:path";
import { type Finding, isCode, lineAt, type SourceFile } from "./repo.ts";

export function checkChangelog(files: readonly SourceFile[]): readonly Finding[] {
  const path = "CHANGELOG.md";
  const text = files.find((file) => file.path === path)?.text ?? "";
  const unreleased = /^## \[?Unreleased\]?\s*\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1];
  if (unreleased === undefined) return [{ path, line: 1, message: "has no `## Unreleased`" }];
  return /^- \S/m.test(unreleased)
    ? []
    : [{ path, line: 1, message: "`Unreleased` is empty: say what changes for users" }];
}

const LINK = /\[[^\]\n]*\]\(([^)\s]+)\)/g;

/** Policies of test cases: their links belong to the site that they would be published on. */
const CASES = /\/cases\//;

/** Relative links between pages lead to a file or folder that is there, and to a heading of it. */
export function checkLinks(files: readonly SourceFile[]): readonly Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = new Set(files.flatMap((file) => parentsOf(file.path)));
  return files
    .filter((file) => file.path.endsWith(".md") && !CASES.test(file.path))
    .flatMap((file) =>
      [...withoutCode(file.text).matchAll(LINK)].flatMap((match) => {
        const [target = "", anchor] = (match[1] ?? "").split("#");
        if (/^[a-z]+:/.test(target)) return [];
        const path =
          target === "" ? file.path : posix.join(posix.dirname(file.path), target).replace(/\/$/, "");
        const page = byPath.get(path);
        const report = (message: string) => [
          { path: file.path, line: lineAt(file.text, match.index), message },
        ];
        if (page === undefined) return folders.has(path) ? [] : report(`\`${match[1]}\` leads nowhere`);
        if (anchor === undefined || !path.endsWith(".md") || anchorsOf(page.text).has(anchor)) return [];
        return report(`\`${match[1]}\`: the page has no such heading`);
      }),
    );
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Code blocks blanked, so that offsets stay. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```|`[^`\n]*`/gm, (code) => code.replaceAll(/[^\n]/g, " "));
}

function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+?)(?:\s*\{#([\w-]+)\})?$/gm)];
  return new Set(
    headings.flatMap(([, heading = "", id]) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(/\s/g, "-");
      return id === undefined ? [slug] : [slug, id];
    }),
  );
}

/** The head of a module: its first comment, which may follow the imports. */
const HEAD_LINES_MAX = 20;
const SPEC = /\bspec\/[\w-]+\.md\b/g;

/** Text before code: each page of `spec/` is named by the head of the module that does it, and each such name leads to a page. */
export function checkSpecs(files: readonly SourceFile[]): readonly Finding[] {
  const pages = new Set(files.map((file) => file.path).filter((path) => /^spec\/[\w-]+\.md$/.test(path)));
  const linked = new Set<string>();
  const findings: Finding[] = [];
  for (const file of files) {
    if (!isCode(file.path) || file.path.startsWith("tools/tidy/")) continue;
    for (const match of file.text.matchAll(SPEC)) {
      if (lineAt(file.text, match.index) <= HEAD_LINES_MAX) linked.add(match[0]);
      if (pages.has(match[0])) continue;
      findings.push({
        path: file.path,
        line: lineAt(file.text, match.index),
        message: `\`${match[0]}\` is not there`,
      });
    }
  }
  const alone = [...pages].filter((page) => page !== "spec/README.md" && !linked.has(page));
  return [
    ...findings,
    ...alone.map((path) => ({ path, line: 1, message: "no module names this page in its head" })),
  ];
}

/** In pieces, so that this file does not find itself. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [
    inPieces(
      String.raw`(^|[^\w.])/w`,
      "ork/|/t",
      String.raw`mp/(avow|miky|bash_jobs)\b|/ho`,
      "me/[a-z]+/|/Us",
      "ers/[a-z]+/",
    ),
    "a path of one machine",
  ],
  [
    inPieces("regi", String.raw`stry\.(npm`, "js|yarn", "pkg|npm", String.raw`mirror)\.`),
    "a registry's host",
  ],
  [
    inPieces("cl", "aude|anthr", "opic|chat", "gpt|co", String.raw`pilot\b`),
    "a tool of the one who wrote it",
  ],
  [inPieces("find_", "string|read_", "file|find_", "repos"), "a tool of the one who wrote it"],
];

function inPieces(...pieces: readonly string[]): RegExp {
  return new RegExp(pieces.join(""), "i");
}

export function checkPlaces(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap(({ path, text }) =>
    PLACES.flatMap(([pattern, what]) => {
      const at = text.search(pattern);
      return at === -1 ? [] : [{ path, line: lineAt(text, at), message: `names ${what}` }];
    }),
  );
}
