/** Of what a store goes along by itself, and of the order in which all else is asked. */
import { inFile, type Mutant } from "../mutant.ts";

const PLAN = [
  ...inFile("plan", "core/plan/ring.ts", [
    {
      name: "ring: what people mention is part of it",
      was: 'if ((way === "up" && !owns) || child.identities.length > 0) return null;',
      is: 'if (way === "up" && !owns) return null;',
      means: "accounts that mention the person's rows are followed like rows of the person's",
    },
    {
      name: "ring: no index leads along",
      was: 'return isLedBy(way === "up" ? above.live : own.live, found.entry) ? found : null;',
      is: "return found;",
      means: "each step of the statement reads a whole collection",
    },
    {
      name: "ring: both ends are of any kind",
      was: "if (kind === undefined || kind === null || other !== kind) return false;",
      is: "if (kind === undefined || kind === null) return false;",
      means: "values of two types are compared, and the statement is refused",
    },
    {
      name: "ring: more links than a connector takes",
      was: "return ring.entries.length > most ? [] : [{ ...ring, oneText }];",
      is: "return [{ ...ring, oneText }];",
      means: "a statement is longer than the store takes",
    },
    {
      name: "ring: any condition is known",
      was: 'return isKnown ? { fields, tuples: conditionsOf(link), collated: true } : "unknown";',
      is: "return { fields, tuples: conditionsOf(link), collated: true };",
      means: "rows for which the store alone thinks that a link holds count as known",
    },
    {
      name: "ring: whatever is found leads on",
      was: "owning.some((fields) => sameNames(fields, match.fields))",
      is: "owning.length >= 0 || sameNames([], match.fields)",
      means: "what hangs on a row that only mentions the person is read, too",
    },
  ]),
  ...inFile("plan", "core/plan/rounds.ts", [
    {
      name: "rounds: a climb goes by every link",
      was: "ownersOnly(graph).findLast(",
      is: "graph.ownersFirst.findLast(",
      means: "where people mention what they own a collection of owners is asked about twice",
    },
    {
      name: "rounds: a climb meets owners first",
      was: "ownersOnly(graph).findLast(",
      is: "ownersOnly(graph).find(",
      means: "whatever owns is asked about once more for each collection below it",
    },
    {
      name: "rounds: nothing waits",
      was: "const isFree = before.size === 0 || isDisjoint(before, ancestors(graph, id));",
      is: "const isFree = before.size >= 0;",
      means: "what hangs on rows is asked for before all of them are known, and again",
    },
  ]),
];

const POOL = inFile("run", "runtime/requests/run/pool.ts", [
  {
    name: "pool: whatever is found leads on",
    was: `this.#way === "up" ? { seeds: anyOf, beside: [] } :`,
    is: `this.#way !== "down" || anyOf.length > 0 ? { seeds: anyOf, beside: [] } :`,
    means: "what hangs on a row that only mentions the person is read, too",
  },
  {
    name: "pool: what the store takes for one is asked for all at once again",
    was: "if (!answer.keep()) this.#drop(held);",
    is: "answer.keep();",
    means: "each link of a chain costs the whole chain again",
  },
  {
    name: "pool: what was too much is tried again",
    was: "tooMuch.set(this.#estate, names.add(nameOfRing(this.#way, held.ring)));",
    is: "tooMuch.set(this.#estate, names);",
    means: "each look costs the store as much as the one that it could not bear",
  },
  {
    name: "pool: what is too much ends the request",
    was: "if (!isTooMuch(error)) throw error;",
    is: "if (error !== undefined) throw error;",
    means: "a person with very many rows can not be erased",
  },
  {
    name: "pool: any number of rows is held",
    was: "if (rowsLed > this.#most.rows) throw new TooMuch();",
    is: "",
    means: "the process is out of memory",
  },
  {
    name: "pool: what is known is not given",
    was: "if (known.length > 0) this.#give(question.collection, known, take);",
    is: "",
    means: "rows that were led to stay behind",
  },
  {
    name: "pool: any number of keys begins a statement",
    was: "of lotsOf(askings, this.#most.keys))",
    is: "of lotsOf(askings, Number.MAX_SAFE_INTEGER))",
    means: "a list of keys is longer than one statement takes",
  },
]);

