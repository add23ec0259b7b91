/** Whether a version may be published over those that are kept. */
import type { KeptVersion } from "./kept.ts";

export interface Refusal {
  readonly problem: string;
  readonly fix: string;
}

const BUMP = "give the policy a new `version` and its `effective` date";

/** `kept`: oldest first. Null: it may. */
export function whyRefused(next: KeptVersion, kept: readonly KeptVersion[]): Refusal | null {
  const name = whyNoName(next.version);
  if (name !== null) return name;
  const head = kept.at(-1);
  if (head === undefined) return null;
  if (head.service !== next.service)
    return {
      problem: `the site is of \`${head.service}\`, and the policy of \`${next.service}\``,
      fix: "publish into another folder",
    };
  const languages = whyNotTheseLanguages(next, head);
  if (languages !== null) return languages;
  if (head.version === next.version) return whyNotAgain(next, head);
  const before = kept.find((v) => v.version.toLowerCase() === next.version.toLowerCase());
  if (before !== undefined)
    return before.version === next.version
      ? {
          problem: `version \`${next.version}\` is older than \`${head.version}\`, which is in force`,
          fix: BUMP,
        }
      : {
          problem: `version \`${next.version}\` differs from \`${before.version}\` only in capital letters`,
          fix: BUMP,
        };
  return isOlder(next, head)
    ? {
        problem: `version \`${next.version}\` (${next.effective}) is older than \`${head.version}\` (${head.effective}), which is in force`,
        fix: BUMP,
      }
    : null;
}

/** A version names a folder, and `a..b` the folder of what changed. */
function whyNoName(version: string): Refusal | null {
  const fits = /^[A-Za-z0-9_](?:[\w.-]*[\w-])?$/.test(version) && !version.includes("..");
  return fits && version.toLowerCase() !== "index.html"
    ? null
    : {
        problem: `version \`${version}\` can not name a folder`,
        fix: "begin and end it with a letter or digit, without `..`",
      };
}

function whyNotAgain(next: KeptVersion, head: KeptVersion): Refusal | null {
  const other = next.locales.find(
    (l) => head.locales.find((h) => h.locale === l.locale)?.content !== l.content,
  );
  const added = next.locales.length !== head.locales.length;
  if (other === undefined && !added) return null;
  return {
    problem: `version \`${next.version}\` is published with another text${other === undefined ? "" : ` (\`${other.locale}\`)`}: what people have read does not change`,
    fix: BUMP,
  };
}

/** A language that is left out would go on showing the old version as the one in force. */
function whyNotTheseLanguages(next: KeptVersion, head: KeptVersion): Refusal | null {
  const [first, was] = [next.locales[0]?.locale, head.locales[0]?.locale];
  const missing = head.locales.find((h) => next.locales.every((l) => l.locale !== h.locale));
  if (missing !== undefined)
    return {
      problem: `version \`${head.version}\` is published in \`${missing.locale}\` as well, and this one has no such text`,
      fix: "add its file under `policy` in avow.yaml",
    };
  return first === was
    ? null
    : { problem: `the site's main language is \`${was}\`, not \`${first}\``, fix: "put its file first" };
}

/** By date where both are known; a scheme of names may change, time does not. */
function isOlder(next: KeptVersion, head: KeptVersion): boolean {
  const known = next.effective !== "unknown" && head.effective !== "unknown";
  if (known && next.effective !== head.effective) return next.effective < head.effective;
  return next.version.localeCompare(head.version, "en", { numeric: true }) < 0;
}
