/** Surface → statements and commitments, each tied to the other as the text says; what policy.lock confirms comes after. */
import { hashOf, sha256Hex } from "../../terms/hash.ts";
import { errorAt, type Issue, type Span, warningAt } from "../../terms/issue.ts";
import type { KeyedIssue, KindLanguage } from "../kinds.ts";
import type { Commitment, Informed, Statement } from "../model.ts";
import type { Surface } from "../surface/model.ts";
import { placeOf } from "../surface/yaml.ts";
import { NO_WORDS, type Words } from "../words/model.ts";
import { languageOf, tongueOf } from "../words/tongue.ts";
import { boundIssues, boundsIn, definitionsOf, meaningOf } from "./bounds.ts";
import { type CommitmentEntry, type EntriesRead, readEntries } from "./entries.ts";
import type { FrontMatter } from "./front-matter.ts";
import { promises } from "./promising.ts";

/** What a statement would be if policy.lock confirmed it. */
export type Proposal =
  | { readonly fate: "bound"; readonly commitments: readonly string[] }
  | { readonly fate: "informs"; readonly why: string };

export interface DraftStatement extends Omit<Statement, "fate"> {
  /** Null: no block stands under it, or only one that nobody has taken over yet. */
  readonly proposal: Proposal | null;
  readonly pending?: boolean;
}

export type DraftCommitment = Omit<Commitment, "unbound">;

export interface Resolved {
  readonly statements: readonly DraftStatement[];
  readonly commitments: readonly DraftCommitment[];
  readonly informs: readonly Informed[];
  readonly issues: readonly Issue[];
}

const STATEMENTS_MAX = 20_000;
const COMMITMENTS_MAX = 5_000;

interface Gathering {
  readonly statements: DraftStatement[];
  readonly found: {
    readonly entry: CommitmentEntry;
    readonly section: string;
    readonly statements: readonly string[];
  }[];
  readonly ids: { readonly id: string; readonly span: Span }[];
  readonly informs: Informed[];
  readonly issues: Issue[];
}

export function resolve(
  surface: Surface,
  front: FrontMatter | null,
  kinds: readonly KindLanguage[],
): Resolved {
  const all = gather(surface, kinds);
  refuseSecondIds(all);
  const words: Words = front ?? NO_WORDS;
  const tongue = tongueOf(words, languageOf(front?.locale ?? "en"));
  const context = { ...words, commitments: new Set(all.ids.map((i) => i.id)) };
  const commitments = all.found.map(({ entry, section, statements }): DraftCommitment => {
    // Without front matter there are no words to check against; that is an error of its own.
    if (front !== null) {
      const issues = [...entry.kind.check(entry.spec, context), ...boundIssues(entry, front)];
      all.issues.push(...issues.map((issue) => placed(issue, entry)));
    }
    const means = meaningOf(entry.kind.means(entry.spec), entry.condition);
    return {
      id: entry.id,
      kind: entry.kind.name,
      spec: entry.spec,
      promises: entry.promises,
      origin: entry.origin,
      why: entry.why,
      ...(entry.proposed ? { proposed: true } : {}),
      condition: entry.condition,
      places: entry.places,
      section,
      span: entry.tree.span,
      statements,
      says: `${entry.kind.says(entry.spec, tongue)}${boundsIn(tongue, entry)}`,
      means,
      hash: hashOf({
        kind: entry.kind.name,
        spec: entry.spec,
        origin: entry.origin,
        condition: entry.condition,
        places: entry.places,
        // Which promise it is part of is what a person relies on: to take it off a promise is to change that.
        promises: entry.promises,
        words: definitionsOf(words, means, entry.condition),
      }),
    };
  });
  if (all.statements.length > STATEMENTS_MAX || commitments.length > COMMITMENTS_MAX) {
    const message = `more than ${STATEMENTS_MAX} statements or ${COMMITMENTS_MAX} commitments`;
    all.issues.push(
      errorAt(
        { file: surface.file, line: 1, column: 1 },
        { code: "too-long", message, fix: "split the policy" },
      ),
    );
  }
  return { statements: all.statements, commitments, informs: all.informs, issues: all.issues };
}

function gather(surface: Surface, kinds: readonly KindLanguage[]): Gathering {
  const all: Gathering = { statements: [], found: [], ids: [], informs: [], issues: [] };
  const ordinals = new Map<string, number>();
  /** Indexes of the statements since the last block or heading. */
  let above: number[] = [];
  let section: string | null = null;
  for (const { section: here, item } of surface.content) {
    if (here !== section) above = [];
    section = here;
    if (item.item === "prose") {
      const ordinal = (ordinals.get(here) ?? 0) + 1;
      ordinals.set(here, ordinal);
      above.push(all.statements.length);
      all.statements.push({
        id: `${here}/${ordinal}`,
        section: here,
        text: item.text,
        hash: sha256Hex(item.text),
        span: item.span,
        proposal: null,
      });
      continue;
    }
    const read = readEntries(surface.file, item, kinds);
    all.issues.push(...read.issues);
    all.ids.push(...read.ids);
    bind(all, read, above, { section: here, span: item.span });
    above = [];
  }
  return all;
}

function bind(
  all: Gathering,
  read: EntriesRead,
  above: readonly number[],
  block: { readonly section: string; readonly span: Span },
): void {
  const bound = read.entries.filter((e) => e.entry === "commitment");
  const said = read.entries.find((e) => e.entry === "informs");
  const statements = above.flatMap((i) => all.statements[i]?.id ?? []);
  if (said !== undefined)
    all.informs.push({
      why: said.why,
      promises: said.promises,
      section: block.section,
      span: said.tree.span,
      statements,
    });
  for (const entry of bound) all.found.push({ entry, section: block.section, statements });
  const taken = bound.filter((e) => !e.proposed);
  const pending = taken.length === 0 && read.entries.some((e) => e.proposed);
  const proposal: Proposal | null =
    taken.length > 0
      ? { fate: "bound", commitments: taken.map((e) => e.id) }
      : said && !said.proposed
        ? { fate: "informs", why: said.why }
        : null;
  for (const i of above) {
    const statement = all.statements[i];
    if (statement === undefined) continue;
    all.statements[i] = { ...statement, proposal, ...(pending ? { pending } : {}) };
    const word = proposal?.fate === "informs" ? promises(statement.text) : null;
    if (word === null) continue;
    const message = `\`${word}\` sounds like a promise, and the block below says that nothing is promised`;
    all.issues.push(
      warningAt(statement.span, {
        code: "promising-informs",
        message,
        fix: "bind the sentence to a commitment, or reword it",
      }),
    );
  }
  if (above.length > 0 || !(said || bound.some((e) => e.origin === "policy"))) return;
  const text = {
    code: "nothing-above",
    message: "no statement stands above this block",
    fix: "write the words that it binds, or say where it comes from: `origin: ours`",
  };
  all.issues.push(said ? errorAt(block.span, text) : warningAt(block.span, text));
}

function refuseSecondIds(all: Gathering): void {
  const seen = new Map<string, number>();
  for (const { id, span } of all.ids) {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, span.line);
    else
      all.issues.push(
        errorAt(span, {
          code: "duplicate-id",
          message: `the id \`${id}\` is taken since line ${before}`,
          fix: "give this commitment another id",
        }),
      );
  }
}

function placed(issue: KeyedIssue, entry: CommitmentEntry): Issue {
  const { key, severity, ...text } = issue;
  const span = key === null ? entry.tree.span : placeOf(entry.tree, key.split("."));
  return { ...text, ...span, severity };
}
