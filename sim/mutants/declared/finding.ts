/** Of core/plan: what is found, and whose it is. */
import { inFile, type Mutant } from "../mutant.ts";

const CAPTURE = inFile("plan", "core/plan/capture.ts", [
  {
    name: "capture: what is known by a merge counts as named",
    was: "if (merged !== true) this.#sought.name(",
    is: "this.#sought.name(",
    means: "neighbours who share a phone with a merged visitor are erased with it",
  },
  {
    name: "capture: owned rows lead nowhere",
    was: `if (reach === "owned") this.#lead(captured, captured.fields, { key, cells });`,
    is: "",
    means: "the closure ends at the first row",
  },
  {
    name: "capture: remembered rows lead nowhere",
    was: `if (reach === "owned") this.#lead(captured, fields, { key, cells });`,
    is: "",
    means: "what hangs on a row that an earlier pass deleted is forgotten",
  },
  {
    name: "capture: rows that are about the person lead on",
    was: `if (reach === "owned") this.#lead(captured, captured`,
    is: `if (reach !== "mention") this.#lead(captured, captured`,
    means: "what hangs on somebody else's row goes along",
  },
  {
    name: "capture: no further identities",
    was: "if (!i.shared) for (const value of identitiesOf(fields, i, cells)) this.#meet(value);",
    is: "",
    means: "an account found by its address does not lead to the person's visitor id",
  },
  {
    name: "capture: shared identities lead on",
    was: "if (!i.shared) for (const value of identitiesOf",
    is: "for (const value of identitiesOf",
    means: "whoever has the same household address is the same person",
  },
  {
    name: "capture: shared identities find rows that nobody named",
    was: "(!i.shared || this.#sought.isNamed(v))",
    is: "true",
    means: "rows of others with the same shared identity are asked for",
  },
  {
    name: "capture: every link carries ownership",
    was: `if (owns) return "owned";`,
    is: `return "owned";`,
    means: "a row that only mentions the person is the person's",
  },
  {
    name: "capture: a mention outranks about",
    was: `reach = link.role === "about" || reach === "about" ? "about" : "mention";`,
    is: `reach = link.role === "about" ? "about" : "mention";`,
    means: "a row about the person that also mentions it is not shown to it",
  },
  {
    name: "capture: a row once reached less is never reached more",
    was: `    else if (reach === "owned") {
      known.cells = cells;
      known.reach = reach;
    }`,
    is: "",
    means: "what was mentioned first and owned later is not erased",
  },
]);

const SOUGHT = inFile("plan", "core/plan/sought.ts", [
  {
    name: "sought: a shared identity that was met makes a row the person's",
    was: "const known = identity.shared ? this.#named : this.#identities;",
    is: "const known = this.#identities;",
    means: "a row is the person's by an identity that the request does not name",
  },
  {
    name: "sought: what may be another's name is the person's alone",
    was: "if (home.length === 0 || !linkKinds(this.#graph, link).mixed) return home;",
    is: "return home;",
    means: "somebody whose key differs in case only loses rows with the person",
  },
  {
    name: "sought: links know one notation",
    was: "this.#askedAlike.set(link, alike.add(nameIn(held, tuple)));",
    is: "this.#askedAlike.set(link, alike);",
    means: "a row that the store finds by another notation stops the request",
  },
]);

const NOTATION = inFile("plan", "core/plan/notation.ts", [
  {
    name: "notation: all fields are compared alike",
    was: "  return fields.map((f) => known.get(f));",
    is: "  return fields.map(() => [...known.values()][0]);",
    means: "a text beside a looser field is taken for that of a neighbour",
  },
  {
    name: "notation: links are never mixed",
    was: "(kind, i) => kind !== undefined && !isAddress(kind) && !isSameKind(kind, parent[i]),",
    is: '(kind, i) => kind === undefined && !isAddress(kind) && !isSameKind("uuid", parent[i]),',
    means: "a row that names two people in two notations goes with the first of them",
  },
  {
    name: "notation: a UUID in a text is asked for as it stands",
    was: "if (kinds?.some(isUuidText) !== true) return tuples;",
    is: "if (kinds?.some(isUuidText) !== null) return tuples;",
    means: "rows that another store names in capitals stay, and rows of others that it names so go",
  },
  {
    name: "notation: an address leads to one person's rows",
    was: "const several = held.some((kind, i) => isAddress(kind) && !isOnePersons(graph, link, i));",
    is: "const several = held.some((kind, i) => isAddress(kind) && link.to.fields[i] === undefined);",
    means:
      "where two accounts share an address and it is their key, what one of them names in other letters goes with the other",
  },
  {
    name: "notation: addresses are looked for in the normal form only",
    was: "known?.has(f) === true",
    is: "known?.has(f) === null",
    means: "a row that a collation ties to the person in a way nobody knows is left behind unseen",
  },
]);

