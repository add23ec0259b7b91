/**
 * The promise board: each promise with its verdict, the sentences it stands in, and what was looked at. Works without scripts; with them it
 * renews itself and leaves open what is open.
 */

import { Html, html } from "@avow/core/page/html";
import type { LogState } from "@avow/runtime/ledger/state";
import { lostInWords } from "@avow/runtime/requests/holds/lost";
import { overdueInWords } from "@avow/runtime/requests/holds/overdue";
import type { Board, BoardCommitment, BoardPromise } from "../parts.ts";
import { restsOn } from "./looked.ts";
import { STYLE } from "./style.ts";
import { count, joined, prose, proseWithTimes, timeOf } from "./words.ts";

const SIGNS: Readonly<Record<string, string>> = {
  kept: "✓",
  broken: "✗",
  unproven: "?",
  attested: "✎",
  "not applicable": "–",
};
/** In the page itself: a browser would ask the server for one. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%231a7f37'/%3E%3Cpath d='m4 8.5 3 3 5-6.5' fill='none' stroke='%23fff' stroke-width='2'/%3E%3C/svg%3E";
const MEANS: Readonly<Record<string, string>> = {
  kept: "looked at on the live systems, and it holds",
  broken: "looked at, and it does not hold",
  unproven: "nothing has shown that it holds",
  attested: "somebody vouches for it",
  "not applicable": "the text informs, and promises nothing",
};
/** What was looked at comes first. */
const ORDER: readonly string[] = ["broken", "kept", "unproven", "attested", "not applicable"];
const ALWAYS_SHOWN: readonly string[] = ["kept", "broken", "unproven"];

