/** The data maps that a manifest names, read from the service's folder. */
import { glob } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { DataMap } from "@avow/core/datamap/model";
import { readDataMap } from "@avow/core/datamap/read";
import { type Checked, errorAt, type Issue } from "@avow/core/terms/issue";
import { readText } from "./manifest.ts";

export interface MapsRead extends Checked<DataMap> {
  /** File → its text. */
  readonly sources: ReadonlyMap<string, string>;
}

/** `patterns`: paths below the folder, or globs. */
export async function readMaps(folder: string, patterns: readonly string[]): Promise<MapsRead> {
  const files = await mapFiles(folder, patterns);
  const { value, issues } = readDataMap(files.read);
  const sources = new Map(files.read.map((f) => [f.file, f.text] as const));
  return { value, issues: [...files.issues, ...issues], sources };
}

async function mapFiles(
  folder: string,
  patterns: readonly string[],
): Promise<{ readonly read: { file: string; text: string }[]; readonly issues: readonly Issue[] }> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    if (!/[*?[{]/.test(pattern)) files.add(pattern);
    else
      for await (const file of glob(pattern, { cwd: folder }))
        files.add(isAbsolute(file) ? relative(folder, file) : file);
  }
  const read: { file: string; text: string }[] = [];
  const issues: Issue[] = [];
  for (const file of [...files].sort()) {
    const text = await readText(join(folder, file));
    if (text !== null) read.push({ file, text });
    else
      issues.push(
        errorAt(
          { file, line: 1, column: 1 },
          {
            code: "no-map",
            message: `\`${file}\`, which avow.yaml names under \`datamap\`, can not be read`,
            fix: "see that it exists and may be read, or take its name out",
          },
        ),
      );
  }
  return { read, issues };
}
