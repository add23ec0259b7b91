import { expect, test } from "vitest";
import { agedBoard } from "../board.ts";
import type { Board, BoardCommitment } from "../parts.ts";
import { boardVersion, renderBoard } from "./board.ts";

const commitment = (change: Partial<BoardCommitment>): BoardCommitment => ({
  id: "two-years",
  kind: "retain",
  verdict: "kept",
  basis: "exact",
  examined: 2,
  population: 2,
  reason: "nothing in `app.messages` is older",
  says: "messages are erased 2 years after creation",
  section: "periods",
  file: "policy.en.md",
  line: 12,
  statements: ["We erase messages after two years."],
  ...{ since: null, freshUntil: null, coverage: null, waiver: null },
  ...change,
});
/** What a promise says in its own line of how it was looked at. */
const line = (page: string, id: string): string => {
  const row = page.slice(page.indexOf(`id="${id}"`));
  return (
    row.slice(0, row.indexOf("</summary>")).match(/<span class="how">(.*?)<\/span>/)?.[1] ?? ""
  ).replaceAll(/<[^>]*>/g, "");
};
const lineOf = (verdict: string, ...changes: Partial<BoardCommitment>[]): string =>
  line(renderBoard({ ...BOARD, promises: [promise("M2", verdict, ...changes.map(commitment))] }), "M2");
const promise = (id: string, verdict: string, ...commitments: BoardCommitment[]) => ({
  promise: id,
  verdict,
  waived: false,
  commitments,
});
const BOARD: Board = {
  service: "shop",
  controller: "Shop <Ltd>",
  version: "2026-01-01",
  at: "2026-11-25T08:00:25.395Z",
  summary: { kept: 1, broken: 1, unproven: 1, attested: 0, notApplicable: 0 },
  problems: [],
  holdsOverdue: 0,
  trying: false,
  holdsLost: 0,
  log: null,
  promises: [
    promise(
      "M1",
      "unproven",
      commitment({ verdict: "unproven", basis: null, reason: "not measured yet", line: 7 }),
    ),
    promise("M2", "kept", commitment({}), commitment({ id: "no-cards", says: "no card numbers are stored" })),
    promise(
      "M3",
      "broken",
      commitment({
        verdict: "broken",
        says: "logs are erased",
        reason: "drilled 2026-11-25T07:58:14.779Z, 5 rows",
      }),
      commitment({ says: "fine" }),
    ),
  ],
};
const page = renderBoard(BOARD);

test("broken stands first and open, kept second, unproven last; each row says why and where without being opened", () => {
  const at = ["broken", "kept", "unproven"].map((v) => page.indexOf(`<section class="group" id="${v}">`));
  expect(at.every((n) => n > 0)).toBe(true);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
  expect(page).toContain('<details open id="M3">');
  expect(page).toContain('<details id="M1"><summary>');
  const row = page.slice(
    page.indexOf('<details id="M1">'),
    page.indexOf("</summary>", page.indexOf('<details id="M1">')),
  );
  expect(row).toContain("not measured yet");
  expect(row).toContain("policy.en.md:7");
});

test("a promise of two commitments names both, and shows their sentence once", () => {
  const row = page.slice(
    page.indexOf('<details id="M2">'),
    page.indexOf("</details>", page.indexOf('<details id="M2">')),
  );
  expect(row).toContain("messages are erased 2 years after creation; no card numbers are stored");
  expect(row.match(/We erase messages/g)).toHaveLength(1);
  expect(page).toMatch(/id="M3"><summary>.*logs are erased.*<\/summary>/);
});

test("no backtick, no machine's time, no number that says nothing, nothing of the data as markup, no reload", () => {
  expect(page).not.toContain("`");
  expect(page).toContain("<code>app.messages</code>");
  expect(page).toContain(
    'drilled <time datetime="2026-11-25T07:58:14.779Z">25 Nov 2026, 07:58 UTC</time>, 5 rows',
  );
  expect(page).not.toContain("<Ltd>");
  expect(page).not.toContain("http-equiv");
  expect(renderBoard({ ...BOARD, promises: BOARD.promises.slice(0, 1) })).toContain("1 promise of");
});

