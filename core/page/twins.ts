/** What stands behind the sentences: which of them share one machine-readable twin, and how a twin is shown. */
import type { Mark } from "../commitments/kind.ts";
import type { Commitment, Origin, Policy, Statement } from "../policy/model.ts";
import { type Html, html } from "./html.ts";
import type { Words } from "./words/words.ts";

export interface Verdicts {
  /** ISO 8601: when they were found. */
  readonly at: string;
  /** The verdict alone: a reason may name what is inside the company. */
  readonly byCommitment: ReadonlyMap<string, string>;
}

/** Neighbours of one section with the same fate. */
export interface Twin {
  readonly statements: readonly Statement[];
  readonly commitments: readonly Commitment[];
}

/** By the id of the last statement of each group: that is where the twin stands. */
export function twinsOf(policy: Policy): ReadonlyMap<string, Twin> {
  const twins = new Map<string, Twin>();
  let group: Statement[] = [];
  let commitments: readonly Commitment[] = [];
  let key = "";
  for (const statement of policy.statements) {
    const own = policy.commitments.filter((c) => c.statements.includes(statement.id));
    const next = JSON.stringify([statement.section, statement.fate, own.map((c) => c.id)]);
    if (next !== key) group = [];
    else twins.delete(group.at(-1)?.id ?? "");
    [key, commitments] = [next, own];
    group = [...group, statement];
    twins.set(statement.id, { statements: group, commitments });
  }
  return twins;
}

/** Ids of the statements that a kind sets apart. */
export function markedStatements(
  policy: Policy,
  markOf: (kind: string) => Mark | null,
): ReadonlyMap<string, Mark> {
  return new Map(
    policy.commitments.flatMap((c) => {
      const mark = markOf(c.kind);
      return mark === null ? [] : c.statements.map((s) => [s, mark] as const);
    }),
  );
}

const SIGNS: Readonly<Record<string, string>> = {
  kept: "✓",
  broken: "✗",
  unproven: "?",
  attested: "✎",
  "not applicable": "–",
};
const WORST_FIRST: readonly string[] = ["broken", "unproven", "attested", "kept", "not applicable"];

export interface TwinSetting {
  readonly words: Words;
  /** ` lang="en"` where Avow's own words are not in the page's language. */
  readonly own: Html;
  /** The language of what commitments say, where it is another one. */
  readonly says: Html;
  readonly verdicts: Verdicts | null;
}

export function twinDetails(twin: Twin, setting: TwinSetting): Html {
  const { words, own, verdicts } = setting;
  const worst = verdicts === null ? null : worstOf(twin, verdicts);
  const reason = reasonOf(twin, words);
  const links = twin.statements.map(
    (s, i) => html`${i === 0 ? "" : words.listSeparator}<a href="#${s.id}">${s.id}</a>`,
  );
  return html`<details${own}><summary>${words.twin}<span class="sr"> (${links.length === 0 ? "" : (twin.statements[0]?.id ?? "")})</span>${worst === null ? null : verdictMark(worst, words)}</summary><div class="twin">${
    twin.commitments.length === 0
      ? null
      : html`<p>${words.twinOf(twin.statements.length)}:</p><ul>${twin.commitments.map((c) => commitmentItem(c, setting))}</ul>`
  }${reason}<p>${words.linkHere} ${links}</p></div></details>
`;
}

function reasonOf(twin: Twin, words: Words): Html | null {
  const fate = twin.statements[0]?.fate;
  if (fate?.fate === "informs") return html`<p>${words.noTwin} <q>${fate.why}</q></p>`;
  return fate?.fate === "unbound" ? html`<p>${words.notConfirmed} <q lang="en">${fate.reason}</q></p>` : null;
}

export function commitmentItem(c: Commitment, { words, says, verdicts }: TwinSetting): Html {
  const verdict = verdicts?.byCommitment.get(c.id);
  return html`<li><span class="says"${says}>${c.says}</span><span class="meta"><code>${c.id}</code> ${originTag(c.origin, words)}${
    verdicts === null
      ? null
      : html` ${verdict === undefined ? words.notChecked : verdictMark(verdict, words)}`
  }</span></li>`;
}

function originTag(origin: Origin, words: Words): Html {
  if (origin === "policy") return html`<span class="origin">${words.origins.policy}</span>`;
  if (origin === "ours") return html`<span class="origin ours">${words.origins.ours}</span>`;
  return html`<span class="origin law">${words.origins.law(origin.slice("law: ".length))}</span>`;
}

/** A verdict's name is a class of the style as well; unknown ones have no colour and keep their name. */
const verdictMark = (verdict: string, words: Words): Html =>
  html`<span class="v ${SIGNS[verdict] === undefined ? "" : verdict}"><span aria-hidden="true">${SIGNS[verdict] ?? "?"}</span> ${words.verdicts[verdict] ?? verdict}</span>`;

function worstOf(twin: Twin, verdicts: Verdicts): string | null {
  const found = twin.commitments.flatMap((c) => verdicts.byCommitment.get(c.id) ?? []);
  return [...found].sort((a, b) => WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b))[0] ?? null;
}
