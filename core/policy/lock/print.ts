import type { Lock, LockedCommitments } from "./model.ts";

/** The same lock always gives the same text: statements as in the document, commitments by id. JSON strings are YAML. */
export function printLock(lock: Lock): string {
  const lines = ["# What `avow bind` confirmed. Read changes of this file as you read code.", "lock: 1"];
  lines.push(lock.statements.length === 0 ? "statements: []" : "statements:");
  for (const s of lock.statements) {
    lines.push(
      ...(s.locale === undefined ? [] : [`  - locale: ${quoted(s.locale)}`]),
      `${s.locale === undefined ? "  - " : "    "}section: ${quoted(s.section)}`,
      `    hash: ${quoted(s.hash)}`,
      `    says: ${quoted(s.says)}`,
    );
    lines.push(
      s.binds === undefined
        ? `    informs: ${quoted(s.informs ?? "")}`
        : `    binds: [${s.binds.map(quoted).join(", ")}]`,
    );
  }
  const empty = Object.keys(lock.commitments).length === 0;
  lines.push(empty ? "commitments: {}" : "commitments:", ...printCommitments(lock.commitments, "  "));
  const locales = Object.entries(lock.locales ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (locales.length > 0) lines.push("locales:");
  for (const [locale, commitments] of locales)
    lines.push(`  ${quoted(locale)}:`, ...printCommitments(commitments, "    "));
  return `${lines.join("\n")}\n`;
}

const quoted = (text: string): string => JSON.stringify(text);

const printCommitments = (commitments: LockedCommitments, indent: string): string[] =>
  Object.entries(commitments)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, c]) => [
      `${indent}${quoted(id)}:`,
      `${indent}  hash: ${quoted(c.hash)}`,
      `${indent}  says: ${quoted(c.says)}`,
    ]);
