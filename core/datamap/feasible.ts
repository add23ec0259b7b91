/**
 * What a map asks and no store can do: an erasure under such a map would fail every time it comes to such a row, so the map is refused
 * before anything is touched. The first half needs the map and the key alone; the second what the store declares.
 */
import { covers } from "../terms/category.ts";
import { errorAt, type Issue, type IssueText } from "../terms/issue.ts";
import { normaliserOf } from "../terms/person.ts";
import { cutOf, mayBeCut, parentOf, type UniquesOf } from "./cut.ts";
import { type Collection, carriesOwnership, collectionId, idOf, type Link, type MaskAct } from "./model.ts";
import { standInLink } from "./stand-in.ts";

export type Collections = ReadonlyMap<string, Collection>;

/** What the store declares of a collection, as far as it decides what can be done to a row. */
export interface LiveCollection {
  readonly key: readonly string[];
  /** Beside the key. */
  readonly uniques: readonly (readonly string[])[];
  readonly fields: readonly {
    readonly name: string;
    readonly nullable: boolean;
    readonly generated: boolean;
    readonly bytes?: true;
  }[];
  readonly foreignKeys: readonly {
    readonly from: readonly string[];
    readonly to: { readonly collection: string };
    readonly onDelete: string;
  }[];
  /** What it is, when the store lets nobody change single rows of it: `a materialised view`. */
  readonly fixed?: string;
}

interface Asked {
  readonly field: string;
  readonly act: MaskAct;
  /** The part of the map that asks for it. */
  readonly by: string;
}

const shown = (link: Link): string => `\`${link.from.join(", ")} -> ${collectionId(link.to)}\``;
const masked = (c: Collection): [string, MaskAct][] =>
  c.erase.rule === "mask" || c.erase.rule === "keep" ? Object.entries(c.erase.mask) : [];

/** The key names a row: it stays as it is for as long as the row is there. */
export function keyIssues(
  c: Collection,
  key: readonly string[],
  all: Collections,
  uniquesOf: UniquesOf,
): Issue[] {
  const changed = [
    ...masked(c).map(([field, act]): Asked => ({ field, act, by: "erase" })),
    ...Object.entries(c.onLeave).map(([field, act]): Asked => ({ field, act, by: "on_leave" })),
  ].filter(({ field, act }) => act !== "keep" && key.includes(field));
  const stuck = cutLinks(c, all, uniquesOf).filter((l) => l.from.every((f) => key.includes(f)));
  return [
    ...changed.map(({ field, by }) =>
      errorAt(c.span, {
        code: "changed-key",
        message: `\`${c.name}\`: \`${by}\` changes \`${field}\`, which is part of the key: the row could not be found again`,
        fix: `leave \`${field}\` out, or delete the row`,
      }),
    ),
    ...stuck.map((l) => errorAt(c.span, stuckText(c, l))),
  ];
}

function stuckText(c: Collection, link: Link): IssueText {
  return {
    code: "uncuttable-link",
    message: `\`${c.name}\`: erasure may have to cut the link ${shown(link)}, and all its fields are part of the key`,
    fix: carriesOwnership(link)
      ? "let the row go with the first owner who leaves: `on_leave: delete`"
      : "make it an `owner` or `co_owner` link with `on_leave: delete`, or give the collection a key of its own",
  };
}

const cutLinks = (c: Collection, all: Collections, uniquesOf: UniquesOf): readonly Link[] =>
  c.links.filter((l) => {
    const parent = parentOf(l, all);
    return parent !== undefined && mayBeCut(c, l, parent, uniquesOf);
  });

/** `live` has the collections of the whole map, by id. */
export function storeIssues(
  c: Collection,
  all: Collections,
  live: ReadonlyMap<string, LiveCollection>,
): Issue[] {
  const here = live.get(idOf(c));
  if (here === undefined) return [];
  const uniquesOf: UniquesOf = (other) => {
    const there = live.get(idOf(other));
    return there === undefined ? null : [there.key, ...there.uniques];
  };
  const fields = new Map(here.fields.map((f) => [f.name, f]));
  const texts = asked(c, here.key, all, uniquesOf).flatMap((a) => {
    const field = fields.get(a.field);
    return field === undefined ? [] : (fieldText(c, a, field) ?? []);
  });
  return [
    ...fixedIssues(c, here),
    ...byteIssues(c, here),
    ...keyIssues(c, here.key, all, uniquesOf),
    ...texts.map((text) => errorAt(c.span, text)),
    ...heldIssues(c, all, here),
  ];
}

