/** The page of a redline, and the list of all versions in one language (spec/publication.md). */
import { type Alternate, frameHtml, ownLang, saidIn } from "./frame.ts";
import { type Html, html } from "./html.ts";
import type { ComparablePolicy } from "./published.ts";
import { type RedlineRow, redlineOf, type Stretch } from "./redline.ts";
import { dateInWords, wordsFor } from "./words/index.ts";
import type { Words } from "./words/words.ts";

export interface RedlineSetting {
  readonly root: string;
  readonly alternates: readonly Alternate[];
}

export function redlinePage(
  before: ComparablePolicy,
  after: ComparablePolicy,
  { root, alternates }: RedlineSetting,
): string {
  const { locale } = after;
  const words = wordsFor(locale);
  const own = ownLang(locale, words);
  const redline = redlineOf(before, after);
  const title = words.redline(before.version, after.version);
  const shown = redline.groups.filter((g) => g.changed);
  const { changed, added, removed } = redline.counts;
  const dates = [before, after].map(
    (p) =>
      html`<dt><a href="${root}versions/${p.version}/index.html">${p.version}</a></dt><dd>${dateInWords(p.effective, words)}</dd>
`,
  );
  const groups = shown.map(
    (g) =>
      html`<section><h2>${g.title.length === 0 ? words.top : stretchesHtml(g.title, words)}</h2>${g.rows.map((r) => rowHtml(r, words))}</section>
`,
  );
  const promised = redline.commitments.map(
    (c) =>
      html`<li><span class="says"${saidIn(locale)}>${stretchesHtml(c.stretches, words)}</span><span class="meta"><code>${c.id}</code></span></li>`,
  );
  const rest = redline.groups.length - shown.length;
  const body = html`<header class="top"><p class="eyebrow">${after.controller.name} · ${after.title}</p><h1 class="plain"${own}>${title}</h1>
<dl class="facts">${dates}</dl><p class="note"${own}>${shown.length === 0 ? words.nothingChanged : words.counts(changed, added, removed)}</p></header>
<div class="cols"><main id="_content"><article>${groups}${rest === 0 ? null : html`<p class="note"${own}>${words.unchangedSections(rest)}</p>`}
${promised.length === 0 ? null : html`<section><h2${own}>${words.promised}</h2><div class="twin"><ul>${promised}</ul></div></section>`}</article></main></div>
<footer class="foot"${own}><p><a href="${root}versions/index.html">${words.toAll}</a> · <a href="${root}index.html">${words.toCurrent}</a></p></footer>`;
  return frameHtml({
    locale,
    words,
    title: `${title} – ${after.title}`,
    alternates,
    json: null,
    unlisted: false,
    body,
  });
}

function rowHtml(row: RedlineRow, words: Words): Html {
  const text = stretchesHtml(row.stretches, words);
  if (row.change === "same")
    return html`<p class="same">${text}</p>
`;
  const note = row.change === "marked" ? html`<span class="note">${words.sourceChanged}</span> ` : null;
  return html`<p class="change">${note}${text}</p>
`;
}

/** Colour and line are not heard, so the beginning and end of a change are said as well. */
function stretchesHtml(stretches: readonly Stretch[], words: Words): Html {
  const heard = (text: string): Html => html`<span class="sr"> [${text}] </span>`;
  const parts = stretches.map((s) => {
    if (s.part === "same") return html`${s.text}`;
    if (s.part === "deleted") return html`<del>${heard(words.deleted)}${s.text}${heard(words.end)}</del>`;
    return html`<ins>${heard(words.inserted)}${s.text}${heard(words.end)}</ins>`;
  });
  return html`${parts}`;
}

export interface ListedVersion {
  readonly version: string;
  readonly effective: string;
  /** ISO date. */
  readonly published: string;
  /** The version before it; null: it is the first. */
  readonly previous: string | null;
}

export interface VersionsSetting extends RedlineSetting {
  readonly locale: string;
  readonly title: string;
  readonly controller: string;
  /** Newest first. */
  readonly versions: readonly ListedVersion[];
}

export function versionsPage(setting: VersionsSetting): string {
  const { locale, root, versions } = setting;
  const words = wordsFor(locale);
  const own = ownLang(locale, words);
  const title = words.versionsOf(setting.title);
  const base = `${root}versions/`;
  const rows = versions.map((v, i) => {
    const redline =
      v.previous === null
        ? "–"
        : html`<a href="${base}${v.previous}..${v.version}/index.html">${words.changesSince(v.previous)}</a>`;
    return html`<tr><td><a href="${base}${v.version}/index.html">${v.version}</a>${i === 0 ? html` (${words.inForce})` : null}</td><td>${dateInWords(v.effective, words)}</td><td>${dateInWords(v.published, words)}</td><td>${redline}</td></tr>
`;
  });
  const heads = [words.version, words.effective, words.published, words.changes];
  const body = html`<header class="top"><p class="eyebrow">${setting.controller}</p><h1 class="plain"${own}>${title}</h1></header>
<div class="cols"><main id="_content"${own}><div class="scroll" tabindex="0" role="group" aria-label="${words.versions}"><table><thead><tr>${heads.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></main></div>
<footer class="foot"${own}><p><a href="${root}index.html">${words.toCurrent}</a></p></footer>`;
  return frameHtml({
    locale,
    words,
    title,
    alternates: setting.alternates,
    json: null,
    unlisted: false,
    body,
  });
}
