/** The page of an archive that a person reads (`index.html`): words instead of keys, and what the policy says beside the data. */
import type { Cells } from "@avow/core/plan/capture";
import { SOMEBODY_ELSE, WITHHELD } from "./cells.ts";
import type { ArchiveHead, ArchivePart, Attached } from "./shape.ts";

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
/** What stands between backticks is a word of the policy. */
const prose = (text: string): string => escapeHtml(text.replace(/`([^`]*)`/g, "$1"));

/** `created_at` → `Created at`; `user.contact.email` → `email`. */
export function label(key: string): string {
  const words = key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[_\-.]+/g, " ")
    .trim()
    .toLowerCase();
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return capital.replace(/\b(id|ip|url)\b/gi, (w) => w.toUpperCase());
}
const kindOf = (category: string): string =>
  category.slice(category.lastIndexOf(".") + 1).replaceAll("_", " ");
const sortOf = (category: string): string =>
  category === "system" || category.startsWith("system.")
    ? ""
    : `<small>${escapeHtml(kindOf(category))}</small>`;

const ISO = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/;
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** In UTC, to the minute. */
export function timeOf(at: Date): string {
  const iso = at.toISOString();
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${iso.slice(0, 4)}, ${iso.slice(11, 16)} UTC`;
}

function shown(cell: string | null): string {
  if (cell === null) return '<span class="none">–</span>';
  if (cell === WITHHELD || cell === SOMEBODY_ELSE) return `<em>${escapeHtml(cell.slice(1, -1))}</em>`;
  const at = ISO.test(cell) ? new Date(cell.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00")) : null;
  return at === null || Number.isNaN(at.getTime())
    ? escapeHtml(cell)
    : `<time datetime="${at.toISOString()}">${timeOf(at)}</time>`;
}

const STYLE = `:root{color-scheme:light dark;--line:#8885}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{text-wrap:balance}h2{margin-bottom:.25rem}small{display:block;opacity:.75;font-weight:400}em,.none{opacity:.75}
table,dl{font-size:.9rem}table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:start;vertical-align:top}
th{white-space:nowrap}td{min-width:5rem;max-width:26rem;overflow-wrap:break-word}td.long{min-width:18rem}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;border-top:1px solid var(--line)}
dt,dd{margin:0;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}dt{font-weight:600}
ul.says{margin:.25rem 0 .75rem;padding-inline-start:1.2rem;opacity:.9}.scroll{overflow-x:auto}section{margin-block:2.5rem}nav ul{columns:16rem}
@media(max-width:36rem){dl{grid-template-columns:1fr}dt{border-bottom:0;padding-bottom:0}}
@media print{.scroll{overflow:visible}section{break-inside:auto}}`;

export function archivePage(
  head: ArchiveHead,
  parts: readonly ArchivePart[],
  attached: readonly Attached[] = [],
): string {
  const service = escapeHtml(head.controller);
  const list = parts
    .map(
      (p, i) => `<li><a href="#c${i}">${label(p.about.collection)}</a> (${p.rows.toLocaleString("en")})</li>`,
    )
    .join("\n");
  const [more, general] =
    head.general.length === 0
      ? ["", ""]
      : [
          `<li><a href="#all">For all of it</a></li>`,
          `<section id="all"><h2>For all of it</h2>${says(head.general)}</section>`,
        ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Your data at ${service}</title><style>${STYLE}</style></head>
<body><h1>Your data at ${service}</h1><p>As of ${timeOf(head.at)}, under policy version ${escapeHtml(head.policyVersion)}.
Every row is also in <code>data/</code>, as JSON and CSV; <code>manifest.json</code> has the checksums.</p>
<p>Where it says <em>held, not given out</em>, we hold something that one could sign in with. Where it says <em>somebody else</em>, the row is also about another person, whose identity is theirs.</p>
<nav aria-label="Contents"><ul>${list}${more}</ul></nav>${parts.map((p, i) => section(head, p, i)).join("\n")}${byHand(head, attached)}${general}</body></html>\n`;
}

const says = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `<ul class="says">${lines.map((s) => `<li>${prose(s)}</li>`).join("")}</ul>`;

function section(head: ArchiveHead, part: ArchivePart, index: number): string {
  const { about, rows, sample } = part;
  const of = about.class === about.collection ? "" : `<small>${escapeHtml(about.class)} data</small>`;
  const [only] = sample;
  const more =
    rows > sample.length
      ? `<p>The first ${sample.length} of ${rows.toLocaleString("en")} rows; the files have all.</p>`
      : "";
  const data = rows === 1 && only !== undefined ? list(part, only) : table(part);
  return `<section id="c${index}"><h2>${label(about.collection)}${of}</h2>${says(head.says[about.class] ?? [])}${more}${data}</section>`;
}

const byHand = (head: ArchiveHead, attached: readonly Attached[]): string =>
  attached
    .map(
      ({ about, file }) =>
        `<section><h2>${label(about.collection)}<small>${escapeHtml(about.class)} data</small></h2>${says(head.says[about.class] ?? [])}<p>One of us has looked here by hand, and found this for you: <a href="${encodeURI(file.name)}">${escapeHtml(file.name)}</a>.</p></section>`,
    )
    .join("\n");

const list = ({ about }: ArchivePart, row: Cells): string =>
  `<dl>${about.fields.map((f, i) => `<dt>${label(f.name)}${sortOf(f.category)}</dt><dd>${shown(row[i] ?? null)}</dd>`).join("\n")}</dl>`;

const LONG_CHARS = 60;

function table({ about, rows, sample }: ArchivePart): string {
  const heads = about.fields
    .map((f) => `<th scope="col">${label(f.name)}${sortOf(f.category)}</th>`)
    .join("");
  const cell = (text: string | null): string =>
    `<td${(text ?? "").length > LONG_CHARS ? ' class="long"' : ""}>${shown(text)}</td>`;
  const body = ordered(about.orderBy, about.fields, rows === sample.length ? sample : []) ?? sample;
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label(about.collection)}"><table><thead><tr>${heads}</tr></thead><tbody>${body.map((r) => `<tr>${r.map(cell).join("")}</tr>`).join("\n")}</tbody></table></div>`;
}

const byText = new Intl.Collator("en", { numeric: true });

/** Oldest first, where all rows are at hand; null where they are not. */
function ordered(
  orderBy: readonly string[],
  fields: readonly { readonly name: string }[],
  rows: readonly Cells[],
): readonly Cells[] | null {
  const places = orderBy.map((name) => fields.findIndex((f) => f.name === name)).filter((i) => i >= 0);
  if (rows.length === 0 || places.length === 0) return null;
  return [...rows].sort((a, b) => {
    for (const i of places) {
      const order = byText.compare(a[i] ?? "", b[i] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  });
}