function asked(c: Collection, key: readonly string[], all: Collections, uniquesOf: UniquesOf): Asked[] {
  const linked = new Set(c.links.flatMap((l) => l.from));
  const cuts = cutLinks(c, all, uniquesOf).flatMap((l) =>
    [...cutOf(c, l, key)].map(([field, act]): Asked => ({ field, act, by: `the link ${shown(l)}` })),
  );
  const both = [
    ...masked(c).map(([field, act]): Asked => ({ field, act, by: "`erase`" })),
    ...Object.entries(c.onLeave)
      .filter(([f]) => !linked.has(f))
      .map(([field, act]): Asked => ({ field, act, by: "`on_leave`" })),
    ...cuts,
  ].filter((a) => a.act !== "keep");
  return [...new Map(both.map((a) => [`${a.field} ${a.act} ${a.by.startsWith("the link")}`, a])).values()];
}

function fieldText(
  c: Collection,
  { field, act, by }: Asked,
  live: { readonly nullable: boolean; readonly generated: boolean },
): IssueText | null {
  if (live.generated)
    return {
      code: "generated-field",
      message: `\`${c.name}\`: ${by} sets \`${field}\`, which the store makes itself`,
      fix: "set the fields that it is made from",
    };
  if (act !== "null" || live.nullable) return null;
  const cut = by.startsWith("the link");
  return {
    code: "cannot-be-null",
    message: cut
      ? `\`${c.name}\`: erasure may have to cut ${by}, and the store does not let \`${field}\` be null`
      : `\`${c.name}\`: ${by} sets \`${field}\` to null, which the store does not allow`,
    fix: !cut
      ? `write \`${field}: tombstone\`, or let the field be null in the store`
      : c.leave === "delete"
        ? "let the field be null in the store"
        : `add \`on_leave: { ${field}: tombstone }\`, or let the field be null in the store`,
  };
}

/** What is made of other rows, or lies elsewhere: it shows people's data, and nothing here can take it out. */
function fixedIssues(c: Collection, live: LiveCollection): Issue[] {
  if (live.fixed === undefined || c.erase.rule === "none") return [];
  return [
    errorAt(c.span, {
      code: "fixed-rows",
      message: `\`${c.name}\` is ${live.fixed}: its rows can not be erased one by one`,
      fix: "erase what it is made from and make it a plain view, or connect the store where its rows lie",
    }),
  ];
}

/** What people call themselves is a text, and no text equals bytes: whoever asks would be told that nobody is known by it. */
function byteIssues(c: Collection, live: LiveCollection): Issue[] {
  const bytes = new Set(live.fields.flatMap((f) => (f.bytes === true ? [f.name] : [])));
  const categories = new Map(c.fields.map((f) => [f.name, f.category]));
  return c.identities
    .filter(({ field }) => bytes.has(field))
    .filter(
      ({ namespace, field }) =>
        normaliserOf(namespace) !== "exact" || CALLED.some((k) => covers(k, categories.get(field) ?? "")),
    )
    .map(({ namespace, field }) =>
      errorAt(c.span, {
        code: "identity-of-bytes",
        message: `\`${c.name}\`: people can not be found by \`${namespace}\`: \`${field}\` holds bytes, which equal no text that somebody gives`,
        fix: `take \`${namespace}\` out of \`person\`, or make \`${field}\` a column of text (or add one that the store makes from it)`,
      }),
    );
}

const CALLED = ["user.contact", "user.account.username", "user.name"];

/**
 * Whether the store frees a row of this foreign key by itself. SQLite and PostgreSQL take `on delete set null` over fields that can not be
 * null, and then refuse every deletion. Where only some of them can, PostgreSQL may have been told to empty just those.
 */
const letsGo = ({ from, onDelete }: LiveCollection["foreignKeys"][number], live: LiveCollection): boolean =>
  onDelete === "set default" ||
  (onDelete === "set null" && live.fields.some((f) => f.nullable && from.includes(f.name)));

/** A row that stays and that the store ties to one that always goes. */
function heldIssues(c: Collection, all: Collections, live: LiveCollection): Issue[] {
  if (c.erase.rule !== "mask" && c.erase.rule !== "keep") return [];
  const emptied = new Set([
    ...masked(c).flatMap(([f, act]) => (act === "keep" ? [] : [f])),
    ...(standInLink(c)?.from ?? []),
  ]);
  return live.foreignKeys.flatMap((fk) => {
    const link = c.links.find(
      (l) =>
        carriesOwnership(l) &&
        l.to.collection === fk.to.collection &&
        l.to.store === c.store &&
        l.from.length === fk.from.length &&
        l.from.every((f) => fk.from.includes(f)),
    );
    const parent = link === undefined ? undefined : parentOf(link, all);
    const lets = letsGo(fk, live) || fk.from.some((f) => emptied.has(f));
    if (parent === undefined || lets || parent.erase.rule !== "delete") return [];
    return [
      errorAt(c.span, {
        code: "held-by-foreign-key",
        message: `\`${c.name}\` stays after an erasure, but a foreign key over \`${fk.from.join(", ")}\` ties it to \`${parent.name}\`, which is deleted`,
        fix: `keep or mask \`${parent.name}\` too, or empty \`${fk.from[0]}\` with \`mask\``,
      }),
    ];
  });
}
