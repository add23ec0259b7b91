/** Of corrections: what can not be corrected, and in whose rows nothing is set. */
import { inFile, type Mutant } from "../mutant.ts";

const PLAN = [
  ...inFile("plan", "core/plan/correction.ts", [
    {
      name: "correction: keys are corrected",
      was: "if ((keys.get(id) ?? []).includes(field)) return",
      is: "if ((keys.get(id) ?? []).includes(id)) return",
      means: "a row is found by nobody after its correction",
    },
    {
      name: "correction: links are corrected",
      was: "if (collection.links.some((l) => fieldsOfLink(l).includes(field)))",
      is: "if (collection.links.some((l) => fieldsOfLink(l).includes(id)))",
      means: "a row is given to somebody else",
    },
    {
      name: "correction: what the store makes is corrected",
      was: "if (isGenerated({ lives }, { collection, field }))",
      is: "if (isGenerated({ lives }, { collection, field: id }))",
      means: "the store refuses the act, and everything with it",
    },
    {
      name: "correction: a foreign key ties nothing",
      was: "return isTied({ graph, lives }, collection, field)\n",
      is: "return isTied({ graph, lives }, collection, id)\n",
      means: "the store refuses the act, and everything with it",
    },
    {
      name: "correction: names that several share are followed",
      was: "if (!leadsToOne(parent, link, keys, lives)) return",
      is: "if (parent === null) return",
      means: "rows of somebody who is called the same are given another name",
    },
    {
      name: "correction: an identity may name nobody",
      was: "if (identities.length > 0 && namesNobody(normalise(normaliser, value)))",
      is: "if (namespaces.size < 0)",
      means: "an account is found by nobody after its correction",
    },
    {
      name: "correction: two values for one field",
      was: "if (touched.some((a, i) => touched.slice(i + 1).some((b) => !a.isDisjointFrom(b))))",
      is: "if (touched.length < 0)",
      means: "which of two values stands is left to chance",
    },
    {
      name: "correction: every number is the same number",
      was: ".filter((f) => !isOtherNumber(ground, f, namespaces))",
      is: "",
      means: "keys that happen to be the old number are told as wrong",
    },
  ]),
  ...inFile("plan", "core/plan/rectify.ts", [
    {
      name: "rectify: what others wrote is changed",
      was: `if (row.reach !== "owned") return "about";`,
      is: "",
      means: "what somebody else wrote about the person is written over",
    },
  ]),
];

const RUN = [
  ...inFile("run", "runtime/requests/run/correct.ts", [
    {
      name: "supplement: rows that are left are taken over",
      was: `const owned = mode === "fill" ?`,
      is: `const owned = mode === "replace" ?`,
      means: "rows of somebody who is gone become another person's",
    },
    {
      name: "correct: two accounts are one",
      was: `if (ambiguousAccounts(state).length > 0)`,
      is: `if (ambiguousAccounts(state).length < 0)`,
      means: "two people get one name",
    },
    {
      name: "correct: nobody is asked",
      was: "if (!approved && !(await context.approve(first, looked.state.identities)))",
      is: "if (!approved && !(await context.approve(first, looked.state.identities)) && first.length < 0)",
      means: "values that nobody agreed to are set",
    },
    {
      name: "correct: a plan that was shown is agreed to",
      was: "const saved = earlier === null ? null : await journal.plan();\n  let approved = false;",
      is: "const saved = await journal.plan();\n  let approved = saved !== null;",
      means: "values that somebody said no to are set by whoever goes on",
    },
    {
      name: "correct: rows that were passed over count as set",
      was: "(answer.value[at] ?? 0) >= keys.length;",
      is: "(answer.value[at] ?? 0) >= 0;",
      means: "a row that somebody else had by then is said to be corrected",
    },
    {
      name: "correct: an unknown end is an end",
      was: "if (!answer.ok && answer.unsure === true) throw new StoreFailed(store, answer);",
      is: "",
      means: "a commit of which nobody knows is written down as failed",
    },
    {
      name: "correct: what has no place is tried for ever",
      was: "const looked = pass === 0 ? plain : withoutUnreachable(plain);",
      is: "const looked = plain;",
      means: "a store is asked again and again to set what has no place in its document",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-guard.ts", [
    {
      name: "correct: what was put right meanwhile is overwritten",
      was: "    ...texts,\n",
      is: "",
      means: "a value that the application has set in between is lost",
    },
    {
      name: "correct: lists tell nobody",
      was: "if (link !== undefined && home !== undefined) {",
      is: "if (link !== undefined && home === null) {",
      means: "a row whose list does not name the person any more gets the person's value",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-left.ts", [
    {
      name: "correct: rows that were given away are set",
      was: "return row !== undefined && !isGivenUp(state, { captured, row, set });",
      is: "return row !== undefined;",
      means: "somebody else's row gets the person's value",
    },
    {
      name: "correct: rows that were given away are not told",
      was: `      row.reach === "mention" ||\n      isGivenUp(state, { captured, row, set })`,
      is: `      row.reach === "mention"`,
      means: "a row that was not corrected is not among what was left",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-tried.ts", [
    {
      name: "correct: an act that nobody saw was not made",
      was: "if (isMade || !names.isDisjointFrom(old)) this.#end(act, isMade);",
      is: "this.#end(act, isMade);",
      means: "what perhaps was set by the request is told as somebody else's for certain",
    },
  ]),
];

export const CORRECTING: readonly Mutant[] = [...PLAN, ...RUN];
