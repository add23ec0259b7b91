/** Of core/plan: requests that are limited to a part. */
import { inFile, type Mutant } from "../mutant.ts";

const SCOPE = inFile("scope", "core/plan/scope.ts", [
  {
    name: "scope: products are not looked at",
    was: "if (scope.products.length > 0 && (c.product === undefined || !scope.products.includes(c.product)))",
    is: "if (false)",
    means: "a request about one product reaches all",
  },
  {
    name: "scope: the last day is left out",
    was: "at.getTime() < day(scope.until) + DAY_MS",
    is: "at.getTime() < day(scope.until)",
    means: "rows of the day that is named stay",
  },
  {
    name: "scope: since is exclusive",
    was: "at.getTime() >= day(scope.since)",
    is: "at.getTime() > day(scope.since)",
    means: "a row made at midnight of the first day stays",
  },
  {
    name: "scope: either end of a period",
    was: "at.getTime() >= day(scope.since)) &&",
    is: "at.getTime() >= day(scope.since)) ||",
    means: "a period is open at one end",
  },
  {
    name: "scope: rows without a date are in every period",
    was: "if (at === null) return false;",
    is: "if (at === null) return true;",
    means: "what nobody can date goes with any period",
  },
  {
    name: "scope: every category",
    was: "scope.categories.some((c) => covers(c, category));",
    is: "scope.categories.some((c) => covers(c, category) || c !== category);",
    means: "a request about one category takes all fields",
  },
]);

const SCOPED = inFile("scope", "core/plan/scoped.ts", [
  {
    name: "scoped: documents that others point into are emptied",
    was: "isPointedAt(input, collection, name) ? [name, path?.column ?? name] : [],",
    is: "isPointedAt(input, collection, name) ? [name] : [],",
    means: "what hangs on a row by a place in its document is found by nobody",
  },
  {
    name: "scoped: rows with other categories are taken whole",
    was: "return personalFields(collection, key).every((f) => inCategories(scope, f.category));",
    is: "return personalFields(collection, key).some((f) => inCategories(scope, f.category));",
    means: "a row goes whose other fields were not meant",
  },
  {
    name: "scoped: the account goes",
    was: "if (collection.identities.length > 0 || !holds(captured, row, scope)) return false;",
    is: "if (!holds(captured, row, scope)) return false;",
    means: "a scoped erasure deletes the account",
  },
  {
    name: "scoped: how people sign in goes",
    was: "if (!stands.has(at.row) && isTaken(at, scope)) take(at);",
    is: "if (isTaken(at, scope)) take(at);",
    means: "whoever has a time erased can not sign in",
  },
  {
    name: "scoped: what a way in hangs on goes",
    was: `stands.set(parent, "needed");`,
    is: "",
    means: "a way in goes along with its parent",
  },
  {
    name: "scoped: answers are emptied",
    was: "!records.has(f.name) &&",
    is: "",
    means: "nobody can say what the person agreed to",
  },
  {
    name: "scoped: what is left is not told",
    was: "if (rest !== null) {",
    is: "if (false) {",
    means: "the plan is silent about rows in the scope that stay",
  },
  {
    name: "scoped: what stays for somebody else is not told",
    was: "if (why === null && input.shared.has(row)) return {",
    is: "if (false) return {",
    means: "a row that others own is said to stay for the account",
  },
  {
    name: "scoped: what was emptied before is planned again",
    was: "Object.keys(emptied).length > 0 && !isDone(input, at, emptied);",
    is: "Object.keys(emptied).length > 0;",
    means: "each repetition plans the same masks",
  },
  {
    name: "scoped: what somebody wrote since is taken for emptied",
    was: "return [row.cells, row.current].every((cells) => {",
    is: "return [row.cells].every((cells) => {",
    means: "a value that came since the look stays, and nobody says so",
  },
  {
    name: "scoped: what is kept is told as the account's",
    was: `if (whole.fate === "keep" && !staysAnyhow`,
    is: `if (why === null && whole.fate === "keep" && !staysAnyhow`,
    means: "a consent that the law keeps for years is said to go with the account",
  },
  {
    name: "scoped: what stays anyhow is told as kept by a commitment",
    was: "if (captured.collection.identities.length === 0) return false;",
    is: "return false;",
    means: "an account is said to stay until a date on which it does not go",
  },
  {
    name: "scoped: what stays beyond the account is not told",
    was: "if (rest.length > 0 && rest.every(goes)) return {};",
    is: "if (rest.length >= 0) return {};",
    means: "an id is said to go with the account, which the law then keeps for years",
  },
  {
    name: "scoped: what goes with the account is told as kept beyond",
    was: "if (rest.length > 0 && rest.every(goes)) return {};",
    is: "",
    means: "an address is said to stay for years, which an erasure of all empties",
  },
  {
    name: "scoped: what others wrote about the person is not told",
    was: `return { fate: "leave", set: {}, only: {}, why: row.reach };`,
    is: `return { fate: "stay", set: {} };`,
    means: "something of the category stays, and nobody says so",
  },
  {
    name: "scoped: a closure that did not happen counts",
    was: `=== "now" ? null : until;`,
    is: `=== "never" ? null : until;`,
    means: "a date is promised that counts from a closure which a part does not make",
  },
  {
    name: "scoped: what a record names is cut out of it",
    was: "carriesOwnership(link) || link.from.some((f) => records.has(f)),",
    is: "carriesOwnership(link),",
    means: "an answer does not say any more what was answered",
  },
  {
    name: "scoped: what the store makes is told as left",
    was: "?.generated !== true &&",
    is: "?.generated !== null &&",
    means: "the plan says that a copy stays which is made anew",
  },
  {
    name: "scoped: what was emptied before is told as staying",
    was: "return { ...fate, set: {}, done: blankedIn(fate.set) };",
    is: "return { ...fate, set: {} };",
    means: "the second plan says that a name stays which is empty",
  },
  {
    name: "scoped: a record among what is left is not told",
    was: `if (fields.some((f) => recordsOf(collection).has(f))) return "record";`,
    is: "",
    means: "an answer is said to stay as it names the person",
  },
  {
    name: "scoped: shared rows go along",
    was: "return !shared.has(at.row) && parents.length > 0 && parents.every((p) => gone.has(p));",
    is: "return parents.length > 0 && parents.every((p) => gone.has(p));",
    means: "a co-owner's row goes with its parent",
  },
  {
    name: "scoped: one parent that goes is enough",
    was: "parents.length > 0 && parents.every((p) => gone.has(p));",
    is: "parents.length > 0 && parents.some((p) => gone.has(p));",
    means: "a row with another parent that stays goes",
  },
  {
    name: "scoped: links to what goes are not cut",
    was: "const set = isNew ? all : cuts.set;",
    is: "const set = isNew ? emptied : {};",
    means: "rows that stay point at nothing",
  },
  {
    name: "scoped: fields of shared rows are emptied",
    was: `row.reach !== "owned" || input.shared.has(row)) return {};`,
    is: `row.reach !== "owned") return {};`,
    means: "a co-owner's value is emptied",
  },
  {
    name: "scoped: what is kept is emptied",
    was: `const held = fate.fate === "keep" ? fate.set : null;`,
    is: "const held: Mask | null = fate === null ? {} : null;",
    means: "a field that the law keeps is emptied",
  },
  {
    name: "scoped: fields that others point at are emptied",
    was: "&& !pointedAt.has(f.name),",
    is: ",",
    means: "a foreign key breaks, or a link loses its aim",
  },
  {
    name: "scoped: fields that may not be null are set to null",
    was: `[[name, found.nullable ? "null" : "tombstone"] as const]`,
    is: `[[name, "null"] as const]`,
    means: "the store refuses",
  },
]);

