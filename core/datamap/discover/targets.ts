/** Which collection a field's name may lead to: singular and plural, prefixes of the schema, words for people in several languages. */
import { familyOf, type TypeFamily } from "../classify/name.ts";
import { sameWords, wordsOf } from "../classify/words.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";

export interface Target {
  readonly collection: SchemaCollection;
  readonly field: string;
  readonly score: number;
  readonly reason: string;
}

export interface Names {
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Collections of people, the most likely first. */
  readonly people: readonly string[];
}

const PREFIX_SHARE_MIN = 0.6;
const PREFIX_COLLECTIONS_MIN = 3;

/** The words of each collection's name, without the schema and without a prefix that most of them share (`wp_`, `tbl`). */
export function collectionWords(
  collections: readonly SchemaCollection[],
): ReadonlyMap<string, readonly string[]> {
  const all = collections.map((c) => [c.name, wordsOf(c.name.split(".").at(-1) ?? c.name)] as const);
  const firsts = Map.groupBy(all, ([, words]) => words[0] ?? "");
  const shared = [...firsts].find(
    ([, of]) =>
      of.length >= PREFIX_COLLECTIONS_MIN &&
      of.length / all.length >= PREFIX_SHARE_MIN &&
      of.every(([, w]) => w.length > 1),
  )?.[0];
  const useless = new Set(["tbl", "tb", "tab", "t", "dbo"]);
  return new Map(
    all.map(([name, words]) => {
      const [first = "", ...rest] = words;
      return [name, rest.length > 0 && (first === shared || useless.has(first)) ? rest : words];
    }),
  );
}

/** Words at the end of a field's name that say "this is a key" and nothing of whose. */
const KEY_WORDS = new Set(
  "id ids uuid guid key fk ref no nr num number code pk oid sk nummer numero bianhao bango".split(" "),
);
const KEY_FIRST = new Set(["id", "fk", "ref", "idx"]);

/** Parts that people play. First: rows with these are theirs; the rest only tell who had to do with the row. */
const OWNERS =
  "user usr owner author actor creator customer client member account person patient student employee holder buyer purchaser subscriber sender poster writer uploader submitter requester reporter applicant participant player guest attendee contact profile voter follower borrower payer benutzer nutzer kunde besitzer inhaber ersteller verfasser autor auteur utilisateur proprietaire createur usuario propietario creador cliente autore proprietario creatore utente dono criador eigenaar gebruiker maker klant yonghu zuozhe kehu kokyaku".split(
    " ",
  );
const OTHERS =
  "assignee manager moderator approver reviewer editor updater modifier deleter recipient receiver addressee target subject mentioned referrer inviter invited referred referee supervisor lead operator agent staff rep handler processor verifier admin responder sponsor seller leader instructor teacher doctor assigned followed blocked friend muted reported winner bearbeiter empfanger empfaenger vorgesetzter destinataire responsable gestionnaire destinatario responsable encargado ontvanger beheerder".split(
    " ",
  );
const BY = new Set(
  "created updated modified deleted approved reviewed added changed edited posted submitted uploaded assigned closed opened resolved locked published sent requested reported invited referred moderated verified owned cancelled banned accepted archived erstellt geandert bearbeitet cree modifie creado modificado".split(
    " ",
  ),
);
const PERSON_WORDS = new Set([...OWNERS, ...OTHERS]);

const STAFF_WORDS = new Set(
  "manager supervisor rep agent staff seller sales support approver operator instructor teacher doctor responsable encargado vorgesetzter bearbeiter verkaufer beheerder handler processor employee".split(
    " ",
  ),
);
const STAFF =
  /employee|staff|admin|agent|mitarbeiter|employe|empleado|dipendent|funcionario|medewerker|yuangong|员工|shain|社員/i;

/** The words that say where a key leads; null: the name is no key's. */
export function stemOf(name: string): { readonly words: readonly string[]; readonly keyed: boolean } {
  const words = [...wordsOf(name)];
  let keyed = false;
  while (words.length > 1 && KEY_WORDS.has(words.at(-1) ?? "")) {
    words.pop();
    keyed = true;
  }
  if (words.length > 1 && KEY_FIRST.has(words[0] ?? "")) {
    words.shift();
    keyed = true;
  }
  // `pid`, `category_pid`: the id of a parent.
  if (words.at(-1) === "pid") {
    words[words.length - 1] = "parent";
    keyed = true;
  }
  // `userid`, `customerid`: nothing between.
  const last = words.at(-1) ?? "";
  if (
    !keyed &&
    /^\p{L}{3,}id$/u.test(last) &&
    !/^(paid|void|valid|grid|liquid|fluid|solid|avoid|rapid|guid|uuid|aid|bid|covid|android|invalid|hybrid)$/.test(
      last,
    )
  ) {
    words[words.length - 1] = last.slice(0, -2);
    keyed = true;
  }
  return { words, keyed };
}

