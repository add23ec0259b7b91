/**
 * What is allowed and mostly a slip: ownership that explodes, that may be nobody's, or that was forgotten (spec/data-map.md, "Warnings"). Ideas of
 * K9db's `EXPLAIN COMPLIANCE`.
 */
import { type Issue, type IssueText, infoAt, warningAt } from "../terms/issue.ts";
import { type Collection, carriesOwnership, collectionId, idOf, type Link } from "./model.ts";

type Known = ReadonlyMap<string, Collection>;

const OWNERS_MAX = 5;
const PERSONAL_NAME =
  /e[-_ ]?mail|passw(or)?d|((first|last|middle|user|sur|given|family)[-_ ]?name)|gender|birth/i;

export function lintMap(collections: readonly Collection[], known: Known): Issue[] {
  return collections.flatMap((c) => {
    const texts = [...viaTwice(c, known), ...manyWays(c), ...forgotten(c)];
    return [
      ...texts.map((text) => warningAt(c.span, text)),
      ...nobodys(c).map((text) => infoAt(c.span, text)),
    ];
  });
}

const owners = (c: Collection): readonly Link[] => c.links.filter(carriesOwnership);

/** Rows × members × members: everybody owns nearly everything, and nothing ever has a last owner. */
function viaTwice(c: Collection, known: Known): IssueText[] {
  const second = owners(c)
    .filter((l) => l.via === true)
    .map((l) => firstViaAbove(known.get(collectionId(l.to)), known, idOf(c)))
    .find((found) => found !== null);
  if (second === undefined || second === null) return [];
  return [
    {
      code: "many-to-many-twice",
      message: `\`${c.name}\` is reached by two join collections in sequence, the second one above \`${second}\`: each row may belong to very many`,
      fix: "make one of the two links a `mention`, or own the rows by something nearer",
    },
  ];
}

function firstViaAbove(start: Collection | undefined, known: Known, below: string): string | null {
  const open = start === undefined ? [] : [start];
  const seen = new Set([...open.map(idOf), below]);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const link of owners(at)) {
      if (link.via === true) return at.name;
      const next = known.get(collectionId(link.to));
      if (next === undefined || seen.has(idOf(next))) continue;
      seen.add(idOf(next));
      open.push(next);
    }
  }
  return null;
}

function manyWays(c: Collection): IssueText[] {
  const all = owners(c);
  const many = all.filter((l) => l.via === true || l.each !== undefined);
  const texts: IssueText[] = [];
  if (many.length > 1)
    texts.push({
      code: "many-owners",
      message: `\`${c.name}\` has many owners in ${many.length} ways: each of them keeps every row until its last one leaves`,
      fix: "let one way own, and make the others `mention`",
    });
  else if (all.length > OWNERS_MAX || (many.length > 0 && all.length > 2))
    texts.push({
      code: "many-owners",
      message: `\`${c.name}\` has ${all.length} owner links: a row stays until all of these have left`,
      fix: "make those that only name somebody `mention`, or let the row go with the first: `on_leave: delete`",
    });
  return texts;
}

/** By a place or on a condition only: a row without either belongs to nobody, and no erasure finds it. */
function nobodys(c: Collection): IssueText[] {
  const all = owners(c);
  const loose = all.filter(
    (l) => l.when !== undefined || l.from.some((f) => c.fields.find((x) => x.name === f)?.path !== undefined),
  );
  if (all.length === 0 || loose.length < all.length || c.identities.length > 0) return [];
  return [
    {
      code: "maybe-nobodys",
      message: `\`${c.name}\`: no link holds for every row; where none does, the row belongs to nobody and stays`,
      fix: "add a link by a field that every row has, or look for such rows from time to time",
    },
  ];
}

function forgotten(c: Collection): IssueText[] {
  // The company's own accounts are said to be that.
  if (c.links.length > 0 || c.identities.length > 0 || c.stays !== undefined || c.staff !== undefined)
    return [];
  const names = c.fields
    .filter((f) => f.category === "system" && PERSONAL_NAME.test(f.name))
    .map((f) => f.name);
  const [first] = names;
  if (first === undefined) return [];
  return [
    {
      code: "looks-personal",
      message: `\`${c.name}\` belongs to nobody, and \`${names.join("`, `")}\` ${names.length === 1 ? "sounds" : "sound"} personal`,
      fix: "give the field its category and the collection its owner, if it is about people",
    },
  ];
}
