/** The repository as tidy sees it: every file that is ours, as text. Nothing here knows a rule. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const SKIPPED = new Set(["node_modules", ".git", ".avow", "dist", "coverage"]);
const TEXT = new Set([
  ".ts", ".tsx", ".mts", ".js", ".mjs", ".json", ".md", ".sql", ".css", ".html", ".yaml", ".yml", ".lock", ".txt", ".svg", "",
]); // biome-ignore format: one line reads better
const DEPTH_MAX = 12;

/** Files that Git ignores by pattern (`*.log`) are left out by their ending. */
export function readRepo(): readonly SourceFile[] {
  repo ??= read(ROOT);
  return repo;
}

let repo: readonly SourceFile[] | undefined;

function read(root: string): readonly SourceFile[] {
  const files: SourceFile[] = [];
  const visit = (folder: string, depth: number): void => {
    if (depth > DEPTH_MAX) throw new Error(`\`${folder}\` is nested more than ${DEPTH_MAX} deep`);
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (SKIPPED.has(entry.name)) continue;
      if (entry.isDirectory()) visit(path, depth + 1);
      else if (TEXT.has(extname(entry.name)))
        files.push({ path, text: readFileSync(join(root, path), "utf8") });
    }
  };
  visit("", 0);
  return files;
}

/** A fixture: a repository made of a few files. */
export function files(texts: Readonly<Record<string, string>>): readonly SourceFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, text }));
}

export function isCode(path: string): boolean {
  return /\.(ts|tsx|mts)$/.test(path) && !path.endsWith(".d.ts");
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(^|\/)(fixtures|testing)\//.test(path);
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

export function lineCount(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** As an editor links it. */
export function show(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.path}:${finding.line} ${finding.message}`);
}
