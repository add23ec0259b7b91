/** The papers of a service (spec/documents.md), read anew each time: whoever withdraws one is heard at the next check. */
import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Paper, readPaper } from "@avow/core/commitments/paper";
import type { Papers } from "../checks/context.ts";
import { type Manifest, readText } from "./manifest.ts";

const FILES_MAX = 2_000;

export async function readPapers(
  folder: string,
  { documents }: Pick<Manifest, "documents">,
): Promise<Papers> {
  const files = new Set<string>();
  for (const pattern of documents)
    for await (const file of glob(pattern, { cwd: folder })) if (files.size < FILES_MAX) files.add(file);
  const papers: Paper[] = [];
  const faults: Papers["faults"][number][] = [];
  for (const path of [...files].sort()) {
    const source = await readText(join(folder, path));
    if (source === null) {
      faults.push({ path, fault: `\`${path}\` can not be read` });
      continue;
    }
    const { value, issues } = readPaper(path, source);
    if (value === null)
      faults.push({ path, fault: `\`${path}\`: ${issues[0]?.message ?? "can not be read"}` });
    else {
      papers.push(value);
      const fault = await attachmentFault(folder, value);
      if (fault !== null) faults.push({ path, fault });
    }
  }
  return { papers, faults };
}

async function attachmentFault(folder: string, { path, file, sha256 }: Paper): Promise<string | null> {
  if (file === undefined) return null;
  const bytes = await readFile(join(folder, dirname(path), file)).catch((error: unknown) => {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  });
  if (bytes === null) return `\`${path}\` names \`${file}\`, which is not beside it`;
  return createHash("sha256").update(bytes).digest("hex") === sha256
    ? null
    : `\`${file}\` is not the file that \`${path}\` was written for: its SHA-256 differs`;
}
