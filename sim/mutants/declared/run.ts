/** Of runtime/requests: what carries a plan out, verifies it, and writes it down. */
import { inFile, type Mutant } from "../mutant.ts";

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
    was: "failed = await carryOut(context, { state, plan }, open, done);",
    is: "await carryOut(context, { state, plan }, open, done);",
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
    was: "if (before === null || isNew(state)) await journal.saveCapture(earlier, fresh);\n    else if (fresh",
    is: "if (fresh",
    means: "after a crash nobody knows what was found",
  },
  {
    name: "erase run: later finds are not written down",
    was: "if (before === null || isNew(state)) await journal.saveCapture",
    is: "if (before === null) await journal.saveCapture",
    means: "after a crash nobody knows what a later pass found",
  },
  {
    name: "erase run: the capture of a crash is not read",
    was: "let earlier = await journal.captured();",
    is: "let earlier: Earlier | null = null;",
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
    was: "const stop = stopBefore(state, earlier);",
    is: 'const stop = stopBefore(state, earlier)?.state === "not_found" ? stopBefore(state, earlier) : null;',
    means: "two accounts are erased for one person",
  },
  {
    name: "erase run: intents are written afterwards",
    was: `  const id = await journal.intend(step);
  context.atPoint?.("intended");`,
    is: `  context.atPoint?.("intended");
  const id = await journal.intend(step);`,
    means: "a crash leaves no trace of what was meant",
  },
  {
    name: "erase run: what cascades is not looked at",
    was: 'if (lost === null) await context.undo?.before(id, step);\n  const { eraser } = must(estate.stores[step.store], "bound stores are connected");\n  const answer = lost ?? (await',
    is: 'if (lost === null) await context.undo?.before(id, step);\n  const { eraser } = must(estate.stores[step.store], "bound stores are connected");\n  const answer = (await',
    means: "the store deletes rows of others along with a row",
  },
  {
    name: "erase run: what cascades is not looked at, together",
    was: 'const lost = await cascadeLoss({ estate, state: pass.state, step });\n  const { eraser } = must(estate.stores[step.store], "bound stores are connected");\n  const answer = lost ?? (await',
    is: 'const { eraser } = must(estate.stores[step.store], "bound stores are connected");\n  const answer = (await',
    means: "the store deletes rows of others along with several steps",
  },
  {
    name: "erase run: an unknown end is an end",
    was: "// Without an outcome: the next run reads back what became of it.\n  if (answer.unsure === true) throw",
    is: "if (answer.unsure === true && step.changes.length < 0) throw",
    means: "a commit of which nobody knows is written down as failed",
  },
  {
    name: "erase run: an unknown end of a lot is an end",
    was: "if (!answer.ok && answer.unsure === true) throw new StoreFailed(step.store, answer);",
    is: "",
    means: "a commit of which nobody knows is written down as failed",
  },
  {
    name: "erase run: a refused lot is not tried by itself",
    was: "return answer.ok;\n}",
    is: "return true;\n}",
    means: "one refused row keeps all others from going",
  },
  {
    name: "erase run: masks that look like masks are done",
    was: 'return changed && wasSet && !TEXT.test(types?.get(f) ?? "");',
    is: "return changed;",
    means: "a value that the application wrote meanwhile counts as masked",
  },
]);

