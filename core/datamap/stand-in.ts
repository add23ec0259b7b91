/** Rows that go on under pseudo-people (spec/data-map.md, "Pseudo-people"): what the map alone must hold to. */
import { errorAt, type Issue, type IssueText } from "../terms/issue.ts";
import { normaliserOf } from "../terms/person.ts";
import { type Collection, carriesOwnership, collectionId, type Link } from "./model.ts";

/** Erased rows of the collection stay and name a pseudo-person. */
export const goesOn = (c: Collection): boolean => c.erase.rule === "mask" && c.erase.standIn !== undefined;

/** The one link that is turned to the pseudo-person; null: none is. */
export const standInLink = (c: Collection): Link | null =>
  goesOn(c) ? (c.links.find(carriesOwnership) ?? null) : null;

/** Whether rows of others in its store go on under pseudo-people whose rows are made here. */
export const hostsPseudoPeople = (c: Collection, others: readonly Collection[]): boolean =>
  others.some((o) => {
    const link = standInLink(o);
    return link !== null && link.to.store === c.store && link.to.collection === c.name;
  });

export function standInIssues(c: Collection, known: ReadonlyMap<string, Collection>): Issue[] {
  const texts = [...rowTexts(c), ...(goesOn(c) ? linkTexts(c, known) : [])];
  return texts.map((text) => errorAt(c.span, text));
}

const isPhone = (namespace: string): boolean => normaliserOf(namespace) === "phone";

/** Of what a pseudo-person's row holds. */
function rowTexts(c: Collection): IssueText[] {
  if (c.standIn === undefined) return [];
  if (c.identities.length === 0)
    return [
      {
        code: "bad-stand-in",
        message: `\`${c.name}\`: \`stand_in\` says what a pseudo-person's row holds, and the collection holds no people`,
        fix: "write it in the collection with `person`",
      },
    ];
  const names = new Map(c.fields.map((f) => [f.name, f]));
  return Object.entries(c.standIn).flatMap(([field, value]): IssueText[] => {
    const found = names.get(field);
    if (found === undefined || found.path !== undefined)
      return [
        {
          code: "unknown-field",
          message: `\`${c.name}\`: \`stand_in\` names \`${field}\`, which is not among its fields`,
          fix: `add \`${field}\` to \`fields\` with its category`,
        },
      ];
    if (c.key?.includes(field) === true)
      return [
        {
          code: "changed-key",
          message: `\`${c.name}\`: \`stand_in\` sets \`${field}\`, which is the key: it is drawn for each pseudo-person`,
          fix: `leave \`${field}\` out`,
        },
      ];
    // Of a phone number only the digits count: those of a tombstone would be somebody's.
    if (value === "tombstone" && c.identities.some((i) => i.field === field && isPhone(i.namespace)))
      return [
        {
          code: "stand-in-names-somebody",
          message: `\`${c.name}\`: \`stand_in\` gives \`${field}\` a tombstone, and the digits of one are a phone number like any other`,
          fix: `write \`${field}: 'null'\`, or leave it out`,
        },
      ];
    const names_ = c.identities.some((i) => i.field === field) && value !== "tombstone" && value !== "null";
    return names_
      ? [
          {
            code: "stand-in-names-somebody",
            message: `\`${c.name}\`: \`stand_in\` gives \`${field}\` a value, and the field says who somebody is: all pseudo-people would be one person`,
            fix: `write \`${field}: tombstone\``,
          },
        ]
      : [];
  });
}

function linkTexts(c: Collection, known: ReadonlyMap<string, Collection>): IssueText[] {
  const bad = (message: string, fix: string): IssueText[] => [
    { code: "bad-stand-in", message: `\`${c.name}\`: ${message}`, fix },
  ];
  const [link, ...more] = c.links.filter(carriesOwnership);
  if (link === undefined || more.length > 0)
    return bad(
      `rows with \`stand_in\` have one owner, and the map gives them ${more.length === 0 ? "none" : "several owner links"}`,
      "leave one `owner` link, and make the others `mention`",
    );
  const [field] = link.from;
  const people = known.get(collectionId(link.to));
  // A link that leads nowhere is told elsewhere.
  if (people === undefined || field === undefined) return [];
  if (
    link.from.length > 1 ||
    link.when !== undefined ||
    link.via === true ||
    c.fields.some((f) => f.name === field && f.path !== undefined)
  )
    return bad(
      "`stand_in` needs an owner link of one field that holds for every row",
      "write `owner: field -> people.key`",
    );
  if (link.to.store !== c.store)
    return bad(
      "`stand_in` needs the people in the same store",
      "mask the rows, or connect the people of this store",
    );
  if (people.standIn === undefined)
    return bad(
      `\`stand_in\`, and \`${people.name}\` does not say what a pseudo-person's row holds`,
      `add \`stand_in: {…}\` to \`${people.name}\``,
    );
  if (c.key?.includes(field) === true)
    return bad(
      `\`stand_in\` changes \`${field}\`, which is part of the key`,
      "give the collection a key of its own",
    );
  const masked = c.erase.rule === "mask" ? c.erase : { mask: {}, standIn: { per: [] } };
  if (Object.hasOwn(masked.mask, field))
    return bad(
      `\`mask\` sets \`${field}\`, which \`stand_in\` turns to a pseudo-person`,
      `leave \`${field}\` out of \`mask\``,
    );
  return (masked.standIn?.per ?? []).flatMap((f) =>
    f !== field &&
    c.fields.some((x) => x.name === f && x.path === undefined) &&
    !Object.hasOwn(masked.mask, f)
      ? []
      : bad(
          `\`stand_in\` groups by \`${f}\`, which is no field of its own that stays`,
          "name fields that tell groups apart, such as the thread",
        ),
  );
}