test("each verdict says how much there was and how much of it was seen, and what passes until when that holds", () => {
  const shown = (change: Partial<BoardCommitment>): string =>
    renderBoard({ ...BOARD, promises: [promise("M2", change.verdict ?? "kept", commitment(change))] });
  expect(shown({})).toContain("basis: exact · looked at all 2 ·");
  expect(shown({ examined: 5, population: 123_933 })).toContain("looked at 5 of 123,933");
  expect(shown({ examined: 0, population: 0 })).toContain("there was nothing to look at");
  for (const basis of ["drill", "document"])
    expect(shown({ basis, examined: 1, population: 1 })).not.toContain("looked at all");
  expect(shown({ basis: "drill", examined: 9, population: 9 })).toContain("looked at all 9");
  const freshUntil = "2026-11-27T18:35:17.257Z";
  const until = 'holds until <time datetime="2026-11-27T18:35:17.257Z">27 Nov 2026, 18:35 UTC</time>';
  for (const verdict of ["kept", "attested"]) expect(shown({ verdict, freshUntil })).toContain(until);
  for (const verdict of ["broken", "unproven"])
    expect(shown({ verdict, freshUntil })).not.toContain("holds until");
});

test("a promise says in its own line how it was looked at: the weakest basis, how much, and the first that runs out", () => {
  const until = { freshUntil: "2026-11-27T18:35:17.257Z" };
  expect(lineOf("kept", until)).toBe("basis: exact · looked at all 2 · holds until 27 Nov 2026, 18:35 UTC");
  const drill = { basis: "drill", examined: 1, population: 1, freshUntil: "2026-11-26T08:00:00.000Z" };
  expect(lineOf("kept", until, drill)).toBe(
    "basis: drill or stronger · looked at all 2 · holds until 26 Nov 2026, 08:00 UTC",
  );
  const many = { examined: 252_531, population: 252_531 };
  expect(lineOf("kept", {}, many)).toBe("basis: exact · looked at all of each, 2 to 252,531");
  expect(lineOf("kept", {}, { examined: 0, population: 0 })).toContain("looked at all of each, 0 to 2");
  const sampled = { basis: "sampled", examined: 20_000, population: 112_564 };
  expect(lineOf("kept", many, sampled)).toBe(
    "basis: sampled or stronger · looked at 20,000 of 112,564 where least was seen",
  );
  expect(lineOf("kept", { basis: "sampled" })).toContain("looked at 2 of 2");
  // What is attested rests on what is kept beside it, too.
  const vouched = { verdict: "attested", basis: "document", examined: 1, population: 1 };
  expect(lineOf("attested", vouched, until)).toBe(
    "basis: document or stronger · looked at all 2 · holds until 27 Nov 2026, 18:35 UTC",
  );
});

test("what is broken says by what, and neither it nor what is unproven runs out; what promises nothing says nothing", () => {
  const until = { freshUntil: "2026-11-27T18:35:17.257Z" };
  const broken = { verdict: "broken", examined: 9, population: 10, ...until };
  expect(lineOf("broken", { basis: "drill", ...until }, broken)).toBe("basis: exact · looked at 9 of 10");
  const unproven = { verdict: "unproven", basis: null, ...until };
  expect(lineOf("unproven", until, unproven)).toBe("no basis · so far looked at all 2");
  expect(lineOf("unproven", { ...unproven, examined: 5, population: 6 })).toContain(
    "so far looked at 5 of 6",
  );
  for (const n of [null, 0])
    expect(lineOf("unproven", { ...unproven, examined: n, population: n })).toBe(
      "no basis · nothing looked at so far",
    );
  expect(lineOf("unproven", unproven, { ...unproven, examined: null, population: null })).toBe(
    "no basis · so far looked at all 2, and nothing for 1 of 2 commitments",
  );
  const informs = { verdict: "not applicable", basis: null, examined: null, population: null };
  expect(lineOf("not applicable", informs)).toBe("");
});

test("what rests on a sample says so", () => {
  const sampled = commitment({ basis: "sampled", examined: 20_000, population: 112_564 });
  const shown = renderBoard({ ...BOARD, promises: [promise("M2", "kept", sampled)] });
  expect(shown).toContain("<em>by a sample</em>");
  expect(shown).toContain("looked at 20,000 of 112,564");
});