const AMBIGUOUS = inFile("plan", "core/plan/ambiguous.ts", [
  {
    name: "capture: two accounts are one",
    was: `.filter((r) => r.reach === "owned").length > 1)`,
    is: `.filter((r) => r.reach === "owned").length > 2)`,
    means: "the person's neighbour is erased with it, where an address leads to two accounts",
  },
]);

const QUESTION = inFile("plan", "core/plan/question.ts", [
  {
    name: "capture: conditions of a link are not asked",
    was: "spelledOut.flatMap((tuple) => conditions.map((condition) => [...tuple, ...condition]));",
    is: "spelledOut.flatMap((tuple) => conditions.slice(0, 1).map((condition) => [...tuple, ...condition]));",
    means: "a polymorphic link holds for the first of its discriminators only",
  },
]);

const CONDITIONS = inFile("plan", "core/datamap/conditions.ts", [
  {
    name: "conditions: one of a link's conditions is enough",
    was: "return Object.entries(when).every(([field, values]) => {",
    is: "return Object.entries(when).some(([field, values]) => {",
    means: "a link with two discriminators holds by one of them",
  },
  {
    name: "conditions: a discriminator is its text",
    was: "return kind !== undefined && sameIn(kind, values, cell);",
    is: "return false;",
    means: "a row whose kind stands there in another notation ends the request",
  },
]);

const POINTING = inFile("plan", "core/plan/pointing.ts", [
  {
    name: "pointing: a link holds whatever its condition says",
    was: "if (link.when !== undefined && !holds(link, (field) => cells[fields.indexOf(field)])) return [];",
    is: "",
    means: "a polymorphic link leads to rows of another collection",
  },
  {
    name: "pointing: half a composite key points somewhere",
    was: "if (cell === null || cell === undefined) return null;",
    is: "if (cell === null || cell === undefined) continue;",
    means: "a composite link with a null in it leads to somebody",
  },
  {
    name: "pointing: a tombstone is somebody's name",
    was: `value === "" || value === "erased"`,
    is: `value === ""`,
    means: "all whose address was masked are one person",
  },
]);

const OWNERSHIP = inFile("plan", "core/plan/ownership.ts", [
  {
    name: "ownership: nobody else owns anything",
    was: "if (this.#owners.size === 0) return new Set();",
    is: "return new Set();",
    means: "rows of several owners go with the first",
  },
  {
    name: "ownership: what hangs on a shared row is the person's alone",
    was: `      shared.add(child.row);
      fresh.push(child);`,
    is: "",
    means: "the children of a co-owned row are deleted while it stays",
  },
  {
    name: "ownership: owners of owners are not met",
    was: "for (const o of above) this.#wonder(o);",
    is: "",
    means: "an owner two links away does not count",
  },
  {
    name: "ownership: life does not spread downwards",
    was: "alive.add(owned);",
    is: "",
    means: "an owner whose own owner lives counts as nobody",
  },
  {
    name: "ownership: rows that exist and name nobody are alive",
    was: "if (collection.identities.some((i) => identitiesOf(question.fields, i, cells).length > 0))",
    is: "",
    means: "an erased co-owner keeps the row for ever",
  },
  {
    name: "ownership: the person is its own co-owner",
    was: "if (this.#isOwn(question, cells)) return;",
    is: "",
    means: "a link by a field that is not unique makes the person's rows shared",
  },
  {
    name: "ownership: an address at home is nobody else's",
    was: "const home = leadsToOneRow(graph, capture, l) ? capture.surelyHome(captured, l, cells) : [];",
    is: "const home = capture.surelyHome(captured, l, cells);",
    means: "a link by a field that several rows hold is not looked at for others",
  },
]);

export const FINDING: readonly Mutant[] = [
  ...CAPTURE,
  ...SOUGHT,
  ...NOTATION,
  ...AMBIGUOUS,
  ...QUESTION,
  ...CONDITIONS,
  ...POINTING,
  ...OWNERSHIP,
];
