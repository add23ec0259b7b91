/** Of sweeps: many people at once. */
import { inFile, type Mutant } from "../mutant.ts";

const PLAN = inFile("sweep", "core/plan/sweep.ts", [
  {
    name: "sweep: everybody is alone",
    was: "if (a !== b) above[Math.max(a, b)] = Math.min(a, b);",
    is: "",
    means: "people who share a row are planned as if the other stayed",
  },
  {
    name: "sweep: what an earlier pass decided is decided again",
    was: "if (stands(was, { isOthers: shared.has(row), isHeld: keepsHeld(fate) }))",
    is: "if (false && stands(was, { isOthers: shared.has(row), isHeld: keepsHeld(fate) }))",
    means: "after a pass, turns see each other as gone",
  },
  {
    name: "sweep: shared rows are not changed",
    was: "if (change === null || changesSomething(change)) visit(at.captured, at.row, change);",
    is: "",
    means: "a row whose owners all leave stays",
  },
  {
    name: "sweep: shared rows are left to each one's turn",
    was: "if (shared.get(idOf(captured.collection))?.has(tupleKey(row.key)) !== true) visit(captured, row, set);",
    is: "visit(captured, row, set);",
    means: "a row is changed as the first of its owners would have it",
  },
  {
    name: "sweep: changes of one collection are one change",
    was: `const name = set === null ? "" : nameOfMask(set);`,
    is: `const name = set === null ? "" : "set";`,
    means: "rows are given the mask of others",
  },
]);

const TURNS = inFile("sweep", "core/plan/turns.ts", [
  {
    name: "turns: nobody sees what the one before left",
    was: "if (at !== undefined) apply(at, fate, input.now);",
    is: "",
    means: "the last owner does not know that the others have left",
  },
  {
    name: "turns: rows that went are still there",
    was: "if (at.gone) return false;",
    is: "",
    means: "a turn is taken on a row that an earlier one deleted",
  },
  {
    name: "turns: owners outside who have left still own",
    was: "if (at.gone) return [];",
    is: "",
    means: "a row is kept for somebody who left in the same sweep",
  },
  {
    name: "turns: a cut by which the row was the person's does not matter",
    was: "if (row.cells !== row.current || leadsByIt(graph, capture, { row, at })) return false;",
    is: "",
    means: "a turn is taken on links that an earlier one cut",
  },
]);

const MIRROR = inFile("sweep", "core/plan/mirror.ts", [
  {
    name: "mirror: rows that went answer",
    was: "!one.gone && holds(one, name)",
    is: "holds(one, name)",
    means: "the mirror gives rows that an earlier turn deleted",
  },
  {
    name: "mirror: links that were cut answer",
    was: "!one.gone && holds(one, name)",
    is: "!one.gone",
    means: "the mirror gives rows by links that an earlier turn cut",
  },
  {
    name: "mirror: nobody is outside",
    was: "return [...this.answer(question), ...beyond];",
    is: "return this.answer(question);",
    means: "owners who are not in the sweep do not count",
  },
]);

const MEANWHILE = [
  ...inFile("sweep", "core/plan/catch-up.ts", [
    {
      name: "meanwhile: who let go still owns",
      was: "if (at !== -1 && !kept.has(field)) cells[at] = now[at] ?? null;",
      is: "",
      means: "a row stays for somebody who has let go of it",
    },
    {
      name: "meanwhile: nothing is ever given away",
      was: "return away ? [{ captured, row: { ...row, cells: current } }] : [];",
      is: "return away && links.length === 0 ? [{ captured, row: { ...row, cells: current } }] : [];",
      means: "a row that is somebody else's by now is deleted",
    },
    {
      name: "meanwhile: what hangs on a row is not given away with it",
      was: "for (const row of rows.values()) if (theirs.has(row)) gone.add(decidedName(id, tupleKey(row.key)));",
      is: "for (const row of rows.values()) if (theirs.has(row) && rows.size === 0) gone.add(decidedName(id, tupleKey(row.key)));",
      means: "what hangs on a row that is somebody else's by now is deleted",
    },
  ]),
  ...inFile("sweep", "runtime/requests/sweep/still-there.ts", [
    {
      name: "sweep look: who is gone still owns",
      was: "if (shared === undefined || one.rows.some(({ row }) => !shared.has(row))) there.add(by);",
      is: "if (shared === undefined) there.add(by);",
      means: "a row whose last owner left meanwhile is nobody's, and stays",
    },
  ]),
  ...inFile("sweep", "runtime/requests/run/as-planned.ts", [
    {
      name: "as planned: who lets go still owns",
      was: "if (ownedByOthers(fate) && ownersDiffer(",
      is: "if (links.length === 0 && ownersDiffer(",
      means: "a row of which the last owner lets go meanwhile is nobody's, and stays",
    },
  ]),
];

