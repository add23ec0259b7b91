/** Of runtime/requests: what carries a plan out, verifies it, and writes it down. */
import { inFile, type Mutant } from "../mutant.ts";

const ENDED = inFile("run", "runtime/requests/run/ended.ts", [
  {
    name: "ended: a stamp is nothing",
    was: "(l.stamped ?? []).length === 0;",
    is: "(l.stamped ?? []).length >= 0;",
    means: "a row was written, and the certificate says nothing of it",
  },
]);

const ERASE = inFile("run", "runtime/requests/rights/erase.ts", [
  {
    name: "erase run: nobody verifies",
    was: "if (remains.lines.length === 0 && failed.length === 0) return closed",
    is: "if (failed.length === 0) return closed",
    means: "done is said without looking",
  },
  {
    name: "erase run: one pass only",
    was: "const PASSES_MAX = 4;",
    is: "const PASSES_MAX = 1;",
    means: "rows that arrive while it runs stay",
  },
  {
    name: "erase run: no pass at all",
    was: "for (let pass = 0; pass < PASSES_MAX; pass += 1) {",
    is: "for (let pass = 1; pass < PASSES_MAX - 2; pass += 1) {",
    means: "it is asked, and nothing is done first",
  },
  {
    name: "erase run: failures are forgotten",
    was: "failed = went;",
    is: "",
    means: "the reason of a refusal is lost, and the refused step tried again",
  },
  {
    name: "erase run: a store that failed is passed over",
    was: "for (const error of away.values()) throw error;",
    is: "",
    means: "a store that is down counts as done, or not at all",
  },
  {
    name: "erase run: accounts do not wait",
    was: 'if (step.phase === "identity" && (waits() || failed.length > 0)) break;',
    is: "",
    means: "the account goes although something that hangs on it could not",
  },
  {
    name: "erase run: accounts do not wait for their lot",
    was: `!(waits() && lot.some((s) => s.phase === "identity"))`,
    is: "true",
    means: "together with others the account goes although something that hangs on it could not",
  },
  {
    name: "erase run: captures are not written down",
    was: "const found = before === null || isNew(state) ? new Unwritten(journal, earlier, fresh) : null;",
    is: "const found: Unwritten | null = null;",
    means: "after a crash nobody knows what was found",
  },
  {
    name: "erase run: later finds are not written down",
    was: "const found = before === null || isNew(state) ?",
    is: "const found = before === null ?",
    means: "after a crash nobody knows what a later pass found",
  },
  {
    name: "erase run: captures are written down afterwards, together",
    was: "const ids = await (pass.found?.along(intend) ?? intend());",
    is: "const ids = await intend();",
    means: "after a crash in the first act nobody knows what was found",
  },
  {
    name: "erase run: captures are written down afterwards",
    was: "const id = await (pass.found?.along(intend) ?? intend());",
    is: "const id = await intend();",
    means: "after a crash in the first act nobody knows what was found",
  },
  {
    name: "erase run: the capture of a crash is not read",
    was: "let [earlier] = await Promise.all([journal.captured(), journal.readBack()]);",
    is: "let earlier: Earlier | null = null;\n  await journal.readBack();",
    means: "what hangs on rows that are gone is never found again",
  },
  {
    name: "erase run: nobody is asked",
    was: "if (!approved && !(await context.approve(first, state.identities)))",
    is: "if (!approved && !(await context.approve(first, state.identities)) && first.length < 0)",
    means: "a plan that nobody agreed to is carried out",
  },
  {
    name: "erase run: ambiguous accounts are no stop",
    was: "const stop = stopBefore(state, earlier, context.identities);",
    is: 'const halt = stopBefore(state, earlier, context.identities); const stop = halt?.state === "not_found" ? halt : null;',
    means: "two accounts are erased for one person",
  },
  {
    name: "erase run: intents are written afterwards",
    was: `  const id = await (pass.found?.along(intend) ?? intend());
  context.atPoint?.("intended");`,
    is: `  context.atPoint?.("intended");
  const id = await (pass.found?.along(intend) ?? intend());`,
    means: "a crash leaves no trace of what was meant",
  },
  {
    name: "erase run: what cascades is not looked at",
    was: "    lost ??\n    (await keepBefore(context, id, step)) ??",
    is: "    (await keepBefore(context, id, step)) ??",
    means: "the store deletes rows of others along with a row",
  },
  {
    name: "erase run: what the disk does not take goes all the same",
    was: `return { ok: false, error: "throttled", retryable: true, reason };`,
    is: "return null;",
    means: "the person has a key, and nothing to open with it",
  },
  {
    name: "erase run: what cascades is not looked at, together",
    was: "const answer = lost ?? (await mutateAll(acting, step.changes));",
    is: "const answer = await mutateAll(acting, step.changes);",
    means: "the store deletes rows of others along with several steps",
  },
  {
    name: "erase run: an unknown end is an end",
    was: "// Without an outcome: the next run reads back what became of it.\n  if (!answer.ok && answer.unsure === true) throw",
    is: "if (!answer.ok && answer.unsure === true && step.changes.length < 0) throw",
    means: "a commit of which nobody knows is written down as failed",
  },
  {
    name: "erase run: an unknown end of a lot is an end",
    was: "if (!answer.ok && answer.unsure === true) throw new StoreFailed(step.store, answer);\n  const counts",
    is: "const counts",
    means: "a commit of which nobody knows is written down as failed",
  },
  {
    name: "erase run: a refused lot is not tried by itself",
    was: "if (!answer.ok) return null;\n  context.atPoint",
    is: "if (!answer.ok) return [];\n  context.atPoint",
    means: "one refused row keeps all others from going",
  },
]);