const RUN = [
  ...inFile("run", "runtime/requests/run/cascade.ts", [
    {
      name: "cascade: whole steps let rows go",
      was: "lost += batch.value.filter((key) => !leaving.has(tupleKey(key))).length;",
      is: "lost += 0 * batch.value.length;",
      means: "where some rows go anyhow, others are swept along",
    },
    {
      name: "cascade: links that stay count as cut",
      was: `(acts.get(f) ?? "keep") !== "keep")`,
      is: `(acts.get(f) ?? "keep") !== "")`,
      means: "a row whose link is not cut is swept along",
    },
  ]),
  ...inFile("run", "runtime/requests/run/ask.ts", [
    {
      name: "ask: a failed store has no rows",
      was: "if (!batch.ok) throw new StoreFailed(collection.store, batch);\n    take",
      is: "if (!batch.ok) return;\n    take",
      means: "a store that is down knows nobody",
    },
  ]),
  ...inFile("run", "runtime/requests/run/together.ts", [
    {
      name: "together: accounts go along with the first of several stores",
      was: "(last.phase === step.phase || oneStore) &&",
      is: "",
      means: "the account goes before what hangs on it in another store",
    },
    {
      name: "together: cascades are looked at too early",
      was: "!spreads(estate, lot, step);",
      is: "true;",
      means: "a step is refused for rows that the step before lets go",
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
      was: "      update.execute(tx),\n",
      is: "",
      means: "the journal does not say what was done",
    },
    {
      name: "journal: subjects are not named",
      was: "if (names.length > 0)\n          sent",
      is: "if (names.length < 0)\n          sent",
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
      was: "if (changes.length === 0) return closed(plan, contradictions);\n  const results",
      is: "if (changes.length >= 0) return closed(plan, contradictions);\n  const results",
      means: "done is said although rows hold the old value",
    },
  ]),
  ...inFile("run", "runtime/requests/run/restrictions.ts", [
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

const ARCHIVE = inFile("run", "runtime/requests/archive/cells.ts", [
  {
    name: "archive: others are named",
    was: "return hidden.fields.has(name) ? SOMEBODY_ELSE : cell;",
    is: "return cell;",
    means: "the archive says who the other people are",
  },
  {
    name: "archive: what one signs in with is shown",
    was: "if (withheld.includes(name)) return WITHHELD;",
    is: "",
    means: "the archive holds password hashes",
  },
  {
    name: "archive: rows without secrets are shown as they are",
    was: "hidden.fields.size === 0 && hidden.values.size === 0) return row;",
    is: "hidden.values.size === 0) return row;",
    means: "others are named where nothing else is hidden",
  },
  {
    name: "archive: mentions are one's own",
    was: `const tuple = reach === "mention" ? null : cellsOf`,
    is: "const tuple = reach === null ? null : cellsOf",
    means: "somebody else's row is named because it mentions the person",
  },
  {
    name: "archive: elements of lists name others",
    was: "if (value !== null && others.has(value)) at.add(i);",
    is: ";",
    means: "a list in a document says who the other people are",
  },
]);

const SUPPRESSION = [
  ...inFile("run", "runtime/requests/suppression/again.ts", [
    {
      name: "suppression: what has no date is erased again",
      was: "const older = made !== null && made < erasedAt;",
      is: "const older = made === null || made < erasedAt;",
      means: "a returning customer's row is erased",
    },
    {
      name: "suppression: newer rows are erased again",
      was: "const older = made !== null && made < erasedAt;",
      is: "const older = made !== null;",
      means: "a returning customer's row is erased",
    },
    {
      name: "suppression: nothing is ever old",
      was: "const older = made !== null && made < erasedAt;",
      is: "const older = made !== null && made > erasedAt;",
      means: "what a backup brought back stays, and new rows go",
    },
    {
      name: "suppression: everybody's service",
      was: "where service = ${desk.service} and ends_at > ${desk.now()} and name",
      is: "where ends_at > ${desk.now()} and name",
      means: "a name of another service counts here",
      equivalent:
        "a name is made with the service in it (`nameOfKey`), so that the names of two services never meet; the condition serves the index",
    },
    {
      name: "suppression: names outlive their time",
      was: "where service = ${desk.service} and ends_at > ${desk.now()} and name",
      is: "where service = ${desk.service} and name",
      means: "rows of erasures that have not closed, or are long over, are erased again",
    },
  ]),
  ...inFile("run", "runtime/requests/suppression/names.ts", [
    {
      name: "suppression: names do not begin to count",
      was: ".set({ ends_at: plus(now, keep) })",
      is: ".set({ ends_at: NOT_YET })",
      means: "nothing that comes back is recognised",
    },
    {
      name: "suppression: what was restored is suppressed",
      was: `await tx.deleteFrom("suppressions").where("request", "=", request).execute();`,
      is: "await Promise.resolve([tx, request]);",
      means: "what a person took back is erased again",
    },
    {
      name: "suppression: masked rows are named, too",
      was: `step.changes.filter((c) => c.act === "delete"))`,
      is: "step.changes)",
      means: "a row that stays is taken for one that came back",
    },
  ]),
  ...inFile("run", "runtime/requests/suppression/bare.ts", [
    {
      name: "suppression: what hangs on a row goes along",
      was: "into: new Map([...into.keys()].map((id) => [id, []])),",
      is: "into,",
      means: "what the person has had since goes with the row that came back",
    },
  ]),
];

const GRACE = [
  ...inFile("run", "runtime/requests/grace/restore.ts", [
    {
      name: "grace: the window never ends",
      was: `if (row.grace_until <= desk.now()) return refuse("ended");`,
      is: "",
      means: "what is gone for good is given back",
    },
    {
      name: "grace: any key",
      was: `if (!fits(hands.secret, row.undo_key)) return refuse("wrong_key");`,
      is: "",
      means: "somebody else's key opens the bundle, or a broken one is the answer",
    },
    {
      name: "grace: missing parts are no matter",
      was: `if (state === "done" && (!(await has("before")) || (masks && !(await has("after")))))`,
      is: 'if (state === "done" && masks && !(await has("before")) && !(await has("after")))',
      means: "a bundle with a part missing is given back as whole",
    },
    {
      name: "grace: the first step first",
      was: `.orderBy("id", "desc")`,
      is: `.orderBy("id", "asc")`,
      means: "rows come back before those that they refer to",
    },
    {
      name: "grace: what came back is suppressed",
      was: "await forgetSuppressed(tx, id);",
      is: "",
      means: "what a person took back is erased again",
    },
  ]),
  ...inFile("run", "runtime/requests/grace/back.ts", [
    {
      name: "grace: rows that others need come although they stay away",
      was: "open = open.filter(({ head, row }) => {",
      is: "open = open.filter(({ head, row }, i) => {\n      if (i > 0 && before > 0 && head.key.length === 0) return true;",
      means: "nothing, unless a collection has no key",
      equivalent: "collections without a key are not erased",
    },
    {
      name: "grace: a refused row keeps all others away",
      was: "if (coming.length === 1) return [{ candidate: first, reason: failure.reason }];",
      is: "if (coming.length >= 1) return coming.map((candidate) => ({ candidate, reason: failure.reason }));",
      means: "rows come back one by one, or not at all",
      equivalent: "whoever is refused together is tried by itself next: it only takes longer",
    },
    {
      name: "grace: a refused row is not tried again",
      was: "if (again.length === left.length) {",
      is: "if (again.length <= left.length) {",
      means: "a row that waits for another one of its step stays away",
    },
  ]),
  ...inFile("run", "runtime/requests/grace/undo.ts", [
    {
      name: "grace: what the store empties is not kept",
      was: `if (change.act === "delete") yield* loosenedBy(estate, head, change.keys);`,
      is: "",
      means: "links that the store set to null do not come back",
    },
    {
      name: "grace: what masks left is not kept",
      was: `await bundles.write({ request, step, part: "after" }, publicKey, linesAfter(keeping, act));`,
      is: "",
      means: "a newer value can not be told from a mask",
    },
  ]),
];

const DESK = [
  ...inFile("run", "runtime/requests/desk/care.ts", [
    {
      name: "care: no row cap",
      was: "if (line.rows > limits.rowsMax)",
      is: "if (line.rows < 0)",
      means: "a plan of any size is carried out without a second look",
    },
    {
      name: "care: no cap of parts",
      was: "line.rows > total * limits.partMax)",
      is: "line.rows > total)",
      means: "a plan that takes most of a collection is carried out without a second look",
    },
    {
      name: "care: masks do not count",
      was: `(l) => l.action === "delete" || l.action === "mask"`,
      is: `(l) => l.action === "delete"`,
      means: "a plan that masks most of a collection is carried out without a second look",
    },
  ]),
  ...inFile("run", "runtime/requests/desk/desk.ts", [
    {
      name: "desk: nothing is noted for suppression, step by step",
      was: "await noteSuppressed(desk, id, step);\n      return written.intend(step)",
      is: "return written.intend(step)",
      means: "a restored backup brings rows back unseen",
    },
    {
      name: "desk: nothing is noted for suppression, together",
      was: "for (const step of steps) await noteSuppressed(desk, id, step);",
      is: "",
      means: "a restored backup brings rows back unseen",
    },
    {
      name: "desk: suppression does not begin",
      was: "if (right.removes) await keepSuppressed",
      is: "if (false) await keepSuppressed",
      means: "a restored backup brings rows back unseen",
    },
  ]),
];

export const RUNS: readonly Mutant[] = [...ERASE, ...RUN, ...ARCHIVE, ...SUPPRESSION, ...GRACE, ...DESK];
