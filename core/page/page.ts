/** One published policy in one language (spec/publication.md): the version in force, a kept one, or a draft. */
import type { Mark } from "../commitments/kind.ts";
import type { Policy } from "../policy/model.ts";
import { blocksHtml } from "./blocks.ts";
import type { HeadingBlock, PolicyDocument } from "./document.ts";
import { type Alternate, frameHtml, ownLang, saidIn } from "./frame.ts";
import { type Html, html } from "./html.ts";
import { inlineOf } from "./inline.ts";
import { commitmentItem, markedStatements, type TwinSetting, twinsOf, type Verdicts } from "./twins.ts";
import { dateInWords, wordsFor } from "./words/index.ts";

export interface EarlierVersion {
  readonly version: string;
  readonly effective: string;
  readonly href: string;
  /** The page that shows what changed since; null: there is none. */
  readonly redline: string | null;
}

export interface PageSetting {
  readonly standing: "current" | "frozen" | "draft";
  /** From this page to the site's root: `""`, `../../`. */
  readonly root: string;
  readonly markOf: (kind: string) => Mark | null;
  /** Newest first. */
  readonly earlier: readonly EarlierVersion[];
  readonly alternates: readonly Alternate[];
  /** Null: a page without verdicts. A kept version has none: they are of a moment. */
  readonly verdicts: Verdicts | null;
}

export function policyPage(document: PolicyDocument, setting: PageSetting): string {
  const { policy } = document;
  const words = wordsFor(policy.locale);
  const inline = { definitions: document.definitions, root: setting.root };
  const own = ownLang(policy.locale, words);
  const twin: TwinSetting = {
    words,
    own,
    says: saidIn(policy.locale),
    verdicts: setting.verdicts,
  };
  const blocks = blocksHtml(document.blocks, {
    ...inline,
    marks: markedStatements(policy, setting.markOf),
    twins: twinsOf(policy),
    twin,
  });
  const title = document.headings.find((h) => h.level === 1);
  const h1 =
    title === undefined
      ? html`<h1>${policy.title}</h1>`
      : html`<h1 id="${title.id}">${inlineOf(title.title, inline).html}</h1>`;
  const body = html`<header class="top">${standing(policy, setting)}<p class="eyebrow">${policy.controller.name}</p>
${h1}
${facts(policy, own)}<p class="note"${own}>${words.rightsNote}${setting.verdicts === null ? null : html` ${words.checked(momentInWords(setting.verdicts.at))}`}</p></header>
<div class="cols">${contents(document, own)}<main id="_content"><article>
${blocks}${apart(policy, twin)}</article></main></div>
${foot(policy, setting, own)}`;
  return frameHtml({
    locale: policy.locale,
    words,
    title: `${inlineOf(policy.title, inline).text} – ${policy.controller.name}`,
    alternates: setting.alternates,
    json: "policy.json",
    unlisted: setting.standing === "draft",
    body,
  });
}

const MINUTE_CHARS = 16;
const momentInWords = (iso: string): string => `${iso.slice(0, MINUTE_CHARS).replace("T", " ")} UTC`;

function standing(policy: Policy, { standing: of, root }: PageSetting): Html | null {
  const words = wordsFor(policy.locale);
  const own = ownLang(policy.locale, words);
  if (of === "draft")
    return html`<p class="banner draft" role="note"${own}>${words.draft}</p><div class="draft-mark" data-mark="${words.draftMark}" aria-hidden="true"></div>`;
  if (of === "current") return null;
  return html`<p class="banner" role="note"${own}>${words.frozen(policy.version)} <a href="${root}index.html">${words.toCurrent}</a></p>`;
}

function facts(policy: Policy, own: Html): Html {
  const words = wordsFor(policy.locale);
  const date = dateInWords(policy.effective, words);
  const known = policy.effective !== "unknown";
  return html`<dl class="facts"${own}><dt>${words.effective}</dt><dd>${known ? html`<time datetime="${policy.effective}">${date}</time>` : date}</dd>
<dt>${words.version}</dt><dd>${policy.version}</dd></dl>
`;
}

/** Headings of levels 2 and 3, the second kind under the first. */
function contents(document: PolicyDocument, own: Html): Html | null {
  const words = wordsFor(document.policy.locale);
  const shown = document.headings.filter((h) => h.level === 2 || h.level === 3);
  if (shown.length < 2) return null;
  const groups: { head: HeadingBlock; under: HeadingBlock[] }[] = [];
  for (const heading of shown) {
    const group = groups.at(-1);
    if (heading.level === 2 || group === undefined) groups.push({ head: heading, under: [] });
    else group.under.push(heading);
  }
  const link = (h: HeadingBlock): Html =>
    html`<a href="#${h.id}">${inlineOf(h.title, { definitions: document.definitions, root: "" }).text}</a>`;
  const items = groups.map(
    ({ head, under }) =>
      html`<li>${link(head)}${under.length === 0 ? null : html`<ol>${under.map((u) => html`<li>${link(u)}</li>`)}</ol>`}</li>
`,
  );
  return html`<nav class="toc" aria-labelledby="_toc"><h2 id="_toc"${own}>${words.contents}</h2><ol>${items}</ol></nav>
`;
}

/** Commitments under no sentence: what the law or the company adds. */
function apart(policy: Policy, twin: TwinSetting): Html | null {
  const alone = policy.commitments.filter((c) => c.statements.length === 0);
  if (alone.length === 0) return null;
  const { words, own } = twin;
  return html`<section${own}><h2 id="_apart">${words.apart}</h2><p>${words.apartNote}</p><div class="twin"><ul>${alone.map((c) => commitmentItem(c, twin))}</ul></div></section>
`;
}

function foot(policy: Policy, setting: PageSetting, own: Html): Html {
  const words = wordsFor(policy.locale);
  const versions = setting.earlier.map(
    (v) =>
      html`<li><a href="${v.href}">${v.version}</a> (${dateInWords(v.effective, words)})${v.redline === null ? null : html` · <a href="${v.redline}">${words.changesSince(v.version)}</a>`}</li>`,
  );
  const history =
    setting.standing === "draft"
      ? null
      : html`<h2>${words.earlier}</h2>${versions.length === 0 ? html`<p>${words.noEarlier}</p>` : html`<ul>${versions}</ul>`}<p><a href="${setting.root}versions/index.html">${words.toAll}</a></p>`;
  return html`<footer class="foot"${own}>${history}
<p><a href="policy.json" type="application/json">${words.machineReadable}</a> (<a href="policy.schema.json">${words.schema}</a>)<br>${words.fingerprint}: <code>${policy.hash}</code></p></footer>
`;
}