const EMPTIED = inFile("scope", "core/plan/emptied.ts", [
  {
    name: "scoped: any uuid with zeros in front is a tombstone",
    was: "[/^uuid$/, UUID_TOMBSTONE],",
    is: "[/^uuid$/, /^00000000-0000-/],",
    means: "a real value is taken for erased, and stays in silence",
  },
  {
    name: "scoped: a short unique text is a tombstone",
    was: "return room >= TAILED_MIN && cell.length",
    is: "return room < TAILED_MIN || cell.length",
    means: "a real value is taken for erased, and stays in silence",
  },
  {
    name: "scoped: the zero of a unique field is a tombstone",
    was: `if ((!isUnique || name === "uuid") && isZeroOf`,
    is: "if (isZeroOf",
    means: "the badge number 0 is taken for erased, and stays in silence",
  },
  {
    name: "scoped: the label of a unique field is a tombstone",
    was: "return !isUnique && cell === label;",
    is: "return cell === label;",
    means: "the only row with a label is taken for erased, and stays in silence",
  },
]);

const ACCOUNT = inFile("scope", "core/plan/account.ts", [
  {
    name: "account: a category that names no way in takes it",
    was: "const isAsked = scope.categories.length > 0 &&",
    is: "const isAsked = true &&",
    means: "whoever has a time erased can not sign in",
  },
  {
    name: "account: one of several ways in is enough",
    was: "opening.every((f) => inCategories(scope, f.category));",
    is: "opening.some((f) => inCategories(scope, f.category));",
    means: "a token goes with a password that was asked for",
  },
  {
    name: "account: notices are no records",
    was: "...Object.values(c.notices ?? {}),",
    is: "",
    means: "a part of an erasure takes what the person was told of the policy",
  },
  {
    name: "account: acceptances are no records",
    was: "...Object.values(c.acceptances ?? {}),",
    is: "",
    means: "a part of an erasure takes that the person accepted a version",
  },
  {
    name: "account: consents are no records",
    was: "...Object.values(c.consents ?? {}),",
    is: "",
    means: "a part of an erasure takes what the person answered",
  },
  {
    name: "account: incident notices are no records",
    was: "...(told === undefined ? [] : [told.incident, told.at, ...Object.values(told.contents)]),",
    is: "",
    means: "a part of an erasure takes what the person was told of a breach",
  },
]);

export const SCOPES: readonly Mutant[] = [...SCOPE, ...SCOPED, ...EMPTIED, ...ACCOUNT];
