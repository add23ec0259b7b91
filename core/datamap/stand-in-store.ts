/** Rows that go on under pseudo-people (spec/data-map.md, "Pseudo-people"): what the store must let be made. */

import { errorAt, type Issue, type IssueText } from "../terms/issue.ts";
import type { KeyKind } from "../terms/pseudo-key.ts";
import { type Collection, collectionId, idOf } from "./model.ts";
import { hostsPseudoPeople, standInLink } from "./stand-in.ts";

export interface LivePeople {
  readonly key: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly generated: boolean;
    readonly identity?: true;
  }[];
}

const TEXT_LENGTH_MIN = 23;
const roomy = (type: string): boolean =>
  Number(/\((\d+)\)/.exec(type)?.[1] ?? TEXT_LENGTH_MIN) >= TEXT_LENGTH_MIN;
const isText = (type: string): boolean => /char|text|clob|string/i.test(type) && roomy(type);

/** How a key of such a type is drawn; null: it can not be. */
export function keyKindOf(type: string): KeyKind | null {
  if (/unsigned/i.test(type)) return null;
  if (/^(integer|int|int4|int8|bigint)(\(\d+\))?$/i.test(type)) return "number";
  if (/^uuid$/i.test(type)) return "uuid";
  return isText(type) && !/^(bp|n)?char(\(|$)|^character(\(|$)/i.test(type) ? "text" : null;
}

/** Of a collection whose rows go on, or in which pseudo-people are made. */
export function pseudoIssues(
  c: Collection,
  all: ReadonlyMap<string, Collection>,
  lives: ReadonlyMap<string, LivePeople>,
): Issue[] {
  const live = lives.get(idOf(c));
  if (live === undefined) return [];
  const own = hostsPseudoPeople(c, [...all.values()]) ? peopleTexts(c, live) : [];
  return [...own, ...linkTexts(c, live, lives)].map((text) => errorAt(c.span, text));
}

function linkTexts(c: Collection, live: LivePeople, lives: ReadonlyMap<string, LivePeople>): IssueText[] {
  const link = standInLink(c);
  if (link === null) return [];
  const people = lives.get(collectionId(link.to));
  const at = `\`${c.name}\`: the link with \`stand_in\``;
  if (people !== undefined && people.key.join("\n") !== link.to.fields.join("\n"))
    return [
      {
        code: "bad-stand-in",
        message: `${at} leads to \`${link.to.fields.join(", ")}\`, which is not the key of \`${link.to.collection}\``,
        fix: "let it lead to the key",
      },
    ];
  return link.from.some((f) => live.key.includes(f) || live.fields.some((x) => x.name === f && x.generated))
    ? [
        {
          code: "bad-stand-in",
          message: `${at} lies in a field of the key, or in one that the store makes itself`,
          fix: "give the collection a key of its own",
        },
      ]
    : [];
}

function peopleTexts(c: Collection, live: LivePeople): IssueText[] {
  const given = new Map(Object.entries(c.standIn ?? {}));
  const of = (f: string): string => `\`${c.name}\`: a pseudo-person's \`${f}\``;
  const key = live.fields.filter((f) => live.key.includes(f.name));
  const [first] = key;
  const kind = key.length === 1 && first !== undefined ? keyKindOf(first.type) : null;
  const texts: IssueText[] =
    kind === null || (first?.generated === true && first.identity !== true)
      ? [
          {
            code: "bad-stand-in",
            message: `\`${c.name}\`: no key for pseudo-people can be drawn: it must be one field, a signed number of 32 or 64 bits, a uuid, or a text of ${TEXT_LENGTH_MIN} characters or more, and is \`${key.map((f) => `${f.name} ${f.type}`).join(", ")}\``,
            fix: "mask the rows instead (`mask`), or give the people such a key",
          },
        ]
      : [];
  for (const f of live.fields.filter((x) => !live.key.includes(x.name))) {
    const value = given.get(f.name);
    if (f.generated) {
      if (value !== undefined)
        texts.push({
          code: "generated-field",
          message: `${of(f.name)} is made by the store itself`,
          fix: `leave \`${f.name}\` out of \`stand_in\``,
        });
    } else if (!f.nullable && (value === undefined || value === "null"))
      texts.push({
        code: "stand-in-misses-field",
        message: `${of(f.name)} must hold something: the store does not let it be null, and \`stand_in\` does not say what`,
        fix: `add \`${f.name}: …\` to \`stand_in\` of \`${c.name}\`: a value, \`tombstone\` or \`now\``,
      });
    else if (value === "tombstone" && !isText(f.type) && !/^uuid$/i.test(f.type))
      texts.push({
        code: "bad-stand-in",
        message: `${of(f.name)} can't be a tombstone: it is \`${f.type}\`, and needs a uuid, or a text of ${TEXT_LENGTH_MIN} characters or more`,
        fix: "write a value",
      });
  }
  return [...texts, ...uniqueTexts(c, live, given)];
}

/** What must be unique needs a part that no two pseudo-people have in common. */
function uniqueTexts(c: Collection, live: LivePeople, given: ReadonlyMap<string, string>): IssueText[] {
  return live.uniques
    .filter((fields) =>
      fields.every((f) => {
        const value = given.get(f);
        return !live.key.includes(f) && value !== undefined && value !== "null" && value !== "tombstone";
      }),
    )
    .map((fields) => ({
      code: "stand-in-not-unique",
      message: `\`${c.name}\`: all pseudo-people would have the same \`${fields.join(", ")}\`, which the store keeps unique`,
      fix: `write \`${fields[0]}: tombstone\` in \`stand_in\``,
    }));
}
