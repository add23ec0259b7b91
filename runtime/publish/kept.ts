/**
 * The versions that a site keeps (spec/publication.md). Each folder `versions/<version>` says itself what it is and which version it
 * followed; it appears in one step and is never written again. So the folders are the only record, and a stop at any moment leaves a
 * record that is whole.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ComparablePolicy, readPublished } from "@avow/core/page/published";
import { z } from "zod";

export const RECORD = "version.json";

const schema = z.strictObject({
  format: z.literal(1),
  service: z.string(),
  version: z.string(),
  effective: z.string(),
  published: z.iso.date(),
  previous: z.string().nullable(),
  locales: z.array(z.strictObject({ locale: z.string(), hash: z.string(), content: z.string() })).min(1),
});
export type KeptVersion = z.infer<typeof schema>;

export type Kept =
  | { readonly ok: true; readonly versions: readonly KeptVersion[] }
  | { readonly ok: false; readonly problem: string };

/** Oldest first. A site that is not there has none. */
export async function readKept(site: string): Promise<Kept> {
  const found = new Map<string, KeptVersion>();
  for (const name of await foldersIn(join(site, "versions"))) {
    if (name.includes("..")) continue;
    const path = join(site, "versions", name, RECORD);
    const record = schema.safeParse(await jsonAt(path));
    if (!record.success || record.data.version !== name)
      return { ok: false, problem: `\`${path}\` is not the record of a published version` };
    found.set(name, record.data);
  }
  return inOrder(found);
}

/** Each version names the one before it, so exactly one order fits; anything else means that folders were taken away or put in. */
function inOrder(found: ReadonlyMap<string, KeptVersion>): Kept {
  const after = new Map([...found.values()].map((v) => [v.previous, v]));
  const versions: KeptVersion[] = [];
  for (let next = after.get(null); next !== undefined; next = after.get(next.version)) {
    if (versions.length === found.size) break;
    versions.push(next);
  }
  if (versions.length === found.size && after.size === found.size) return { ok: true, versions };
  return {
    ok: false,
    problem: "the kept versions do not follow one upon the other: some were taken away or added by hand",
  };
}

/** `under`: the site, or the part of it that is in one language. */
export async function readKeptPolicy(under: string, version: string): Promise<ComparablePolicy | null> {
  return readPublished(await jsonAt(join(under, "versions", version, "policy.json")));
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((e) => (e.isDirectory() ? [e.name] : []));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Undefined: not there, or no JSON. */
async function jsonAt(path: string): Promise<unknown> {
  const text = await textAt(path);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
