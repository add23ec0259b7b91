/** What was found → what a data map would say of it: class, identities, links, anchors, erasure. All of it proposals. */

import { covers, UNDECIDED } from "../../terms/category.ts";
import { familyOf } from "../classify/name.ts";
import { wordsOf } from "../classify/words.ts";
import type { Role } from "../model.ts";
import type { DraftCollection, DraftField, DraftLink } from "./draft.ts";
import type { Found, FoundCollection, FoundField, FoundLink } from "./model.ts";

export interface ProposeOptions {
  /** The policy's classes with their categories, where there is a policy. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /** `collection.field` that a reviewer has decided. */
  readonly reviewed: ReadonlySet<string>;
}

const QUIET_CONFIDENCE_MIN = 0.7;

export function proposeMap(found: Found, options: ProposeOptions): readonly DraftCollection[] {
  const known = new Set(found.collections.map((c) => c.name));
  return found.collections.map((c) => {
    const personal = c.fields.filter((f) => f.category !== null && f.category !== "system");
    const isSystem = isOfSystem(c);
    const about = isSystem ? "other" : c.about;
    const named = isSystem ? "system" : classOf(c, personal, options.classes);
    return {
      name: c.name,
      class: named,
      classNote:
        isSystem || options.classes[named] !== undefined ? null : "a class that the policy has to have",
      key: c.keyFrom === "guessed" ? c.key : null,
      person: about === "person" ? identitiesOf(c) : [],
      links: linksProposed(c, known).map(draftLink),
      fields: c.fields.map((f) => fieldOf(c, f, options.reviewed)),
      anchors: anchorsOf(c),
      erase: isSystem ? null : "delete",
      notes: about === "person" ? [...c.suspected, ...unmatchedOf(c)] : c.suspected,
    };
  });
}

const isOfSystem = (c: FoundCollection): boolean => c.fields.every((f) => f.category === "system");

function fieldOf(c: FoundCollection, f: FoundField, reviewed: ReadonlySet<string>): DraftField {
  const said = reviewed.has(`${c.name}.${f.name}`);
  const quiet = said || (f.category === "system" && f.confidence >= QUIET_CONFIDENCE_MIN);
  return {
    name: f.name,
    category: f.category ?? UNDECIDED,
    note: quiet ? null : `${f.confidence.toFixed(2)} ${f.reason}`,
  };
}

/** The class of the policy that covers most of the fields; else a word for what most of them are. */
function classOf(
  c: FoundCollection,
  personal: readonly FoundField[],
  classes: ProposeOptions["classes"],
): string {
  const telling = personal.filter((f) => f.category !== "user.unique_id");
  const rated = Object.entries(classes)
    .map(([name, categories]) => ({
      name,
      hits:
        telling.filter((f) => categories.some((k) => covers(k, f.category ?? ""))).length +
        (wordsOf(c.name).includes(name) ? 0.5 : 0),
    }))
    .sort((a, b) => b.hits - a.hits);
  if (rated[0] !== undefined && rated[0].hits >= 1) return rated[0].name;
  if (c.about === "person") return "account";
  const counts = new Map<string, number>();
  for (const f of telling) {
    const word = WORDS.find(([category]) => covers(category, f.category ?? ""))?.[1] ?? "profile";
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "account";
}

const WORDS: readonly (readonly [string, string])[] = [
  ["user.health_and_medical", "health"],
  ["user.authorization", "credentials"],
  ["user.financial", "payment"],
  ["user.payment", "payment"],
  ["user.content.private", "conversation"],
  ["user.content", "content"],
  ["user.device", "device"],
  ["user.behavior", "activity"],
  ["user.location", "location"],
  ["user.contact", "contact"],
];

const [EMAIL, USERNAME, PHONE] = [
  "user.contact.email",
  "user.account.username",
  "user.contact.phone_number",
] as const;

const mayIdentify = (f: FoundField, category: string): boolean =>
  f.category === category && f.confidence >= 0.6;
/** Stores compare bytes with bytes, written in hexadecimal: what somebody gives as a text is never found there. */
const isOfBytes = (f: FoundField): boolean => familyOf(f.type) === "binary";

/** Nobody is to believe that people are found by it. */
const unmatchedOf = (c: FoundCollection): readonly string[] =>
  c.fields
    .filter((f) => isOfBytes(f) && !c.key.includes(f.name))
    .filter((f) => [EMAIL, USERNAME, PHONE].some((category) => mayIdentify(f, category)))
    .map((f) => `\`${f.name}\` is of bytes (\`${f.type}\`), which no identity is matched with`);

function identitiesOf(c: FoundCollection): DraftCollection["person"] {
  const [own, ...others] = c.key;
  const key = others.length > 0 ? undefined : c.fields.find((f) => f.name === own);
  const first = (category: string): string | undefined =>
    c.fields.find((f) => mayIdentify(f, category) && !isOfBytes(f))?.name;
  const noun =
    wordsOf(c.name)
      .at(-1)
      ?.replace(/ies$/, "y")
      .replace(/(?<!s)s$/, "") ?? "person";
  const [email, username, phone] = [first(EMAIL), first(USERNAME), first(PHONE)];
  return [
    ...(key === undefined ? [] : [{ namespace: `${noun}_id`, field: key.name, shared: false }]),
    ...(email === undefined ? [] : [{ namespace: "email", field: email, shared: false }]),
    ...(username === undefined ? [] : [{ namespace: "username", field: username, shared: false }]),
    // A family has one telephone: it finds people and never joins them.
    ...(phone === undefined ? [] : [{ namespace: "phone", field: phone, shared: true }]),
  ];
}

type ProposedLink = FoundLink & { readonly role: Role };

/** What a draft has of the links that were found. `known`: the collections that a link may lead to. */
export function linksProposed(c: FoundCollection, known: ReadonlySet<string>): readonly ProposedLink[] {
  if (isOfSystem(c)) return [];
  return c.links
    .filter((l): l is ProposedLink => l.role !== null && known.has(l.to.collection))
    .filter((l) => c.about !== "person" || l.role === "mention");
}

const draftLink = (l: ProposedLink): DraftLink => ({
  role: l.role,
  from: l.from,
  to: { collection: l.to.collection, fields: l.to.fields },
  ...(l.when === undefined ? {} : { when: { [l.when.field]: [l.when.value] } }),
  note: `${l.confidence.toFixed(2)} ${l.reason}`,
});

const CREATED =
  /^(created|created at|created on|creation date|date created|create date|create time|created time|inserted at|registered|registered at|date joined|joined at|added at|timestamp|date|erstellt|erstellt am|angelegt am|cree le|creado|fecha creacion|data creazione|criado em|aangemaakt|chuangjian shijian|gmt create|create at)$/;

function anchorsOf(c: FoundCollection): Readonly<Record<string, string>> {
  const date = c.fields.find(
    (f) =>
      familyOf(f.type) === "date" &&
      (CREATED.test(wordsOf(f.name).join(" ")) || CREATED.test(wordsOf(f.name).slice(1).join(" "))),
  );
  return date === undefined ? {} : { creation: date.name };
}
