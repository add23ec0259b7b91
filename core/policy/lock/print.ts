import type { Lock } from "./model.ts";

/** The same lock always gives the same text: statements as in the document, commitments by id. JSON strings are YAML. */
export function printLock(lock: Lock): string {
  const quoted = (text: string): string => JSON.stringify(text);
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
  const ids = Object.keys(lock.commitments).sort();
  lines.push(ids.length === 0 ? "commitments: {}" : "commitments:");
  for (const id of ids) {
    const c = lock.commitments[id];
    if (c !== undefined)
      lines.push(`  ${quoted(id)}:`, `    hash: ${quoted(c.hash)}`, `    says: ${quoted(c.says)}`);
  }
  return `${lines.join("\n")}\n`;
}
