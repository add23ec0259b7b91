/** Of core/plan: what becomes of a row, in which order, what is shown of it, what is corrected, what comes back. */
import { inFile, type Mutant } from "../mutant.ts";

const ERASE = inFile("plan", "core/plan/erase.ts", [
  {
    name: "erase: links to what goes on are cut",
    was: `.filter(() => !goesOn(must(input.graph.collections.get(collectionId(link.to)), "links lead there")))`,
    is: "",
    means: "answers lose the post that they answer, although it is still there",
  },
  {
    name: "erase: what is about the person goes",
    was: `if (row.reach !== "owned") return`,
    is: `if (row.reach === "mention") return`,
    means: "somebody else's words about the person are deleted",
  },
  {
    name: "erase: shared rows are treated as one's own",
    was: "if (input.shared.has(row)) {",
    is: "if (false) {",
    means: "a co-owner loses the row",
  },
  {
    name: "erase: shared rows stay although the map says they go",
    was: `if (collection.leave === "delete") return DELETE;`,
    is: "",
    means: "`on_leave: delete` is ignored",
  },
  {
    name: "erase: links to what goes are not cut",
    was: "{ ...rest.set, ...cuts.set },",
    is: "rest.set,",
    means: "a co-owned row goes on naming the person",
  },
  {
    name: "erase: what on_leave blanks stays",
    was: "{ ...rest.set, ...cuts.set },",
    is: "cuts.set,",
    means: "a co-owned row keeps the person's words",
  },
  {
    name: "erase: kept for ever",
    was: "if (until !== null && until.getTime() <= input.now.getTime()) return DELETE;",
    is: "",
    means: "what was kept for a period outlasts it",
  },
  {
    name: "erase: kept a moment longer",
    was: "until.getTime() <= input.now.getTime()",
    is: "until.getTime() < input.now.getTime()",
    means: "a period that ends now has not ended",
  },
  {
    name: "erase: the reason to keep is dropped",
    was: "return keepOrDelete(input, captured, row, rule.commitment, rule.mask);",
    is: "return DELETE;",
    means: "what the law asks to keep is deleted",
  },
  {
    name: "erase: without a date nothing is kept",
    was: "const until = anchor === null || rule.period === null ? null : plus(anchor, rule.period);",
    is: "const until = anchor === null ? input.now : rule.period === null ? null : plus(anchor, rule.period);",
    means: "a row that may have to stay goes where nobody knows its date",
  },
  {
    name: "erase: a hold ends like a period",
    was: "anchor === null || rule.period === null ? null",
    is: "rule.period === null ? input.now : anchor === null ? null",
    means: "a legal hold, which has no end, is forgotten",
  },
  {
    name: "erase: the date of closing is stamped again",
    was: `filter(([f]) => f !== field || mask[f] !== "now")`,
    is: "filter(() => true)",
    means: "the period begins anew with each erasure",
  },
  {
    name: "erase: masks are empty",
    was: `if (standIn === null) return { fate: "mask", set };`,
    is: `if (standIn === null) return { fate: "mask", set: {} };`,
    means: "a masked row keeps its values",
  },
  {
    name: "erase: links to rows that stay are cut",
    was: `.filter((tuple) => row.reach !== "owned" || !leadsToStaying(input, link, tuple))`,
    is: "",
    means: "co-owned rows lose each other",
  },
  {
    name: "erase: one parent that stays is enough",
    was: `parents.collection.leave === "cut" && at.every((r) => shared.has(r))`,
    is: `parents.collection.leave === "cut" && at.some((r) => shared.has(r))`,
    means: "a link to a row that goes is left dangling where another row of that name stays",
  },
]);

const CHANGES = inFile("plan", "core/plan/changes.ts", [
  {
    name: "changes: what goes on under pseudo-people is passed by",
    was: `const standIn = fate.fate === "mask" ? fate.standIn : undefined;`,
    is: `const standIn = fate.fate !== "mask" ? fate.standIn : undefined;`,
    means: "a post of an erased person is left with its author",
  },
  {
    name: "erase: acts of different masks are one change",
    was: "const name = `${act}${JSON.stringify(Object.entries(set).sort())}",
    is: "const name = `${act}",
    means: "rows are given the mask of others",
  },
  {
    name: "erase: what is gone is done again",
    was: "if (row.current === null) continue;\n    const fate: Fate",
    is: "const fate: Fate",
    means: "a second erasure acts on rows that are not there",
  },
  {
    name: "changes: a row loses of a list what another row loses",
    was: "return [...Map.groupBy(rows, kept).values()];",
    is: "return [rows];",
    means: "under a scope, what stays in a list is taken out with what goes",
  },
]);

