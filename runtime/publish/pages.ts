/** Which files a site has, and what is in each (spec/publication.md). Nothing is written here. */
import type { PolicyDocument } from "@avow/core/page/document";
import type { Alternate } from "@avow/core/page/frame";
import { type EarlierVersion, type PageSetting, policyPage } from "@avow/core/page/page";
import { type ComparablePolicy, publishedPolicy, SCHEMA_FILE } from "@avow/core/page/published";
import { redlinePage, versionsPage } from "@avow/core/page/redline-page";
import type { KeptVersion } from "./kept.ts";
import type { Publication } from "./publication.ts";

export interface FileText {
  /** Within the site. */
  readonly path: string;
  /** Made when it is needed: a redline that is there already costs nothing. */
  readonly text: () => string;
  /** Left alone when it is there. */
  readonly once: boolean;
}

/** One language's part of the site. */
export interface Language {
  readonly document: PolicyDocument;
  /** `""` for the main language, else `zh-Hans/`. */
  readonly prefix: string;
  /** Oldest first, the one that is being published last. */
  readonly versions: readonly { readonly record: KeptVersion; readonly policy: ComparablePolicy }[];
}

type Texts = Readonly<Record<string, string>>;

/** From each of so many earlier versions a redline leads to the one in force; between neighbours always. */
const REDLINES_MAX = 24;

/** The version's own folder, for ever. */
export function frozenPages(publication: Publication, language: Language, all: readonly Language[]): Texts {
  const path = `versions/${language.document.policy.version}/`;
  return withTwin(publication, language.document, {
    standing: "frozen",
    root: "../../",
    markOf: publication.markOf,
    // It may be there before its redlines are, so it leads to the list of versions instead.
    earlier: earlierOf(language, "../../").map((v) => ({ ...v, redline: null })),
    alternates: alternatesOf(language, all, `${path}index.html`),
    verdicts: null,
  });
}

/** All that changes with time, the main language's page in force last. */
export function livePages(publication: Publication, all: readonly Language[]): FileText[] {
  return [...all].reverse().flatMap((language) => {
    const { prefix } = language;
    const texts = withTwin(publication, language.document, {
      standing: "current",
      root: "",
      markOf: publication.markOf,
      earlier: earlierOf(language, ""),
      alternates: alternatesOf(language, all, "index.html"),
      verdicts: publication.verdicts,
    });
    return [
      ...redlines(language, all),
      {
        path: `${prefix}versions/index.html`,
        text: () => versionsList(language, all),
        once: false,
      },
      ...Object.entries(texts).map(([name, text]) => ({
        path: `${prefix}${name}`,
        text: () => text,
        once: false,
      })),
    ];
  });
}

export function draftPages(publication: Publication): FileText[] {
  const all = publication.documents.map(
    (document, i): Language => ({
      document,
      prefix: i === 0 ? "" : `${document.policy.locale}/`,
      versions: [],
    }),
  );
  return all.flatMap((language) => {
    const texts = withTwin(publication, language.document, {
      standing: "draft",
      root: "../",
      markOf: publication.markOf,
      earlier: [],
      alternates: alternatesOf(language, all, "draft/index.html"),
      verdicts: publication.verdicts,
    });
    return Object.entries(texts).map(([name, text]) => ({
      path: `${language.prefix}draft/${name}`,
      text: () => text,
      once: false,
    }));
  });
}

/** The page itself last: it links to the others. */
function withTwin(publication: Publication, document: PolicyDocument, setting: PageSetting): Texts {
  return {
    [SCHEMA_FILE]: `${JSON.stringify(publication.schema, null, 2)}\n`,
    "policy.json": `${JSON.stringify(publishedPolicy(document), null, 2)}\n`,
    "index.html": policyPage(document, setting),
  };
}

function earlierOf({ versions }: Language, root: string): EarlierVersion[] {
  const now = versions.at(-1)?.record.version ?? "";
  const earlier = versions.slice(0, -1).reverse();
  return earlier.map(({ record: { version, effective } }, i) => ({
    version,
    effective,
    href: `${root}versions/${version}/index.html`,
    redline: i < REDLINES_MAX ? `${root}versions/${version}..${now}/index.html` : null,
  }));
}

function alternatesOf(from: Language, all: readonly Language[], path: string): Alternate[] {
  const up = "../".repeat(`${from.prefix}${path}`.split("/").length - 1);
  return all.map((l) => ({ locale: l.document.policy.locale, href: `${up}${l.prefix}${path}` }));
}

function redlines(language: Language, all: readonly Language[]): FileText[] {
  const { versions, prefix } = language;
  const last = versions.length - 1;
  const pairs = versions.flatMap((_, i) => {
    if (i === last) return [];
    const toLast = i >= last - REDLINES_MAX && i + 1 !== last;
    return toLast
      ? [
          [i, i + 1],
          [i, last],
        ]
      : [[i, i + 1]];
  });
  return pairs.flatMap(([a = 0, b = 0]): FileText[] => {
    const [before, after] = [versions[a], versions[b]];
    if (before === undefined || after === undefined) return [];
    const folder = `versions/${before.record.version}..${after.record.version}/index.html`;
    const both = all.filter((l) =>
      [before, after].every((v) => l.versions.some((o) => o.record.version === v.record.version)),
    );
    const setting = { root: "../../", alternates: alternatesOf(language, both, folder) };
    return [
      {
        path: `${prefix}${folder}`,
        text: () => redlinePage(before.policy, after.policy, setting),
        once: true,
      },
    ];
  });
}

function versionsList(language: Language, all: readonly Language[]): string {
  const { document, versions } = language;
  const { locale, title, controller } = document.policy;
  return versionsPage({
    locale,
    title,
    controller: controller.name,
    root: "../",
    alternates: alternatesOf(language, all, "versions/index.html"),
    versions: versions
      .map(({ record: { version, effective, published } }, i) => ({
        version,
        effective,
        published,
        previous: versions[i - 1]?.record.version ?? null,
      }))
      .reverse(),
  });
}
