/** Fidelity against policy and source: every statement has one fate, every commitment a source or a label (spec/fidelity.md). */
import { errorAt, type Issue, warningAt } from "../../terms/issue.ts";
import { suggestion } from "../../terms/suggest.ts";
import type { KindLanguage } from "../kinds.ts";
import type { Commitment, Policy } from "../model.ts";
import { placeOfStatement, type Source, type SourceStatement } from "../source/model.ts";
import { type Fidelity, type FidelityRow, type FidelitySource, namedBy } from "./model.ts";

/** What a policy has and a fidelity file can speak of. */
export type Subject = Pick<Policy, "file" | "commitments">;

/** Without the source: do the rows fit the policy, and does the policy label what it adds? */
export function checkRows(fidelity: Fidelity, policy: Subject, kinds: readonly KindLanguage[]): Issue[] {
  const commitments = new Map(policy.commitments.map((c) => [c.id, c]));
  const attesting = new Set(kinds.filter((k) => k.attests === true).map((k) => k.name));
  return [
    ...doubles(fidelity),
    ...counts(fidelity),
    ...fidelity.rows.flatMap((row) => [
      ...unknown(row, commitments),
      ...unfit(row, commitments, attesting),
      ...badReferences(row, fidelity),
    ]),
    ...additions(fidelity, policy),
  ];
}

const key = (r: { readonly source: number; readonly section: string; readonly ordinal: number }): string =>
  `${r.source} ${placeOfStatement(r)}`;

function doubles({ rows }: Fidelity): Issue[] {
  const seen = new Map<string, FidelityRow>();
  return rows.flatMap((row) => {
    const first = seen.get(key(row));
    if (first === undefined) {
      seen.set(key(row), row);
      return [];
    }
    const message = `\`${placeOfStatement(row)}\` has a fate already, since line ${first.span.line}`;
    return [errorAt(row.span, { code: "double-fate", message, fix: "keep one of the two rows" })];
  });
}

/** So that a row that was lost is noticed where the source is not at hand. */
function counts({ sources, rows }: Fidelity): Issue[] {
  return sources.flatMap((source, i) => {
    const has = new Set(rows.filter((r) => r.source === i).map(key)).size;
    if (has === source.statements) return [];
    const message = `\`${source.name}\` has ${source.statements} statements, and ${has} have a fate`;
    return [
      errorAt(source.span, {
        code: has < source.statements ? "unmapped-statement" : "stale-row",
        message,
        fix: "compare with `avow compile --source FILE`, which names them",
      }),
    ];
  });
}

function unknown(row: FidelityRow, commitments: ReadonlyMap<string, Commitment>): Issue[] {
  const ids = [...commitments.keys()];
  return namedBy(row.fate).flatMap((id) => {
    if (commitments.has(id)) return [];
    const message = `\`${id}\` is no commitment of the policy`;
    const fix = suggestion(id, ids, "write the commitment, or give the statement another fate");
    return [errorAt(row.span, { code: "unknown-commitment", message, fix })];
  });
}

function unfit(
  row: FidelityRow,
  commitments: ReadonlyMap<string, Commitment>,
  attesting: ReadonlySet<string>,
): Issue[] {
  const { fate } = row;
  if (fate.fate !== "enforced" && fate.fate !== "attested") return [];
  const named = fate.by.flatMap((id) => commitments.get(id) ?? []);
  const vouched = named.filter((c) => attesting.has(c.kind));
  const issues: Issue[] = [];
  if (fate.fate === "attested" && vouched.length < named.length) {
    const other = named.find((c) => !attesting.has(c.kind));
    const message = `\`${other?.id}\` (\`${other?.kind}\`) is not vouched for by anybody`;
    issues.push(errorAt(row.span, { code: "wrong-kind", message, fix: "say `fate: enforced`" }));
  }
  if (fate.fate === "enforced" && named.length > 0 && vouched.length === named.length) {
    const message = `\`${named[0]?.id}\` (\`${named[0]?.kind}\`) enforces nothing: somebody vouches for it`;
    issues.push(errorAt(row.span, { code: "wrong-kind", message, fix: "say `fate: attested`" }));
  }
  if (named.length > 0 && named.every((c) => c.origin !== "policy")) {
    const message = `the source says it, and \`${named[0]?.id}\` is labelled \`${named[0]?.origin}\``;
    issues.push(
      warningAt(row.span, {
        code: "mislabelled-origin",
        message,
        fix: "leave `origin` out, or name the commitment that has the source's words",
      }),
    );
  }
  return issues;
}