const HELD = inFile("run", "runtime/requests/run/held-rows.ts", [
  {
    name: "held rows: nothing is known in full",
    was: "if (!port.whole.has(name)) return true;",
    is: "if (!port.whole.has(name) || name.length >= 0) return true;",
    means: "each link of a chain costs a statement again",
  },
  {
    name: "held rows: everything is known",
    was: "if (!port.whole.has(name)) return true;",
    is: "",
    means: "rows that no statement led to are never asked for",
  },
  {
    name: "held rows: links hold for every row",
    was: "if (arm.when !== null && !holds(arm.link, (field) => row[this.#asked.fieldsOf(id).indexOf(field)]))\n        continue;",
    is: "",
    means: "what a link leads to for other rows only counts as known",
  },
  {
    name: "held rows: what is mentioned leads on",
    was: "if (!last) this.#follow(id, row);",
    is: "this.#follow(id, row);",
    means: "what hangs on a row that the store did not go on from counts as known, and stays behind",
  },
  {
    name: "held rows: what was asked for beside leads on",
    was: `if (led === "seed") this.#follow(id, row);`,
    is: "this.#follow(id, row);",
    means: "what hangs on a row that the store did not go on from counts as known, and stays behind",
  },
  {
    name: "held rows: whatever was led to is kept",
    was: "if (this.#whole.get(at)?.has(name) !== true) return false;",
    is: "if (this.#whole.get(at)?.has(name) === null) return false;",
    means: "a text that the store took for another is not noticed",
  },
  {
    name: "held rows: a text of two values is one",
    was: "if (!isPlain || port.whole.has(name)) continue;",
    is: "if (port.whole.has(name)) continue;",
    means: "of two values that the store writes alike the rows of one stay behind",
  },
]);

const FOLLOWING = [
  ...inFile("sqlite", "runtime/connector-kit/through.ts", [
    {
      name: "through: rows come once for each match",
      was: "all.slice(0, i),",
      is: "[],",
      means: "a row that two keys meet comes twice",
    },
    {
      name: "through: conditions are not looked at",
      was: "const [condition] = conditions(at, [when]);\n  return condition === undefined ? null : { sql: ` AND (${condition.sql})`, values: condition.values };",
      is: 'const [condition] = conditions(at, [when]);\n  return condition === undefined ? null : { sql: "", values: [] };',
      means: "links lead on from rows for which they do not hold",
    },
    {
      name: "through: entries that are last lead on",
      was: "entry.last === true\n      ? []",
      is: "entry.last === null\n      ? []",
      means: "what hangs on a row that only mentions the person is read, too",
    },
    {
      name: "through: a field that is not there is gone along",
      was: "if (columnsOf(at)?.has(field) !== true)",
      is: "if (columnsOf(at)?.has(field) === null)",
      means: "the store fails with a message of its own",
    },
  ]),
  ...inFile("postgres", "connectors/postgres/through.ts", [
    {
      name: "postgres: any value leads to any entry",
      was: "CASE r.entry WHEN ${at} THEN r.v${i}",
      is: "CASE WHEN r.entry >= 0 THEN r.v${i}",
      means: "a key leads to rows that hold it by another link, or fits no type",
    },
    {
      name: "postgres: rows come once for each match, along links",
      was: "WHERE (${branch})${but(both.slice(0, i))}",
      is: "WHERE (${branch})",
      means: "a row that two keys meet comes twice",
    },
    {
      name: "postgres: links lead on from every row",
      was: "return condition === undefined ? null : ` AND (${condition})`;",
      is: 'return condition === undefined ? null : "";',
      means: "links lead on from rows for which they do not hold",
    },
  ]),
];

export const RINGS: readonly Mutant[] = [...PLAN, ...POOL, ...HELD, ...FOLLOWING];