const RUN = inFile("sweep", "runtime/requests/sweep/run.ts", [
  {
    name: "sweep run: nobody verifies",
    was: "if (there.has(i)) return true;",
    is: "",
    means: "whoever was acted on is closed, whatever is left",
  },
  {
    name: "sweep run: who was not agreed to is erased",
    was: "return people.filter((p) => p.approved);",
    is: "return people;",
    means: "a plan that waits for a yes is carried out",
  },
  {
    name: "sweep run: nothing is noted for suppression",
    was: "await journal.note([...noted]",
    is: "await Promise.resolve([...noted]",
    means: "a restored backup brings everybody back unseen",
  },
  {
    name: "sweep run: captures are not written down",
    was: `  await journal.saveCaptures(
    news.map(({ request, earlier }) => ({ request, captured: must(earlier, "just found") })),
  );`,
    is: "",
    means: "after a crash nobody knows what was found",
  },
]);

const CARRY = inFile("sweep", "runtime/requests/sweep/carry-out.ts", [
  {
    name: "sweep step: accounts go although something stays",
    was: `const going = own.filter((c) => step.phase === "dependents" || !hasFailed(run, c));`,
    is: "const going = own;",
    means: "what a refusal left hangs on nobody",
  },
  {
    name: "sweep step: everybody is refused for one",
    was: `if (!REFUSALS.has(answer.error) || answer.unsure === true || circles.length === 1 || run.tries <= 0) {`,
    is: "if (true) {",
    means: "one person's row keeps all others from being erased",
  },
  {
    name: "sweep step: a lot of which nobody heard is tried one by one",
    was: "if (!answer.ok && answer.unsure === true) {",
    is: "if (run.tries < -1e9) {",
    means: "requests are closed over an intent without an end",
  },
  {
    name: "sweep step: what cascades is not looked at",
    was: "const lost = await cascadeLoss({ estate, state: { collections: run.captured }, step });",
    is: "const lost = run.tries < -1e9 ? await cascadeLoss({ estate, state: { collections: run.captured }, step }) : null;",
    means: "the store deletes rows of others along with a row",
  },
  {
    name: "sweep step: a failure is no failure",
    was: "fail(run, step, circles, answer);",
    is: "",
    means: "a refusal of the store is not told",
  },
]);

const GATHER = inFile("sweep", "core/plan/gather.ts", [
  {
    name: "gather: a row is given to the first who asked",
    was: "if (before !== by) group.askers.set(name, [before, by]);",
    is: "",
    means: "of two people who share a row only one is told",
  },
  {
    name: "gather: addresses are compared to the letter",
    was: "kinds: kindsOfMatch(graph, first.collection, matching),",
    is: "kinds: matching.normalisers === undefined ? kindsOfMatch(graph, first.collection, matching) : null,",
    means: "an account with another spelling of the address is nobody's",
  },
  {
    name: "gather: another notation is nobody's",
    was: "kinds: kindsOfMatch(graph, first.collection, matching),",
    is: "kinds: matching.normalisers === undefined ? null : kindsOfMatch(graph, first.collection, matching),",
    means:
      "a row that the store finds by another notation of what was asked stops the sweep, or goes to one of two who own it",
  },
]);

export const SWEEPS: readonly Mutant[] = [
  ...PLAN,
  ...TURNS,
  ...MIRROR,
  ...MEANWHILE,
  ...RUN,
  ...CARRY,
  ...GATHER,
];