const AS_PLANNED = [
  ...inFile("run", "runtime/requests/run/as-planned.ts", [
    {
      name: "erase run: masks that look like masks are done",
      was: 'return changed && wasSet && !TEXT.test(types?.get(f) ?? "");',
      is: "return changed;",
      means: "a value that the application wrote meanwhile counts as masked",
    },
    {
      name: "as planned: rows that came meanwhile are",
      was: "if (row === undefined) return false;",
      is: "if (row === undefined) return true;",
      means: "rows that came while it ran are not seen",
    },
  ]),
  ...inFile("run", "runtime/requests/run/verify.ts", [
    {
      name: "verify: owners are not held against those of before",
      was: "return isSame(again.sharedRows(state), climbed.shared);",
      is: "return true;",
      means: "a row whose other owner left meanwhile stays, and belongs to nobody",
    },
    {
      name: "verify: nobody verifies",
      was: "as &&= !plan.allGo && isAsPlanned",
      is: "as ||= !plan.allGo && isAsPlanned",
      means: "whoever was acted on is closed, whatever is left",
    },
  ]),
];

const RUN = [
  ...inFile("run", "runtime/requests/run/cascade.ts", [
    {
      name: "cascade: whole steps let rows go",
      was: "lost += isMeant?.(cells.slice(key.length)) === false ? 0 : 1;",
      is: "lost += isMeant?.(cells.slice(key.length)) === false ? 0 : 0;",
      means: "where some rows go anyhow, others are swept along",
    },
    {
      name: "cascade: links that stay count as cut",
      was: `(acts.get(f) ?? "keep") !== "keep")`,
      is: `(acts.get(f) ?? "keep") !== "")`,
      means: "a row whose link is not cut is swept along",
    },
  ]),
  ...inFile("run", "runtime/requests/run/question.ts", [
    {
      name: "ask: a failed store has no rows",
      was: "if (!batch.ok) throw new StoreFailed(collection.store, batch);\n    try {",
      is: "if (!batch.ok) return;\n    try {",
      means: "a store that is down knows nobody",
    },
  ]),
  ...inFile("run", "runtime/requests/run/together.ts", [
    {
      name: "together: accounts go along with the first of several stores",
      was: "(last.phase === step.phase || oneStore) &&",
      is: "",
      means: "the account goes before what hangs on it in another store",
      equivalent:
        "whatever lies in other stores comes before in the plan, and a lot with accounts in it goes together only when nothing of that failed",
    },
    {
      name: "together: cascades are looked at too early",
      was: "!spreads(estate, lot, step);",
      is: "true;",
      means: "a step is refused for rows that the step before lets go",
      equivalent:
        "joined, the step itself says which rows go, and `cascadeLoss` leaves those out: it only reads more of them",
    },
  ]),
  ...inFile("run", "runtime/requests/run/db-journal.ts", [
    {
      name: "journal: intents stay open",
      was: "if (open.length === 0) return 0;",
      is: "if (open.length >= 0) return 0;",
      means: "after a crash a step stays intended for ever",
    },
    {
      name: "journal: outcomes are not written",
      was: "if (ended.length === 0) return;\n  const [ids",
      is: "if (ended.length >= 0) return;\n  const [ids",
      means: "the journal does not say what was done",
    },
    {
      name: "journal: subjects are not named",
      was: "if (names.length > 0)\n    sent",
      is: "if (names.length < 0)\n    sent",
      means: "requests of one person do not find each other by what was found",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct.ts", [
    {
      name: "correct: what somebody else has is taken",
      was: "if (taken !== null)",
      is: 'if (taken === "")',
      means: "two people have one address",
    },
    {
      name: "correct: nobody verifies",
      was: "if (changes.length === 0) return closed(plan, last.plan, { tries, mode });\n  const results",
      is: "if (changes.length >= 0) return closed(plan, last.plan, { tries, mode });\n  const results",
      means: "done is said although rows hold the old value",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-guard.ts", [
    {
      name: "correct: only the key tells a row",
      was: "  return new Map([...plain, ...listed].filter(",
      is: "  return new Map([...plain, ...listed].slice(0, 0).filter(",
      means: "a row that was given to somebody else gets the person's value",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-tried.ts", [
    {
      name: "correct: an act that was cut off was never made",
      was: "const isMade = !names.isDisjointFrom(there);",
      is: "const isMade = false;",
      means: "what the request set itself is told as somebody else's",
    },
  ]),
  ...inFile("run", "runtime/requests/run/vouched.ts", [
    {
      name: "vouched: a key counts although rows lead around it",
      was: "return answer?.ok === true && answer.value.dangling === 0;",
      is: "return answer?.ok === true;",
      means: "a row that was written around a foreign key in other letters stays behind",
    },
  ]),
  ...inFile("run", "runtime/requests/run/restrictions.ts", [
    {
      name: "restrict: marks end although something is kept",
      was: "coalesce(jsonb_array_length(r.kept), 0) = 0)`",
      is: "coalesce(jsonb_array_length(r.kept), 0) >= 0)`",
      means: "what is kept of somebody restricted may be used again",
    },
    {
      name: "restrict: a mark per request",
      was: "const mark = first?.mark ?? randomUUID();",
      is: "const mark = randomUUID();",
      means: "lifting a restriction leaves a part of it",
    },
    {
      name: "restrict: lifting does nothing",
      was: "if (marks.length > 0) await tx",
      is: "if (marks.length < 0) await tx",
      means: "a restriction can not be ended",
    },
  ]),
];

const STAND_IN = inFile("run", "runtime/requests/run/stand-in.ts", [
  {
    name: "stand-in: one pseudo-person for all",
    was: "const groups = held.map((h, i) => h.group ?? `row ${i}`);",
    is: 'const groups = held.map((h) => h.group ?? "row");',
    means: "all posts of the person can be linked by their author",
  },
  {
    name: "stand-in: posts without a thread are one thread",
    was: "cells.length === 0 || cells.includes(null) ? null",
    is: "cells.length === 0 ? null",
    means: "posts that have nothing in common but an empty field can be linked",
  },
  {
    name: "stand-in: threads are all one",
    was: ": `group ${tupleKey(cells)}`",
    is: ': "group"',
    means: "posts of several threads can be linked",
  },
  {
    name: "stand-in: what somebody else was given is turned, too",
    was: "if (!isTheirs(state, captured, cells)) {",
    is: "if (now === null) {",
    means: "a post that changed hands meanwhile is taken from whoever has it",
  },
  {
    name: "stand-in: rows that are turned are turned again",
    was: "if (now === null || isPseudoKey(now)) continue;",
    is: "if (now === null) continue;",
    means: "who goes on after a crash makes a second pseudo-person",
    equivalent:
      "a pseudo-person is nobody: the row does not lead to the person any more, and is left for that",
  },
  {
    name: "stand-in: tombstones are all the same",
    was: 'return fresh(types.get(f)?.toLowerCase() === "uuid" ? "uuid" : "text");',
    is: 'return "erased";',
    means: "a second pseudo-person is refused by a unique address",
  },
]);

export const RUNNING: readonly Mutant[] = [...ERASE, ...ENDED, ...AS_PLANNED, ...RUN, ...STAND_IN];