/** `by` at the end, or a participle with `by` after it: `created_by`, `created_by_user_id`. */
const doneBy = (words: readonly string[]): boolean =>
  words.some((w, i) => w === "by" && BY.has(words[i - 1] ?? ""));
export const namesPerson = (words: readonly string[]): boolean =>
  doneBy(words) || words.some((w) => PERSON_WORDS.has(w));

export function keyOf(c: SchemaCollection): string | null {
  if (c.primaryKey.length === 1) return c.primaryKey[0] ?? null;
  return c.primaryKey.length === 0 ? (c.uniques.find((u) => u.length === 1)?.[0] ?? null) : null;
}

const CLASSES: Readonly<Partial<Record<TypeFamily, string>>> = {
  text: "text",
  uuid: "uuid",
  number: "number",
};
export const typeClass = (type: string): string | null => CLASSES[familyOf(type)] ?? null;

/** Text may hold uuids, and figures; a number never holds either. */
export function typesFit(from: string, to: string): boolean {
  const a = typeClass(from);
  const b = typeClass(to);
  if (a === null || b === null || /float|double|real|money/i.test(from)) return false;
  return a === b || (a === "text" && b === "uuid");
}

/** Figures kept as text (`user_id varchar`): only where the name leaves no doubt. */
const LOOSE_SCORE_MIN = 0.9;
const LOOSE_FACTOR = 0.85;

const target = (collection: SchemaCollection, field: string, score: number, reason: string): Target => ({
  collection,
  field,
  score,
  reason,
});

/** By falling likelihood; the caller looks at the values of the first few. */
export function targetsOf(
  field: SchemaField,
  own: SchemaCollection,
  { collections, names }: { readonly collections: readonly SchemaCollection[]; readonly names: Names },
): readonly Target[] {
  const { words, keyed } = stemOf(field.name);
  const ownWords = names.words.get(own.name) ?? [];
  const ownKey = own.primaryKey.length === 1 && own.primaryKey[0] === field.name;
  // A field may carry its collection's name in front: `comment_post_ID` of `comments`.
  const bare =
    words.length > ownWords.length &&
    ownWords.length > 0 &&
    sameWords(words.slice(0, ownWords.length), ownWords)
      ? words.slice(ownWords.length)
      : words;
  const found: Target[] = [];
  for (const c of collections) {
    const key = keyOf(c);
    if (key === null || (c.name === own.name && ownKey)) continue;
    const type = c.fields.find((f) => f.name === key)?.type ?? "";
    const fits = typesFit(field.type, type);
    if (!fits && !(typeClass(field.type) === "text" && typeClass(type) === "number")) continue;
    const scored = nameScore(
      { words, bare, keyed, field: field.name, ownKey },
      c,
      key,
      names.words.get(c.name) ?? [],
      own,
    );
    if (scored === null || (!fits && scored[0] < LOOSE_SCORE_MIN)) continue;
    found.push(target(c, key, fits ? scored[0] : scored[0] * LOOSE_FACTOR, scored[1]));
  }
  found.push(...byPart(field, own, bare, { collections, names, keyed, ownKey }));
  const best = new Map<string, Target>();
  for (const t of found)
    if ((best.get(t.collection.name)?.score ?? 0) < t.score) best.set(t.collection.name, t);
  return [...best.values()].sort((a, b) => b.score - a.score);
}

interface Stem {
  readonly words: readonly string[];
  readonly bare: readonly string[];
  readonly keyed: boolean;
  readonly field: string;
  readonly ownKey: boolean;
}

function nameScore(
  stem: Stem,
  c: SchemaCollection,
  key: string,
  its: readonly string[],
  own: SchemaCollection,
): readonly [number, string] | null {
  const { words, bare, keyed } = stem;
  if (its.length === 0 || words.length === 0) return null;
  const self = c.name === own.name;
  const named = `named after \`${c.name}\``;
  const telling = !/^(id|uuid|guid|code|key|name|no|number)$/i.test(key);
  if (!self && telling && key.toLowerCase() === stem.field.toLowerCase()) {
    // Two collections with the same key: the one that the key is named after comes first, and of two others neither does.
    if (stem.ownKey && !sameWords(stemOf(key).words, its)) return null;
    return [sameWords(stemOf(key).words, its) ? 0.95 : 0.8, `the key of \`${c.name}\` has the same name`];
  }
  if (self) return null;
  if (sameWords(words, its) || sameWords(bare, its)) return keyed ? [0.93, named] : [0.72, named];
  if (stem.ownKey) return null;
  const tail = words.slice(-its.length);
  if (words.length > its.length && sameWords(tail, its))
    return keyed ? [0.85, `ends in the name of \`${c.name}\``] : [0.6, `ends in the name of \`${c.name}\``];
  if (keyed && its.length > words.length && sameWords(its.slice(-words.length), words))
    return [0.62, `\`${c.name}\` ends in it`];
  if (keyed && its.length > bare.length && bare.length > 0 && sameWords(its.slice(-bare.length), bare))
    return [0.6, `\`${c.name}\` ends in it`];
  const joined = bare.join("");
  const whole = its.join("");
  if (keyed && joined.length >= 3 && whole.length > joined.length && isShort(joined, whole))
    return [0.6, `may be short for \`${c.name}\``];
  return null;
}