test("the version changes with what is shown, and not with the time of the check, until when it holds, or the log", () => {
  const dated = (freshUntil: string | null): Board => ({
    ...BOARD,
    promises: [promise("M2", "kept", commitment({ freshUntil }))],
  });
  expect(boardVersion(dated("2026-11-27T18:35:17.257Z"))).toBe(
    boardVersion(dated("2026-11-27T18:36:00.000Z")),
  );
  expect(boardVersion({ ...BOARD, at: "2026-11-26T00:00:00.000Z" })).toBe(boardVersion(BOARD));
  expect(boardVersion({ ...BOARD, problems: ["a"] })).not.toBe(boardVersion(BOARD));
  const log = { origin: "ledger.example.com/shop", size: 7, cosigned: 0, witnesses: 2 };
  expect(boardVersion({ ...BOARD, log: { ...log, size: 8, cosigned: 1 } })).toBe(
    boardVersion({ ...BOARD, log }),
  );
  // What is not there can not be exchanged.
  expect(boardVersion(dated(null))).not.toBe(boardVersion(dated("2026-11-27T18:35:17.257Z")));
  expect(boardVersion({ ...BOARD, at: null })).not.toBe(boardVersion(BOARD));
  expect(boardVersion({ ...BOARD, log })).not.toBe(boardVersion(BOARD));
});

test("the log is named with how many witnesses vouch for it; before its first checkpoint there is none", () => {
  expect(page).not.toContain("Evidence log");
  const log = { origin: "ledger.example.com/shop", size: 7, cosigned: 0, witnesses: 0 };
  expect(renderBoard({ ...BOARD, log })).toContain(
    "Evidence log <code>ledger.example.com/shop</code>: 7 entries. No witness cosigns it",
  );
  expect(renderBoard({ ...BOARD, log: { ...log, cosigned: 1, witnesses: 2 } })).toContain(
    "Cosigned by 1 of 2 witnesses.",
  );
});

test("what was looked at too long ago is unproven on the board, and a breach stays one", () => {
  const until = "2026-11-25T09:00:00.000Z";
  const [open, kept, broken] = BOARD.promises;
  const dated = (p: typeof kept) => ({
    ...(p ?? promise("?", "kept")),
    commitments: (p?.commitments ?? []).map((c) => ({ ...c, freshUntil: until })),
  });
  const board = { ...BOARD, promises: [dated(open), dated(kept), dated(broken)] };
  expect(agedBoard(board, new Date("2026-11-25T08:59:59.000Z"))).toBe(board);
  const later = agedBoard(board, new Date("2026-11-25T09:00:01.000Z"));
  expect(later.promises.map((p) => p.verdict)).toEqual(["unproven", "unproven", "broken"]);
  expect(later.summary).toMatchObject({ kept: 0, broken: 1, unproven: 2 });
  expect(renderBoard(later)).toContain("looked at too long ago: that held until");
});

test("the board says since when, how much was read, and who waived what until when", () => {
  const waiver = { owner: "dana", reason: "the job is being mended", until: "2026-12-24" };
  const c = commitment({ verdict: "broken", since: "2026-11-20T07:00:00.000Z", coverage: 0.379, waiver });
  const shown = renderBoard({ ...BOARD, promises: [{ ...promise("M4", "broken", c), waived: true }] });
  expect(shown).toContain("<em>waived</em>");
  expect(shown).toContain("Waived until 2026-12-24 by dana: the job is being mended");
  expect(shown).toContain("coverage 37 %");
  expect(shown).toContain('broken since <time datetime="2026-11-20T07:00:00.000Z">');
});

test("before the first check it does not say that the policy promises nothing", () => {
  const unchecked = renderBoard({ ...BOARD, at: null, promises: [], summary: {} });
  expect(unchecked).toContain("The first check is under way");
  expect(unchecked).not.toContain("no promises");
  const empty = renderBoard({ ...BOARD, promises: [], summary: {} });
  expect(empty).toContain("The policy makes no promises yet");
  expect(empty).not.toContain("under way");
});

test("while rights are tried, the board says that what rests on that follows", () => {
  const trying = { ...BOARD, trying: true };
  expect(renderBoard(trying)).toContain("Rights are being tried on invented people");
  expect(renderBoard(BOARD)).not.toContain("invented people");
  expect(boardVersion(trying)).not.toBe(boardVersion(BOARD));
});

test("holds that nobody has looked at in time are on the board, and turn it", () => {
  const late = { ...BOARD, holdsOverdue: 2 };
  expect(renderBoard(late)).toContain("2 legal holds are past the review day: <code>avow hold list</code>.");
  expect(renderBoard(BOARD)).not.toContain("legal hold");
  expect(boardVersion(late)).not.toBe(boardVersion(BOARD));
  const lost = { ...BOARD, holdsLost: 1 };
  expect(renderBoard(lost)).toContain("1 legal hold finds nobody any more");
  expect(boardVersion(lost)).not.toBe(boardVersion(BOARD));
});
