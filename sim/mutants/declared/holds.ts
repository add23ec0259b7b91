/** Of legal holds: what they keep, on whom they are, and that an act which began before does not pass them by. */
import { inFile, type Mutant } from "../mutant.ts";

const PLAN = inFile("plan", "core/plan/held.ts", [
  {
    name: "held: what stays anyway is held",
    was: `if (fate === "stay" || isOthers(all)) continue;`,
    is: "",
    means: "rows of others that the erasure does not touch are told as kept for the hold",
  },
  {
    name: "held: what leads to held rows goes",
    was: "of parentsOf(input, at)) {",
    is: "of [...parentsOf(input, at)].slice(0, 0)) {",
    means: "what is held is found by nobody when the hold is lifted",
  },
  {
    name: "held: only one link up stays",
    was: "      open.push({ captured, row, hold });\n    }\n  }\n  return kept;",
    is: "    }\n  }\n  return kept;",
    means: "what is held is found by nobody when the hold is lifted",
  },
  {
    name: "held: every class",
    was: `const isOfClass = classes.includes("all") || classes.includes(captured.collection.class);`,
    is: "const isOfClass = classes.length > 0 || classes.includes(captured.collection.class);",
    means: "more is kept than there is a ground for",
  },
  {
    name: "held: whoever leaves is let go of by what is held",
    was: `(isOfClass || fate !== "leave")`,
    is: `fate !== "leave"`,
    means: "whoever leaves a row that is held for its other owner changes what is held",
  },
  {
    name: "held: what is needed is masked whole",
    was: "const set = Object.fromEntries(Object.entries(fate.set).filter(([f]) => !leads.has(f)));",
    is: "const { set } = fate;",
    means: "the link by which what is held is found is cut",
  },
  {
    name: "held: rows that others share are emptied",
    was: `if (fate.fate === "delete" && input.lives !== undefined && !input.shared.has(row))`,
    is: `if (fate.fate === "delete" && input.lives !== undefined)`,
    means: "a co-owner loses what the row says",
  },
  {
    name: "held: what leads to held rows stays whole",
    was: "return keptFor(hold, emptied(input, captured));",
    is: "return keptFor(hold);",
    means: "an account is kept with all that it says for a row that needs its key",
  },
  {
    name: "held: what takes no null gets a tombstone",
    was: `.filter(([, act]) => act === "null"),`,
    is: `.filter(([, act]) => act !== "keep"),`,
    means: "a value that the field does not take stops the whole erasure",
  },
  {
    name: "held: documents of what leads are cleared",
    was: "if (path !== undefined && leads.has(name)) leads.add(path.column);",
    is: "",
    means: "the place by which what is held is found goes with its document",
  },
  {
    name: "held: holds on others reach one link",
    was: "      found.add(up);\n      open.push(up);",
    is: "      found.add(up);",
    means: "what leads to somebody else's held rows is not looked for",
  },
  {
    name: "held: shared numbers lead to nobody else",
    was: "if (identities.some((i) => i.shared) || links.some((l) => l.each !== undefined)) return true;",
    is: "",
    means: "a row that somebody else's hold keeps goes with a shared phone",
  },
  {
    name: "held: what law keeps is held for others",
    was: `fate?.fate === "keep" && fate.hold !== undefined`,
    is: `fate?.fate === "keep"`,
    means: "rows that are kept for one person's period are kept for another's hold",
  },
]);

const RUN = [
  ...inFile("run", "runtime/requests/run/held.ts", [
    {
      name: "held run: holds on others do not matter",
      was: "const others = all.size > 0 ? await effect.onOthers(state, all) : [];",
      is: "const others: readonly Hold[] = [];",
      means: "a row that somebody else's hold keeps goes with its other owner",
    },
    {
      name: "held run: what nobody is named by is nobody's",
      was: "const among = identities.length === 0 ? withRows(state) : othersAmong(estate.graph, state);",
      is: "const among = othersAmong(estate.graph, state);",
      means: "what a backup brought back of somebody who is held goes",
    },
    {
      name: "held run: the first plan stands",
      was: "if (heldIn(first) === heldIn(now)) return first;",
      is: "if (first.length >= 0) return first;",
      means: "a request says that it erased what a hold kept meanwhile",
    },
    {
      name: "held run: a hold that comes in between ends it",
      was: "if (error instanceof HoldPlaced) return null;",
      is: "",
      means: "an erasure fails because somebody placed a hold",
    },
  ]),
  ...inFile("run", "runtime/requests/holds/in-effect.ts", [
    {
      name: "holds: what comes in between is passed by",
      was: "if ((await last) > seen) throw new HoldPlaced();",
      is: "await last;",
      means: "a hold that is placed while an erasure runs keeps nothing",
    },
    {
      name: "holds: no names are learned",
      was: "await learn(book, tx, found);",
      is: "",
      means: "whoever is found by less afterwards is not held any more",
    },
    {
      name: "holds: shared numbers name who is held",
      was: "[...identities, ...become].filter((i) => !shared.has(i.namespace));",
      is: "[...identities, ...become];",
      means: "a hold on one person is on all of the household",
    },
    {
      name: "holds: a lifted hold learns",
      was: '.where("lifted_at", "is", null)\n    .forUpdate()',
      is: ".forUpdate()",
      means: "names are written under a hold that nobody has any more",
    },
  ]),
  ...inFile("run", "runtime/requests/run/correct-held.ts", [
    {
      name: "correct: what is held is corrected",
      was: "if (holds.length === 0) return [];",
      is: "if (holds.length >= 0) return [];",
      means: "what a claim may rest on is written over",
    },
    {
      name: "correct: the new name is not held",
      was: "effect, become: plan.identities }",
      is: "effect }",
      means: "a person who is held gets another address, and is held no more",
    },
    {
      name: "correct: every class is held",
      was: `classes.includes("all") || classes.includes(collection.class)`,
      is: `classes.length > 0 || classes.includes(collection.class)`,
      means: "a correction waits for a hold that is about something else",
    },
  ]),
];

export const HOLDS: readonly Mutant[] = [...PLAN, ...RUN];