export function renderBoard(board: Board): string {
  const groups = ORDER.map((verdict) => ({
    verdict,
    promises: board.promises.filter((p) => p.verdict === verdict),
  })).filter((g) => g.promises.length > 0);
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Promises of ${board.controller}</title><link rel="icon" href="${ICON}"><style>${new Html(STYLE)}</style><script src="/board.js" defer></script></head>
<body><main id="board" data-version="${boardVersion(board)}"><h1>Promises of ${board.controller}</h1>
<p class="soft">${board.at === null ? "Promises" : count(board.promises.length, "promise")} of <code>${board.service}</code>, policy version ${board.version}. ${board.at === null ? "Not checked yet." : html`Checked ${timeOf(board.at)}.`}</p>
${board.at === null ? null : summary(board)}${board.problems.map((p) => html`<p class="warn" role="alert">${prose(p)}</p>`)}
${board.holdsOverdue === 0 ? null : html`<p class="warn">${prose(overdueInWords(board.holdsOverdue))}.</p>`}
${board.trying && board.at !== null ? html`<p class="note" role="status">Rights are being tried on invented people: what rests on that follows when it has ended.</p>` : null}
${board.holdsLost === 0 ? null : html`<p class="warn">${prose(lostInWords(board.holdsLost))}.</p>`}
${board.promises.length === 0 ? nothingShown(board) : [FOLD, ...groups.map(group)]}
${board.log === null ? null : logPart(board.log)}
</main></body></html>`.text;
}

/** Shown by the script that hears them: without it they would do nothing. */
const FOLD = html`<p class="fold" hidden><button type="button" data-fold="open">Open all</button><button type="button" data-fold="close">Close all</button></p>
`;

/** Before the first check nothing is known, not even that the policy promises nothing. */
const nothingShown = ({ at }: Board): Html =>
  at === null
    ? html`<p class="note" role="status">The first check is under way: the stores are looked at. This page shows the verdicts as soon as they are there.</p>`
    : html`<p>The policy makes no promises yet: add a <code>commit</code> block under a sentence, then run <code>avow bind</code>.</p>`;

/**
 * Changes whenever something on the board does, but for the time of the check, until when it holds, and how the log stands: these are exchanged
 * by themselves. That there are any is part of it.
 */
export function boardVersion(board: Board): string {
  const timeless = JSON.stringify(board, (key, value: unknown) => (MOVES.has(key) ? value === null : value));
  let hash = 5381;
  for (const c of timeless) hash = (hash * 33 + (c.codePointAt(0) ?? 0)) % 4_294_967_296;
  return hash.toString(36);
}

const MOVES: ReadonlySet<string> = new Set(["at", "freshUntil", "log"]);

/** Says what nobody vouches for, too. */
function logPart({ origin, size, cosigned, witnesses }: LogState): Html {
  const who =
    witnesses === 0
      ? "No witness cosigns it: only who kept an earlier checkpoint would notice two histories."
      : `Cosigned by ${cosigned} of ${witnesses} witnesses.`;
  return html`<p class="soft" id="evidence-log">Evidence log <code>${origin}</code>: ${size} entries. ${who}</p>`;
}

function summary(board: Board): Html {
  const shown = Object.entries(board.summary).filter(([name, n]) => n > 0 || ALWAYS_SHOWN.includes(name));
  const items = shown.map(([key, n]) => {
    const verdict = key === "notApplicable" ? "not applicable" : key;
    const inner = html`<b class="${classOf(verdict)}">${n}</b><span>${SIGNS[verdict] ?? ""} ${verdict}</span><small>${MEANS[verdict] ?? ""}</small>`;
    return n === 0 ? html`<li>${inner}</li>` : html`<li><a href="#${classOf(verdict)}">${inner}</a></li>`;
  });
  return html`<ul class="sum" aria-label="Summary">${items}</ul>`;
}

const classOf = (verdict: string): string => verdict.replaceAll(" ", "-");

function group({ verdict, promises }: { verdict: string; promises: readonly BoardPromise[] }): Html {
  return html`<section class="group" id="${classOf(verdict)}"><h2 class="${classOf(verdict)}">${SIGNS[verdict] ?? ""} ${verdict} <small>${promises.length}</small></h2>
<div class="rows">${promises.map(promiseRow)}</div></section>`;
}

/** Open from the start: what is broken. */
function promiseRow(p: BoardPromise): Html {
  const speaking = p.commitments.filter((c) => c.verdict === p.verdict);
  const says = [...new Set(speaking.map((c) => c.says))];
  const [first] = speaking;
  const sampled = p.verdict === "kept" && speaking.some((c) => c.basis === "sampled");
  const why =
    p.verdict === "kept" || first === undefined
      ? null
      : html`<span class="why">${prose(first.reason)}</span>`;
  const rests = restsOn(p);
  const how = rests.length === 0 ? null : html`<span class="how">${joined(rests, " · ")}</span>`;
  return html`<details${new Html(p.verdict === "broken" ? " open" : "")} id="${p.promise}"><summary><code>${p.promise}</code><span class="s"><span>${joined(
    headed(says).map((s) => html`${prose(s)}`),
    "; ",
  )}${sampled ? html` <em>${speaking.some((c) => c.coverage !== null) ? "read in parts" : "by a sample"}</em>` : null}${p.waived ? html` <em>waived</em>` : null}</span>${why}${how}</span>${first === undefined ? null : html`<code class="at">${first.file}:${first.line}</code>`}</summary>
${sentences(p)}${p.commitments.map(commitmentPart)}</details>`;
}

/** Each sentence once, whichever of the commitments stands under it. */
function sentences(p: BoardPromise): Html[] {
  const texts = [...new Set(p.commitments.flatMap((c) => c.statements))];
  return texts.map((s) => html`<blockquote>${s}</blockquote>`);
}

function commitmentPart(c: BoardCommitment): Html {
  const facts = [
    html`${c.kind}`,
    ...restsOn({ verdict: c.verdict, commitments: [c] }),
    c.coverage === null || c.coverage === 1 ? null : html`coverage ${Math.floor(100 * c.coverage)} %`,
    c.since === null ? null : html`${c.verdict} since ${timeOf(c.since)}`,
    html`section ${c.section}`,
    html`<code>${c.file}:${c.line}</code>`,
  ].filter((f) => f !== null);
  return html`<div class="c"><h3><span class="${classOf(c.verdict)}">${SIGNS[c.verdict] ?? ""} ${c.verdict}</span> ${prose(c.says)}</h3>
<p>${proseWithTimes(c.reason)}</p>${waiverPart(c)}<p class="meta">${joined(facts, " · ")}</p></div>`;
}

/** Known, and still a breach. */
const waiverPart = ({ waiver }: BoardCommitment): Html | null =>
  waiver === null
    ? null
    : html`<p>Waived until ${waiver.until} by ${waiver.owner}: ${prose(waiver.reason)}</p>`;

const HEADED_MAX = 2;
/** A promise is named by what it says first; all of it stands inside. */
const headed = (says: readonly string[]): readonly string[] =>
  says.length <= HEADED_MAX + 1
    ? says
    : [...says.slice(0, HEADED_MAX), `and ${says.length - HEADED_MAX} more`];
