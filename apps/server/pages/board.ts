/** The promise board: each promise with its verdict, the sentences it stands in, and what was looked at. Works without scripts. */
import type { LogState } from "@avow/runtime/ledger/state";
import type { Board, BoardCommitment, BoardPromise } from "../parts.ts";
import { Html, html } from "./html.ts";
import { STYLE } from "./style.ts";

const SIGNS: Readonly<Record<string, string>> = {
  kept: "✓",
  broken: "✗",
  unproven: "?",
  attested: "✎",
  "not applicable": "–",
};
const ORDER: readonly string[] = ["broken", "unproven", "attested", "kept", "not applicable"];
const ALWAYS_SHOWN: readonly string[] = ["kept", "broken", "unproven"];
const REFRESH_SECONDS = 30;

export function renderBoard(board: Board): string {
  const promises = [...board.promises].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}"><title>Promises of ${board.service}</title><style>${raw(STYLE)}</style></head>
<body><main><h1>Promises of ${board.controller}</h1>
<p class="soft"><code>${board.service}</code>, policy version ${board.version}. ${board.at === null ? "Not checked yet." : html`Checked <time datetime="${board.at}">${readable(board.at)}</time>.`}</p>
${summary(board)}${board.problems.map((p) => html`<p class="warn" role="alert">${p}</p>`)}
${promises.length === 0 ? html`<p>The policy makes no promises yet: add a <code>commit</code> block under a sentence, then run <code>avow bind</code>.</p>` : promises.map(promiseCard)}
${board.log === null ? null : logPart(board.log)}
</main></body></html>`.text;
}

const raw = (text: string): Html => new Html(text);
const readable = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** Says what nobody vouches for, too. */
function logPart({ origin, size, cosigned, witnesses }: LogState): Html {
  const who =
    witnesses === 0
      ? "No witness cosigns it: only who kept an earlier checkpoint would notice two histories."
      : `Cosigned by ${cosigned} of ${witnesses} witnesses.`;
  return html`<p class="soft">Evidence log <code>${origin}</code>: ${size} entries. ${who}</p>`;
}

function summary(board: Board): Html {
  const shown = Object.entries(board.summary).filter(([name, n]) => n > 0 || ALWAYS_SHOWN.includes(name));
  const items = shown.map(
    ([verdict, n]) =>
      html`<li class="${verdict}"><b>${n}</b>${verdict === "notApplicable" ? "not applicable" : verdict}</li>`,
  );
  return html`<ul class="sum" aria-label="Summary">${items}</ul>`;
}

function promiseCard(p: BoardPromise): Html {
  const first = p.commitments.find((c) => c.verdict === p.verdict) ?? p.commitments[0];
  return html`<details${p.verdict === "broken" ? raw(" open") : raw("")} id="${p.promise}"><summary><span class="v ${p.verdict}">${SIGNS[p.verdict] ?? ""} ${p.verdict}</span><code>${p.promise}</code><span class="s">${first?.says ?? ""}</span></summary>
${p.commitments.map(commitmentPart)}</details>`;
}

function commitmentPart(c: BoardCommitment): Html {
  const seen = c.examined === null ? null : html`, looked at ${c.examined} of ${c.population ?? c.examined}`;
  return html`<section class="c"><h3><span class="${c.verdict}">${SIGNS[c.verdict] ?? ""} ${c.verdict}</span> <code>${c.id}</code></h3>
${c.statements.map((s) => html`<blockquote>${s}</blockquote>`)}<p>${c.reason}</p>
<p class="meta">${c.kind}${c.basis === null ? null : html`, basis: ${c.basis}`}${seen} · section ${c.section} · <code>${c.file}:${c.line}</code></p></section>`;
}
