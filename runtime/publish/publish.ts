/**
 * Publishes a policy into a site's folder (spec/publication.md):
 *
 *     check ─▶ freeze versions/<version> (one rename: from here on it is published) ─▶ redlines ─▶ lists ─▶ pages in force
 *
 * All that follows the freezing is made anew from the kept versions by every run, so a run that was killed is finished by the next.
 * Until then each page is the old or the new one, whole, and no link leads to what is not there.
 */
import { join } from "node:path";
import { GENERATOR } from "@avow/core/page/frame";
import { type ComparablePolicy, publishedPolicy } from "@avow/core/page/published";
import { must } from "@avow/core/terms/assert";
import { makeFolder } from "../disk/folder.ts";
import { withLock } from "../store/process-lock.ts";
import { whyRefused } from "./admit.ts";
import { type KeptVersion, RECORD, readKept, readKeptPolicy, textAt } from "./kept.ts";
import { draftPages, type FileText, frozenPages, type Language, livePages } from "./pages.ts";
import type { Publication } from "./publication.ts";
import { clearWorkshop, isThere, lockOf, writeFileWhole, writeFolderWhole } from "./write.ts";

export type Published =
  | {
      readonly ok: true;
      readonly did: "published" | "refreshed" | "drafted";
      /** Paths within the site that are new or changed, in the order of writing. */
      readonly written: readonly string[];
    }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

const LOCK_WAIT_MS_MAX = 30_000;

export async function publish(publication: Publication): Promise<Published> {
  const { site, dryRun } = publication;
  const run = { written: [] };
  if (dryRun) return carryOut(publication, run);
  await makeFolder(site);
  return withLock({ file: lockOf(site), waitMsMax: LOCK_WAIT_MS_MAX }, async () => {
    await clearWorkshop(site);
    try {
      return await carryOut(publication, run);
    } finally {
      await clearWorkshop(site);
    }
  });
}

interface Run {
  readonly written: string[];
}

async function carryOut(publication: Publication, run: Run): Promise<Published> {
  const { site, documents } = publication;
  const foreign = await foreignPage(site);
  if (foreign !== null)
    return {
      ok: false,
      problem: `\`${foreign}\` is not a page that avow wrote, and would be lost`,
      fix: "publish into a folder of its own",
    };
  if (publication.draft) {
    for (const file of draftPages(publication)) await put(publication, file, run);
    return { ok: true, did: "drafted", written: run.written };
  }
  const kept = await readKept(site);
  if (!kept.ok) return { ...kept, fix: "restore the folder `versions` from a copy" };
  const policies = documents.map((d) => d.policy);
  const main = must(policies[0], "a publication has a document");
  const record = recordOf(publication, kept.versions);
  const refused = whyRefused(record, kept.versions);
  if (refused !== null) return { ok: false, ...refused };
  const isNew = kept.versions.every((v) => v.version !== main.version);
  const versions = isNew ? [...kept.versions, record] : kept.versions;
  const languages = await languagesOf(publication, versions);
  if (languages === null)
    return {
      ok: false,
      problem: "a kept `policy.json` can not be read",
      fix: "restore the folder `versions` from a copy",
    };
  if (isNew) await freeze(publication, record, languages, run);
  for (const file of livePages(publication, languages)) await put(publication, file, run);
  return { ok: true, did: isNew ? "published" : "refreshed", written: run.written };
}

/** The main language last: its folder holds the record, and with it the version counts as published. */
async function freeze(
  publication: Publication,
  record: KeptVersion,
  languages: readonly Language[],
  { written }: Run,
): Promise<void> {
  for (const language of [...languages].reverse()) {
    const folder = `${language.prefix}versions/${record.version}`;
    const files = frozenPages(publication, language, languages);
    const own = language.prefix === "" ? { [RECORD]: `${JSON.stringify(record, null, 2)}\n` } : {};
    if (!publication.dryRun) await writeFolderWhole(publication.site, folder, { ...files, ...own });
    written.push(...Object.keys({ ...files, ...own }).map((name) => `${folder}/${name}`));
  }
}

async function put({ site, dryRun }: Publication, file: FileText, { written }: Run): Promise<void> {
  // What changed between two versions never changes: a redline is written once.
  if (file.once && (await isThere(join(site, file.path)))) return;
  const text = file.text();
  const changed = dryRun
    ? (await textAt(join(site, file.path))) !== text
    : await writeFileWhole(site, file.path, text);
  if (changed) written.push(file.path);
}

async function foreignPage(site: string): Promise<string | null> {
  const path = join(site, "index.html");
  const text = await textAt(path);
  return text === null || text.includes(`<meta name="generator" content="${GENERATOR}">`) ? null : path;
}

function recordOf({ documents, today }: Publication, kept: readonly KeptVersion[]): KeptVersion {
  const { service, version, effective } = must(documents[0], "a publication has a document").policy;
  return {
    format: 1,
    service,
    version,
    effective,
    published: today,
    previous: kept.at(-1)?.version ?? null,
    locales: documents.map(({ policy, content }) => ({ locale: policy.locale, hash: policy.hash, content })),
  };
}

/** Null: a kept policy is unreadable. */
async function languagesOf(
  { site, documents }: Publication,
  versions: readonly KeptVersion[],
): Promise<readonly Language[] | null> {
  const languages: Language[] = [];
  for (const [i, document] of documents.entries()) {
    const { locale, version: now } = document.policy;
    const prefix = i === 0 ? "" : `${locale}/`;
    const own: { record: KeptVersion; policy: ComparablePolicy }[] = [];
    for (const record of versions) {
      if (!record.locales.some((l) => l.locale === locale)) continue;
      const isNow = record.version === now;
      const policy = isNow
        ? publishedPolicy(document)
        : await readKeptPolicy(join(site, prefix), record.version);
      if (policy === null) return null;
      own.push({ record, policy });
    }
    languages.push({ document, prefix, versions: own });
  }
  return languages;
}