function badReferences(row: FidelityRow, { rows }: Fidelity): Issue[] {
  const { fate } = row;
  if (fate.fate !== "contradicts") return [];
  const places = rows.filter((r) => r.source === row.source).map(placeOfStatement);
  return fate.with.flatMap((place) => {
    const own = place === placeOfStatement(row);
    if (places.includes(place) && !own) return [];
    const message = own
      ? "a statement does not contradict itself"
      : `\`${place}\` is no statement of the source`;
    const fix = own ? "name the other statement" : suggestion(place, places, "see `--statements`");
    return [errorAt(row.span, { code: "unknown-statement", message, fix })];
  });
}

/** What no statement of the source says must be labelled as law's or ours. */
function additions({ rows, file }: Fidelity, policy: Subject): Issue[] {
  const named = new Set(rows.flatMap((r) => namedBy(r.fate)));
  return policy.commitments.flatMap((c) => {
    if (named.has(c.id) || c.origin !== "policy") return [];
    const message = `no statement of the source carries \`${c.id}\``;
    const fix = `name it in \`${file}\`, or label it: \`origin: ours\`, or the law's article`;
    return [errorAt(c.span, { code: "unlabelled-addition", message, fix })];
  });
}

export interface Mapped {
  /** Row by `section/ordinal` of the statement. */
  readonly rows: ReadonlyMap<SourceStatement, FidelityRow>;
  readonly issues: readonly Issue[];
}

/** One source against its rows. */
export function checkSource(fidelity: Fidelity, source: Source, index: number): Mapped {
  const waiting = new Set(fidelity.rows.filter((r) => r.source === index));
  const rows = new Map<SourceStatement, FidelityRow>();
  const byHash = Map.groupBy(waiting, (r) => r.hash);
  const take = (fits: (row: FidelityRow, statement: SourceStatement) => boolean): void => {
    for (const statement of source.statements) {
      if (rows.has(statement)) continue;
      for (const row of byHash.get(statement.hash) ?? []) {
        if (!waiting.has(row) || !fits(row, statement)) continue;
        rows.set(statement, row);
        waiting.delete(row);
        break;
      }
    }
  };
  take((r, s) => placeOfStatement(r) === placeOfStatement(s));
  take((r, s) => r.section === s.section);
  take(() => true);
  const entry = fidelity.sources[index];
  return {
    rows,
    issues: [
      ...changed(entry, source),
      ...moved(rows),
      ...source.statements.filter((s) => !rows.has(s)).map((s) => unmapped(s, fidelity)),
      ...[...waiting].map(stale),
    ],
  };
}

function changed(entry: FidelitySource | undefined, source: Source): Issue[] {
  if (entry === undefined || entry.sha256 === source.sha256) return [];
  const message = `\`${source.file}\` is not the text that the file was written for: its SHA-256 is ${source.sha256}, its statements ${source.statements.length}`;
  const fix = "look at the rows below, then write the new `sha256` and `statements`";
  return [warningAt(entry.span, { code: "source-changed", message, fix })];
}

function moved(rows: ReadonlyMap<SourceStatement, FidelityRow>): Issue[] {
  return [...rows].flatMap(([statement, row]) => {
    const [is, was] = [placeOfStatement(statement), placeOfStatement(row)];
    if (is === was) return [];
    const message = `the statement of \`${was}\` now stands at \`${is}\``;
    const fix = `write \`section: "${statement.section}"\`, \`ordinal: ${statement.ordinal}\``;
    return [warningAt(row.span, { code: "moved-row", message, fix })];
  });
}

function unmapped(statement: SourceStatement, { file }: Fidelity): Issue {
  const message = `\`${placeOfStatement(statement)}\` has no fate`;
  const fix = `add a row to \`${file}\`: section "${statement.section}", ordinal ${statement.ordinal}, hash ${statement.hash}`;
  return errorAt(statement.span, { code: "unmapped-statement", message, fix });
}

function stale(row: FidelityRow): Issue {
  const message = `the source has no statement of this hash (\`${placeOfStatement(row)}\`)`;
  const fix = "drop the row, or take the changed statement's hash and look at the fate again";
  return errorAt(row.span, { code: "stale-row", message, fix });
}

/** Which source of the file each text is: by its hash, by its name, else the next one. Null: the file has no more. */
export function sourceIndexes({ sources }: Fidelity, texts: readonly Source[]): readonly (number | null)[] {
  const free = new Set(sources.keys());
  const take = (index: number | undefined): number | null => {
    if (index === undefined || index < 0 || !free.delete(index)) return null;
    return index;
  };
  const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;
  const sure = texts.map(
    (t) =>
      take(sources.findIndex((s) => s.sha256 === t.sha256)) ??
      take(sources.findIndex((s) => s.name === nameOf(t.file))),
  );
  return sure.map((index) => index ?? take([...free][0]));
}
