/** What a word means beside the others of its collection: a height beside a width is an image's, beside a weight and a date of birth a body's. */
import type { About } from "./about.ts";
import { PERSON_NOUNS } from "./lexicon/nouns.table.ts";
import { headIs } from "./name.ts";
import { wordsOf } from "./words.ts";

export interface Besides {
  readonly name: string;
  readonly collection: string;
  readonly about: About;
  /** Names of the other fields. */
  readonly beside: readonly string[];
}

export interface MeantBeside {
  readonly category: string;
  readonly because: string;
}

const MEASURE =
  /^(?:height|weight|size|length|hoehe|hohe|groesse|grosse|gewicht|hauteur|poids|taille|altura|peso|talla|altezza|hoogte|lengte)$/;
/** What only a picture, a page or a parcel has beside it. */
const OF_THING =
  /^(?:width|breite|largeur|ancho|anchura|largura|larghezza|breedte|depth|tiefe|profondeur|resolution|dpi|mime|mimetype|filename|thumbnail|thumb|pixels|bitrate|sku|ean|barcode|price|quantity|stock|volume|x|y)$/;
const OF_BODY =
  /^(?:birth|birthdate|birthday|dob|born|geburtsdatum|geburtstag|naissance|nacimiento|nascita|nascimento|geboortedatum|gender|sex|geschlecht|sexe|sexo|sesso|geslacht|age|alter|bmi|blood|bloodtype|blutgruppe|pulse|puls|waist|bps|bpd|systolic|temperature|patient|smoker)$/;
const BODY_COLLECTION =
  /^(?:vitals?|weight|body|bodies|biometrics?|health|fitness|patients?|athletes?|players?|anthropometr\w*|measurements?|vitalwerte|gewicht|poids|peso)$/;

/** Null: it is no word of that kind. */
export function meantBeside({ name, collection, about, beside }: Besides): MeantBeside | null {
  const words = wordsOf(name);
  if (words.some((w) => MEASURE.test(w)))
    return ofNamedThing(words, beside) ?? measured(words, { collection, about, beside });
  return stateAlone(words, beside) ?? calledBesides(words, about, beside) ?? writtenBeside(words, beside);
}

/**
 * `avatar_height` beside `avatar_width`, or beside `avatar`: a measure of what the words in front of it are the name of. A `goal` or an
 * `admission` has no measure of its own: their weight is somebody's, so only what is seen at once to be a picture does without a width.
 */
function ofNamedThing(words: readonly string[], beside: readonly string[]): MeantBeside | null {
  const front = words.slice(0, -1);
  const of = front.at(-1);
  if (
    of === undefined ||
    !MEASURE.test(words.at(-1) ?? "") ||
    OF_SELF.test(of) ||
    headIs(front, PERSON_NOUNS)
  )
    return null;
  const begin = front.join(" ");
  const isPicture = PICTURE.test(of);
  if (!isPicture && beside.some((name) => wordsOf(name).some((w) => OF_BODY.test(w)))) return null;
  const thing = beside.find((name) => {
    const others = wordsOf(name);
    const rest = others.slice(front.length);
    return (
      others.slice(0, front.length).join(" ") === begin &&
      ((rest.length === 0 && isPicture) || (rest.length === 1 && OF_THING.test(rest[0] ?? "")))
    );
  });
  return thing === undefined
    ? null
    : { category: "system", because: `beside \`${thing}\` it is a measure of a thing` };
}

const PICTURE =
  /^(?:avatar|gravatar|photo|foto|image|img|bild|picture|pic|icon|favicon|logo|banner|thumb|thumbnail|vorschaubild|cover|poster|portrait|screenshot|video|file|datei|fichier|archivo|attachment|anhang|imagen|immagine|imagem|afbeelding)$/;

/** What stands in front of a measure and is no thing. */
const OF_SELF =
  /^(?:body|current|own|birth|baby|child|fetal|target|ideal|koerper|corporal|corporeo|corporel|corporea|lichaams)$/;

