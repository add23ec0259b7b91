/** `avow compile --source`: the fates of the source's statements, counted and checked (spec/fidelity.md). */
import { resolve } from "node:path";
import { kinds } from "@avow/core/commitments/index";
import { checkRows, checkSource, sourceIndexes } from "@avow/core/policy/fidelity/check";
import { FATES, type Fidelity, type FidelityRow, type Refusal } from "@avow/core/policy/fidelity/model";
import { heldBack } from "@avow/core/policy/fidelity/refused";
import type { Policy } from "@avow/core/policy/model";
import type { Source, SourceStatement } from "@avow/core/policy/source/model";
import { placeOfStatement } from "@avow/core/policy/source/model";
import { readSource } from "@avow/core/policy/source/read";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import { readDocumentFile } from "@avow/runtime/documents/document";

export interface Sources {
  readonly sources: readonly Source[];
  readonly issues: readonly Issue[];
  /** File → text. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Issues name each file as it was given. */
export async function readSources(cwd: string, files: readonly string[]): Promise<Sources> {
  const texts = new Map<string, string>();
  const issues: Issue[] = [];
  for (const file of files) {
    const read = await readDocumentFile(resolve(cwd, file));
    if (read.ok) texts.set(file, read.text);
    else {
      const said = {
        code: "no-source",
        message: `\`${file}\` can not be read: ${read.message}`,
        fix: read.fix,
      };
      issues.push(errorAt({ file, line: 1, column: 1 }, said));
    }
  }
  return { sources: [...texts].map(([file, text]) => readSource(file, text)), issues, texts };
}

export type Counts = Readonly<Record<"statements" | (typeof FATES)[number] | "unmapped", number>>;

export interface FidelityReport {
  readonly counts: Counts;
  readonly issues: readonly Issue[];
  /** Contradictions with the place of each. */
  readonly told: readonly { readonly statement: SourceStatement; readonly row: FidelityRow }[];
}

export function reportFidelity(
  fidelity: Fidelity,
  policy: Policy | null,
  sources: readonly Source[],
): FidelityReport {
  const issues: Issue[] = policy === null ? [] : [...checkRows(fidelity, policy, kinds)];
  const told: { statement: SourceStatement; row: FidelityRow }[] = [];
  let statements = 0;
  for (const [i, index] of sourceIndexes(fidelity, sources).entries()) {
    const source = sources[i];
    if (source === undefined) continue;
    statements += source.statements.length;
    if (index === null) {
      const message = `\`${fidelity.file}\` names ${fidelity.sources.length} sources, and \`${source.file}\` is none of them`;
      const fix = "add it under `source`";
      issues.push(
        errorAt({ file: source.file, line: 1, column: 1 }, { code: "unknown-source", message, fix }),
      );
      continue;
    }
    const mapped = checkSource(fidelity, source, index);
    issues.push(...mapped.issues);
    for (const statement of source.statements) {
      const row = mapped.rows.get(statement);
      if (row !== undefined) told.push({ statement, row });
    }
  }
  const count = (fate: string): number => told.filter((t) => t.row.fate.fate === fate).length;
  const [enforced, attested, informs, contradicts, gap] = FATES.map(count);
  const counts = {
    statements,
    enforced: enforced ?? 0,
    attested: attested ?? 0,
    informs: informs ?? 0,
    contradicts: contradicts ?? 0,
    gap: gap ?? 0,
    unmapped: statements - told.length,
  };
  return { counts, issues, told };
}

export function showReport({ counts, told }: FidelityReport): string {
  const { statements, unmapped, ...fates } = counts;
  const said = Object.entries(fates).map(([fate, n]) => `${n} ${fate}`);
  const lines = [`source: ${statements} statements: ${said.join(", ")}, ${unmapped} unmapped`];
  for (const { statement, row } of told) {
    const place = placeOfStatement(statement);
    const { fate } = row;
    if (fate.fate === "contradicts") {
      const by = fate.by.length === 0 ? "" : ` (${fate.by.join(", ")})`;
      lines.push(`contradiction ${place} with ${fate.with.join(", ")}: ${fate.how}${by}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

export function showGaps(policy: Policy): string {
  const held = [...heldBack(policy)];
  return policy.gaps
    .map((g) => {
      const ids = held.filter(([, gap]) => gap === g).map(([commitment]) => commitment.id);
      const back = ids.length === 0 ? "" : `; held back until it is filled: ${ids.join(", ")}`;
      return `gap ${g.section}: ${g.what}; refused: ${refusedIn(g.refuses)}${back}\n`;
    })
    .join("");
}

const refusedIn = (refuses: readonly Refusal[]): string =>
  refuses.length === 0
    ? "nothing"
    : refuses.map((r) => (r.only === null ? `all other ${r.of}` : `${r.of} ${r.only.join(", ")}`)).join("; ");

/** A fidelity file to fill in: the statements as comments, to be deleted with each row that gets a fate. */
export function statementsYaml(sources: readonly Source[]): string {
  const quoted = (text: string): string => JSON.stringify(text);
  const several = sources.length > 1;
  const lines = ["fidelity: 1", "source:"];
  for (const s of sources) {
    lines.push(
      `  - { name: ${quoted(nameOf(s.file))}, locale: en, sha256: "${s.sha256}", statements: ${s.statements.length} }`,
    );
  }
  lines.push("rows:");
  for (const source of sources) {
    for (const s of source.statements) {
      const of = several ? `source: ${quoted(nameOf(source.file))}, ` : "";
      lines.push(`  # ${placeOfStatement(s)} (line ${s.span.line}) ${s.text}`);
      lines.push(`  - { ${of}section: "${s.section}", ordinal: ${s.ordinal}, hash: "${s.hash}", fate: }`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

export const statementsJson = (sources: readonly Source[]) =>
  sources.map(({ file, sha256, sections, statements }) => ({
    file,
    sha256,
    sections: sections.map(({ id, title, span }) => ({ id, title, line: span.line })),
    statements: statements.map(({ section, ordinal, hash, text, item, span }) => ({
      section,
      ordinal,
      hash,
      text,
      item,
      line: span.line,
      column: span.column,
    })),
  }));