/** `org` for `organization`, `dept` for `department`: begins alike, and leaves letters out. */
function isShort(short: string, whole: string): boolean {
  if (short[0] !== whole[0] || short.length > 5) return false;
  let at = 0;
  for (const letter of whole) if (letter === short[at]) at += 1;
  return at === short.length;
}

interface PartOptions {
  readonly collections: readonly SchemaCollection[];
  readonly names: Names;
  readonly keyed: boolean;
  readonly ownKey: boolean;
}

/** `author`, `created_by`, `parent_id`: the name says which part somebody plays, not where they are. */
function byPart(
  field: SchemaField,
  own: SchemaCollection,
  bare: readonly string[],
  o: PartOptions,
): readonly Target[] {
  if (o.ownKey) return [];
  const found: Target[] = [];
  const last = bare.at(-1) ?? "";
  const ownKey = keyOf(own);
  const ownType = own.fields.find((f) => f.name === ownKey)?.type ?? "";
  const up =
    /^(parent|ancestor|root|reply|replied|previous|next|original|superior|eltern|padre|pere|genitore|pai|reports|predecessor|successor|oya|fu|merged|duplicate|forked|thread)$/;
  const ownWords = o.names.words.get(own.name) ?? [];
  const upwards =
    up.test(last) ||
    (/^(to|of|id)$/.test(last) && bare.some((w) => up.test(w))) ||
    (up.test(bare[0] ?? "") && sameWords(bare.slice(1), ownWords));
  if (ownKey !== null && typesFit(field.type, ownType) && upwards && bare.length <= 3)
    found.push(
      target(
        own,
        ownKey,
        o.keyed || /^(parent|to)$/.test(last) ? 0.86 : 0.6,
        "named as a row of the same kind",
      ),
    );
  if (!namesPerson(bare)) return found;
  const staffed = bare.some((w) => STAFF_WORDS.has(w));
  const people = staffed
    ? [...o.names.people].sort((a, b) => Number(STAFF.test(b)) - Number(STAFF.test(a)))
    : o.names.people;
  for (const [at, name] of people.slice(0, 3).entries()) {
    const list = o.collections.find((c) => c.name === name);
    const key = list === undefined ? null : keyOf(list);
    if (list === undefined || key === null) continue;
    if (!typesFit(field.type, list.fields.find((f) => f.name === key)?.type ?? "")) continue;
    found.push(
      target(
        list,
        key,
        (o.keyed || doneBy(bare) ? 0.78 : 0.68) - at * 0.12,
        "named after a part that people play",
      ),
    );
  }
  return found;
}

/** How near the name of a link says that the person is: 0 theirs … 2 only had to do with it. */
export function partOf(field: string): { readonly rank: number; readonly word: string | null } {
  const words = wordsOf(field);
  const by = words.findIndex((w, i) => w === "by" && BY.has(words[i - 1] ?? ""));
  if (by > 0) {
    const word = words[by - 1] ?? "";
    return {
      rank: /^(created|added|posted|submitted|uploaded|owned|sent|requested|erstellt|cree|creado)$/.test(word)
        ? 1
        : 2,
      word: `${word} by`,
    };
  }
  const other = words.find(
    (w) => OTHERS.includes(w) || w === "parent" || w === "reports" || w === "support" || w === "rep",
  );
  if (other !== undefined) return { rank: 2, word: other };
  const owner = words.find((w) => OWNERS.includes(w));
  return { rank: owner === undefined ? 1 : 0, word: owner ?? null };
}

export const RECEIVES =
  /^(recipient|receiver|addressee|empfanger|empfaenger|destinataire|destinatario|ontvanger)$/;
export const ABOUT_OTHERS =
  /^(target|subject|reported|referred|invited|mentioned|followed|blocked|friend|muted|winner)$/;