const ORDER = inFile("plan", "core/plan/order.ts", [
  {
    name: "order: phases swapped",
    was: `return [...filled.filter((s) => s.phase === "dependents"), ...filled.filter((s) => s.phase === "identity")];`,
    is: `return [...filled.filter((s) => s.phase === "identity"), ...filled.filter((s) => s.phase === "dependents")];`,
    means: "the account goes before what hangs on it",
  },
  {
    name: "order: identity rows are dropped",
    was: `return [...filled.filter((s) => s.phase === "dependents"), ...filled.filter((s) => s.phase === "identity")];`,
    is: `return filled.filter((s) => s.phase === "dependents");`,
    means: "a phase is missing: the account stays",
  },
  {
    name: "order: dependents are dropped",
    was: `return [...filled.filter((s) => s.phase === "dependents"), ...filled.filter((s) => s.phase === "identity")];`,
    is: `return filled.filter((s) => s.phase === "identity");`,
    means: "a phase is missing: what hangs on the account stays",
  },
  {
    name: "order: parents first",
    was: "return ordered.reverse();",
    is: "return ordered;",
    means: "what is pointed at goes before what points at it",
  },
  {
    name: "order: deletions before cuts",
    was: `[...own.filter((c) => c.act === "set"), ...own.filter((c) => c.act === "delete")]`,
    is: `[...own.filter((c) => c.act === "delete"), ...own.filter((c) => c.act === "set")]`,
    means: "a row that stays still points at one that goes",
  },
  {
    name: "order: cycles are not one step",
    was: "const groups = components(hard);",
    is: "const groups = ids.map((id) => [id]);",
    means: "tables that point at each other are emptied one after the other",
  },
  {
    name: "order: what an account points at is a dependent",
    was: "const targets = foreignKeys.filter((fk) => group.includes(fk.from)).map((fk) => fk.to);",
    is: "const targets: string[] = [];",
    means: "the row that an account's foreign key holds is to go before the account",
  },
  {
    name: "order: links of the map do not order",
    was: "if (!reaches(hard, collectionId(l.to), id)) linked.get(id)?.push(collectionId(l.to));",
    is: "",
    means: "where no foreign key says so, parents may go first",
  },
]);

const LET_GO = inFile("plan", "core/plan/let-go.ts", [
  {
    name: "let go: the whole list, not the person's elements",
    was: "values.set(link.each, known.add(named(link, link.each, tuple)));",
    is: "",
    means: "everybody in a list is removed from it",
  },
  {
    name: "let go: rows that are not the person's count as parents",
    was: `if (tuple === null || row.reach !== "owned") continue;`,
    is: "if (tuple === null) continue;",
    means: "a link to somebody else's row is taken for one to the person's",
  },
]);

const SHOWN = inFile("plan", "core/plan/shown.ts", [
  {
    name: "shown: mentions are shown",
    was: `.filter((r) => r.reach !== "mention"),`,
    is: ",",
    means: "the person reads what is somebody else's",
  },
  {
    name: "shown: portability gives what was derived",
    was: `f.category !== "system" && f.derived !== true`,
    is: `f.category !== "system"`,
    means: "scores that others made of the person are handed on",
  },
  {
    name: "shown: portability follows any link",
    was: `const isMade = (link: Link): boolean => link.role === "owner";`,
    is: "const isMade = (_: Link): boolean => true;",
    means: "what others wrote about the person is handed on",
  },
  {
    name: "shown: whole documents",
    was: `f.opened !== true || f.category !== "system"`,
    is: "true",
    means: "the rest of a document, which may be anybody's, is shown",
  },
]);

const RECTIFY = inFile("plan", "core/plan/rectify.ts", [
  {
    name: "rectify: shared rows are changed",
    was: `if (this.#standing(row) !== "alone") return;`,
    is: "",
    means: "a co-owner's value is overwritten",
  },
  {
    name: "rectify: contradictory copies are overwritten",
    was: "else if (this.#olds.has(this.#same(cell)))",
    is: "else if (true)",
    means: "a copy that says something else is overwritten and not reported",
  },
  {
    name: "rectify: copies are left",
    was: "if (fill) return;",
    is: "return;",
    means: "the old value stays in copies",
  },
  {
    name: "rectify: a newer value is overwritten",
    was: "return now !== value && now === cellAt(captured, field, row.cells);",
    is: "return now !== value;",
    means: "what somebody else changed meanwhile is lost",
  },
  {
    name: "rectify: links by a value are not followed",
    was: "this.#follow(follow);",
    is: "",
    means: "rows that name their parent by the corrected value are orphans",
  },
  {
    name: "supplement: what is there is overwritten",
    was: "if (!fill || cell === null) this.#book",
    is: "if (true) this.#book",
    means: "filling in replaces",
  },
]);

const RESTORE = inFile("plan", "core/plan/restore.ts", [
  {
    name: "restore: a key that is taken is no matter",
    was: `stays: same(now.exact, row.exact) ? null : { why: "key" }`,
    is: "stays: null",
    means: "a row that differs from the one erased is said to be back",
  },
  {
    name: "restore: unique values are not looked at",
    was: "if (tuple !== null && isTaken(tuple, row.key))",
    is: "if (false)",
    means: "a value that somebody else has by now comes back",
  },
  {
    name: "restore: references are not looked at",
    was: "if (tuple !== null && !isThere(tuple, row))",
    is: "if (false)",
    means: "a row comes back that refers to nothing",
  },
  {
    name: "restore: newer values are overwritten",
    was: "if (isAsLeft) untouched.set",
    is: "if (true) untouched.set",
    means: "what was written after the erasure is lost",
  },
]);

export const DECIDING: readonly Mutant[] = [
  ...ERASE,
  ...CHANGES,
  ...ORDER,
  ...LET_GO,
  ...SHOWN,
  ...RECTIFY,
  ...RESTORE,
];