/** Who can be named by a number in one field and in words in another. */
const DOES =
  /^(?:by|user|author|actor|owner|creator|editor|poster|uploader|sender|submitter|reporter|member|customer|client|autor|auteur|autore|benutzer|nutzer|kunde|utilisateur|usuario|utente|gebruiker|von|par|por)$/;

/** `user_text` beside `user`: who it was, in words, where the other has the number. */
function writtenBeside(words: readonly string[], beside: readonly string[]): MeantBeside | null {
  if (words.length < 2 || !/^(?:text|txt)$/.test(words.at(-1) ?? "") || !DOES.test(words.at(-2) ?? ""))
    return null;
  const who = words.slice(0, -1).join(" ");
  const numbered = beside.find((name) => wordsOf(name).join(" ").replace(/ id$/, "") === who);
  return numbered === undefined
    ? null
    : { category: "user.account.username", because: `beside \`${numbered}\` it is who that is, in words` };
}

const OF_ADDRESS =
  /^(?:street\w*|strasse|calle|rue|via|city|town|ort|stadt|ciudad|ville|citta|cidade|county|country|land|pais|pays|zip\w*|postal\w*|postcode|plz|cap|address\w*|adresse|direccion|indirizzo|endereco|province|region)$/;

/** An order has a `state` that it is in; only beside a street, a city or a country it is where somebody lives. */
function stateAlone(words: readonly string[], beside: readonly string[]): MeantBeside | null {
  if (words.length !== 1 || words[0] !== "state") return null;
  // `billing_address` of an order is an address by itself.
  const isPlace = beside.some(
    (name) => OF_ADDRESS.test(wordsOf(name)[0] ?? "") || /^(?:zip|city|country)/i.test(name),
  );
  return isPlace
    ? null
    : { category: "system", because: "nothing beside it is of an address: the state that a thing is in" };
}

function measured(
  words: readonly string[],
  { collection, about, beside }: Pick<Besides, "collection" | "about" | "beside">,
): MeantBeside | null {
  // `size_limit`, `password_length`: of something else, and the lexicon's to say.
  if (words.length > 1 && !/^(?:body|current|own|koerper|corporal|corporeo)$/.test(words[0] ?? ""))
    return null;
  const others = beside.map((name) => ({ name, words: wordsOf(name) }));
  const of = (pattern: RegExp): string | undefined =>
    others.find((o) => o.words.some((w) => pattern.test(w)))?.name;
  const [thing, body] = [of(OF_THING), of(OF_BODY)];
  if (thing !== undefined && body === undefined)
    return { category: "system", because: `beside \`${thing}\` it is a measure of a thing` };
  if (
    about === "other" ||
    !/^(?:height|weight|gewicht|poids|peso|altura|altezza|taille|talla|groesse|grosse)$/.test(
      words.at(-1) ?? "",
    )
  )
    return null;
  const named = wordsOf(collection).find((w) => BODY_COLLECTION.test(w));
  if (body !== undefined)
    return { category: "user.health_and_medical", because: `beside \`${body}\` it is a measure of a body` };
  if (named !== undefined)
    return {
      category: "user.health_and_medical",
      because: `in a collection about \`${named}\` it is a measure of a body`,
    };
  return about === "owned"
    ? { category: "system", because: "nothing beside it says that it is a measure of a body" }
    : null;
}

/** Beside the real name, the other one is what somebody signs in or is shown as. */
function calledBesides(
  words: readonly string[],
  about: About,
  beside: readonly string[],
): MeantBeside | null {
  if (about !== "person" || words.at(-1) !== "name" || words.length > 2) return null;
  if (words.length === 2 && !/^(?:member|user|account|login|screen)$/.test(words[0] ?? "")) return null;
  const others = beside.map((n) => wordsOf(n).join(" "));
  const real = others.find((o) => /^(?:real name|realname|true name|legal name)$/.test(o));
  const signsIn = others.some((o) =>
    /^(?:username|user name|login|login name|loginname|nickname|screen name)$/.test(o),
  );
  return real === undefined || signsIn
    ? null
    : { category: "user.account.username", because: `beside \`${real}\` it is what somebody is known as` };
}
