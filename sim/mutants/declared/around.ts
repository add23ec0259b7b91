/** Of runtime/requests: archives, what a backup brings back, what a person takes back, who must agree. */
import { inFile, type Mutant } from "../mutant.ts";

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
    name: "archive: rows that stay bytes are shown whatever they lead to",
    was: "if (!holds(cellsAt(rows, at, places))) return false;",
    is: "",
    means: "others are named in rows that come as bytes",
  },
  {
    name: "archive: secrets in rows that stay bytes",
    was: "const canBe = isPlain && withheld.length === 0;",
    is: "const canBe = isPlain;",
    means: "the archive holds password hashes",
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
  ]),
  ...inFile("run", "runtime/requests/suppression/known.ts", [
    {
      name: "suppression: everybody's service",
      was: "where l.service = ${service} and ${after}",
      is: "where ${after}",
      means: "a name of another service counts here",
      equivalent:
        "a name is made with the service in it (`namesOfKeys`), so that the names of two services never meet",
    },
    {
      name: "suppression: names outlive their time",
      was: " and (e.ends_at > ${now()} or ${outlasting(service)}))",
      is: ")",
      means: "rows of erasures that have not closed, or are long over, are erased again",
    },
  ]),
  ...inFile("run", "runtime/requests/suppression/names.ts", [
    {
      name: "suppression: names do not begin to count",
      was: "${plus(desk.now(), desk.suppression)}::timestamptz",
      is: "${now}::timestamptz",
      means: "nothing that comes back is recognised",
    },
    {
      name: "suppression: what was restored is suppressed",
      was: `await tx.deleteFrom("suppression_ends").where("request", "=", request).execute();
  await tx.deleteFrom("suppression_lots").where("request", "=", request).execute();`,
      is: "await Promise.resolve([tx, request]);",
      means: "what a person took back is erased again",
    },
    {
      name: "suppression: masked rows are named, too",
      was: `s.changes.filter((c) => c.act === "delete"))`,
      is: "s.changes)",
      means: "a row that stays is taken for one that came back",
    },
  ]),
  ...inFile("run", "runtime/requests/suppression/along.ts", [
    {
      name: "suppression: newer rows lead on",
      was: "const going = new Map([...all].filter(([name]) => !newer.has(name)));",
      is: "const going = new Map([...all].filter(([name]) => !newer.has(name) || name.length > 0));",
      means: "what hangs on somebody's new row is erased",
    },
    {
      name: "suppression: what stays keeps nothing",
      was: "(parents.some((parent) => !going.has(parent)) ||",
      is: "(parents.every((parent) => going.has(parent)) && parents.length < 0 ||",
      means: "what hangs on somebody else's row is erased",
    },
    {
      name: "suppression: an old row is nobody's",
      was: "(parents.length === 0 ? apart.has(name) : shared.has(row)));",
      is: "(parents.length === 0 ? false : shared.has(row)));",
      means: "an old row that is somebody else's by now is erased",
    },
    {
      name: "suppression: whose a row is does not matter",
      was: 'const goes = isTheirs ? hangs && captured.collection.leave === "delete" : hangs || first.has(name);',
      is: "const goes = hangs || first.has(name);",
      means: "rows that others own, too, are erased",
    },
  ]),
  ...inFile("run", "runtime/requests/suppression/bare.ts", [
    {
      name: "suppression: what hangs on a row goes along",
      was: "into: new Map([...graph.into.keys()].map((id) => [id, []])),",
      is: "",
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
      was: `if (state !== "unknown" && (!(await has("before")) || (masks && !(await has("after")))))`,
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
      name: "grace: what is held beyond the window waits",
      was: "if (until < endsAt) return { ...refused, until: until.toISOString() };",
      is: "return { ...refused, until: until.toISOString() };",
      means: "a row that is held beyond the window keeps all others from ever being given back",
    },
    {
      name: "grace: what waits is given up",
      was: "if (waits !== null) return { ok: false, failed: waits };",
      is: "",
      means: "the bundle is destroyed over rows that could still come back",
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
      was: "open = open.filter((candidate) => {",
      is: "open = open.filter((candidate, i) => {\n      if (i > 0 && before > 0 && candidate.head.key.length === 0) return true;",
      means: "nothing, unless a collection has no key",
      equivalent: "collections without a key are not erased",
    },
    {
      name: "grace: whoever has the key came back",
      was: "whole === true && !put.has(head, row);",
      is: "whole === true && false;",
      means: "a row of the application's is told as restored, and gets what hung on the erased one",
    },
    {
      name: "grace: later lots wait, too",
      was: "waits.add(store, failure);",
      is: "throw new StoreFailed(store, failure);",
      means: "what nothing holds back is not given back until another store lets go",
    },
    {
      name: "grace: what a store brought of a part is asked for again",
      was: `const left = failure.error === "partial" ? await withoutThoseBack(work, coming) : coming;`,
      is: "const left = coming;",
      means: "rows that are back are refused, and told as staying erased",
    },
    {
      name: "grace: a refused row keeps all others away",
      was: "if (coming.length === 1) return [{ candidate: one, reason: failure.reason }];",
      is: "if (coming.length >= 1) return left.map((candidate) => ({ candidate, reason: failure.reason }));",
      means: "a thousand rows are tried one by one because of one of them",
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
      was: `await bundles.write({ request, step, part: "after" }, publicKey, linesAfter(keeping, act, rows));`,
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
      name: "desk: a no is taken for a yes",
      was: "if (!(await hands.approve(plan, { via: row.via, approved }))) return false;",
      is: "await hands.approve(plan, { via: row.via, approved });",
      means: "what nobody agreed to is carried out, and said to be agreed to",
    },
    {
      name: "desk: who agreed is written over",
      was: "const approved = row.approved_at !== null;",
      is: "const approved = row.approved_at === null;",
      means: "nobody knows any more who agreed, or that anybody did",
    },
    {
      name: "desk: the window of an erasure under grace is not written down",
      was: "...(until === null ? {} : { grace_until: until }),",
      is: "...(until !== null ? {} : { grace_until: until }),",
      means: "nothing can be taken back, and no bundle is destroyed",
    },
    {
      name: "desk: whatever ends is taken for an erasure",
      was: `const others = outcome.state === "closed" && right.endsArchives`,
      is: `const others = outcome.state === "closed" || right.endsArchives`,
      means: "an archive ends with the next that the person asks for",
    },
    {
      name: "desk: nothing is noted for suppression",
      was: "noteSuppressed({ ...desk, db: tx }, id, steps)",
      is: "noteSuppressed({ ...desk, db: tx }, id, steps.slice(steps.length))",
      means: "a restored backup brings rows back unseen",
    },
    {
      name: "desk: suppression does not begin",
      was: "right.removes\n        ? keepSuppressed",
      is: "right.name.length === 0\n        ? keepSuppressed",
      means: "a restored backup brings rows back unseen",
    },
    {
      name: "desk: the last outcomes are forgotten",
      was: "await journal.withEndings(desk.held, async (tx, { entries: before, written: steps }) => {",
      is: "await desk.held.transaction().execute(async (tx) => {\n    const [before, steps] = [[], null];",
      means: "the journal and the log do not say how the last steps ended",
    },
  ]),
];

export const AROUND: readonly Mutant[] = [...ARCHIVE, ...SUPPRESSION, ...GRACE, ...DESK];
