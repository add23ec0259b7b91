/**
 * One field → its category, how sure that is, and why, in words (spec/discovery.md). Values that prove themselves go before names, names
 * before what the collection is about; what nothing speaks for is not guessed.
 */

import { meantBeside } from "./beside.ts";
import { meantIn } from "./context.ts";
import type { Evidence } from "./evidence.ts";
import { type FieldFacts, type Guess, guess, percent, SAMPLE_MIN, SHARE_MIN } from "./facts.ts";
import { CATEGORY_OF_KIND, KIND_WORDS, type ValueKind } from "./kinds.ts";
import { byDoer, byMixed, mixedKind } from "./mixed.ts";
import { familyOf, type Said, sayName, type TypeFamily } from "./name.ts";
import { wordsOf } from "./words.ts";

export type { FieldFacts, Guess } from "./facts.ts";

export function classifyField(f: FieldFacts): Guess {
  const family = familyOf(f.type);
  if (family === "binary") return byBytes(f);
  return told(f, family) ?? byRest(f, family);
}

/** Null: nothing speaks for any. */
const told = (f: FieldFacts, family: TypeFamily): Guess | null =>
  byLink(f) ??
  byLargeObject(f) ??
  byValues(f, family) ??
  byType(f, family) ??
  byThing(f) ??
  byContext(f, family) ??
  bySiblings(f, family) ??
  byName(f, family) ??
  byKey(f) ??
  byText(f, family) ??
  byMixed(f, family) ??
  byDoer(f, family);

/** What a name is worth where nobody has seen what the bytes are. */
const UNSEEN_SHARE = 0.8;
const DIGEST_WORDS = /^(?:hash|checksum|digest|md5|sha\d*|crc\d*|etag|nonce|iv|uuid|guid|ulid)$/;

/** Bytes that are text are judged as text is; else only their names speak, and what those leave open somebody has to look at. */
function byBytes(f: FieldFacts): Guess {
  const text = { ...f, type: "text" };
  if (f.evidence !== null && f.evidence.filled >= SAMPLE_MIN)
    return told(text, "text") ?? byRest(text, "text");
  const { leadsTo, inKey, name, about } = f;
  const found = told({ ...text, evidence: null }, "text");
  if (found !== null)
    return leadsTo !== null || inKey || found.category === null
      ? found
      : guess(
          found.category,
          found.confidence * UNSEEN_SHARE,
          `${found.reason}; its values are bytes that were not seen as text`,
        );
  if (about === "other" && wordsOf(name).some((w) => DIGEST_WORDS.test(w)))
    return guess("system", 0.5, "named as digests or random ids, in a collection about no person");
  return guess(null, 0.3, "bytes that were not seen as text, and nothing in its name says what they are");
}

function byLink(f: FieldFacts): Guess | null {
  if (f.leadsTo === null) return null;
  if (f.leadsTo === "person") return guess("user.unique_id", 0.93, "leads to a person");
  if (familyOf(f.type) === "text" && f.evidence !== null && (f.evidence.kinds.email ?? 0) > SHARE_MIN)
    return null;
  return guess("system", 0.9, "leads to a row of another collection");
}

/** Of PostgreSQL: the row has a number, and what it stands for lies where no description shows it. */
export const isLargeObject = (type: string): boolean => /^(?:oid|lo)$/i.test(type);

function byLargeObject(f: FieldFacts): Guess | null {
  return isLargeObject(f.type) && !f.inKey
    ? guess(null, 0.3, "the number of a large object, which may hold personal data and is not looked into")
    : null;
}

/** Figures without signs of their own are taken for something only where they have a check sum or the name agrees. */
const NEEDS_NAME = new Set<ValueKind>(["gender", "blood_group", "person_name"]);

function byValues(f: FieldFacts, family: TypeFamily): Guess | null {
  const { evidence } = f;
  if (evidence === null || evidence.filled < SAMPLE_MIN || family === "boolean" || family === "date")
    return null;
  const says = sayName(f.name, f.type, f.collection);
  const named = says.says === "category" ? says.said.category : null;
  for (const [kind, category] of strongest(evidence)) {
    const share = evidence.kinds[kind] ?? 0;
    const alike = named !== null && ALIKE[kind]?.test(named) === true;
    const agrees =
      named !== null &&
      (alike || named === category || category.startsWith(`${named}.`) || named.startsWith(`${category}.`));
    if (kind === "gender" && !evidence.genderWords) continue;
    if (kind === "person_name" && (evidence.distinct < 8 || (f.about === "other" && share < 0.85 && !agrees)))
      continue;
    if (share < (agrees ? 0.5 : SHARE_MIN) || (evidence.distinct < 3 && !NEEDS_NAME.has(kind))) continue;
    // One in ten other numbers passes by chance: figures need most of the column.
    if ((kind === "national_id" || kind === "card_number") && !agrees && (share < 0.9 || f.inKey)) continue;
    if (kind === "person_name" && named !== null && !named.startsWith("user.name")) continue;
    const best = agrees && named !== null && (alike || named.length > category.length) ? named : category;
    return guess(
      best,
      agrees ? 0.9 + share * 0.09 : 0.6 + share * 0.33,
      `${percent(share)} of ${evidence.filled} sampled values are ${KIND_WORDS[kind]}${agrees ? ", and it is named so" : ""}`,
    );
  }
  return null;
}

/** What such values may be called besides. */
const ALIKE: Readonly<Partial<Record<ValueKind, RegExp>>> = {
  phone: /^user\.contact\.fax_number$/,
  national_id: /^user\.(government_id|health_and_medical\.(record_id|insurance)|unique_id)/,
  api_key: /^user\.(authorization|device\.device_id)/,
  password_hash: /^user\.authorization/,
  person_name: /^user\.(account\.username|childrens|workplace|contact\.organization)/,
};

/** Of two that all values are, the one that few would be by chance. */
const strongest = (evidence: Evidence): readonly (readonly [ValueKind, string])[] =>
  KINDS.filter(([kind]) => (evidence.kinds[kind] ?? 0) > 0).sort(
    ([a], [b]) =>
      (evidence.kinds[b] ?? 0) - (evidence.kinds[a] ?? 0) ||
      Number(b === "national_id") - Number(a === "national_id"),
  );

const isKind = (key: string): key is ValueKind => key in KIND_WORDS;
const KINDS: readonly (readonly [ValueKind, string])[] = Object.entries(CATEGORY_OF_KIND).flatMap(
  ([kind, category]) => (isKind(kind) && category !== undefined ? [[kind, category] as const] : []),
);

function byType(f: FieldFacts, family: TypeFamily): Guess | null {
  if (family === "address")
    return /mac/i.test(f.type)
      ? guess("user.device.device_id", 0.85, "its type holds addresses of devices")
      : guess("user.device.ip_address", 0.85, "its type holds addresses on the internet");
  if (family === "point" && f.about !== "other")
    return guess("user.location.precise", 0.75, "its type holds places, in a row about a person");
  return null;
}

function byThing({ ofThing, name, type, collection }: FieldFacts): Guess | null {
  if (ofThing === undefined || ofThing === null) return null;
  const says = sayName(name, type, collection);
  // What says by itself that it is a person's (`first_name`) is so beside a table `first`, too.
  if (
    says.says === "category" &&
    says.said.whole &&
    says.said.strength === "sure" &&
    says.said.category !== "system"
  )
    return null;
  return guess("system", 0.7, `says what a row of \`${ofThing}\` is called or like, and that is no person`);
}

function byContext(f: FieldFacts, family: TypeFamily): Guess | null {
  const text = family === "text" || family === "uuid";
  const meant = meantIn(f.name, f.collection, { text, inKey: f.inKey });
  if (meant === null || (f.about === "other" && !meant.anywhere)) return null;
  if (meant.category === "user.contact.email" && f.evidence !== null && f.evidence.filled >= SAMPLE_MIN * 2)
    return null;
  return guess(meant.category, 0.7, meant.because);
}

function bySiblings(f: FieldFacts, family: TypeFamily): Guess | null {
  const { name, collection, about, beside, inKey } = f;
  if (beside === undefined || beside.length === 0 || inKey || (family !== "number" && family !== "text"))
    return null;
  const meant = meantBeside({ name, collection, about, beside });
  // Whole sentences are nobody's name.
  return meant === null || (meant.category === "user.account.username" && isProse(f))
    ? null
    : guess(meant.category, meant.category === "system" ? 0.75 : 0.8, meant.because);
}

/** The kinds of value that a category of this name should show, where values can be looked at. */
const SHOULD_SHOW: Readonly<Record<string, readonly ValueKind[]>> = {
  "user.contact.email": ["email"],
  "user.device.ip_address": ["ip_address"],
  "user.financial.bank_account": ["iban", "number"],
  "user.contact.phone_number": ["phone", "number"],
};

const CONFIDENCE: Readonly<Record<Said["strength"], number>> = {
  sure: 0.9,
  likely: 0.82,
  person: 0.78,
  weak: 0.55,
};

function byName(f: FieldFacts, family: TypeFamily): Guess | null {
  const says = sayName(f.name, f.type, f.collection);
  if (says.says === "nothing") return null;
  if (says.says === "about" && says.shown && !holdsPersonal(f, family) && mixedKind(f, family) === null)
    return guess("system", 0.75, `how something is shown or ordered (\`${says.term}\`), and not it`);
  if (says.says === "about")
    return family === "text" && f.about !== "other" && !f.inKey
      ? null
      : guess("system", 0.75, `says something about \`${says.term}\`, and is not it`);
  const { said } = says;
  const holds = holdsPersonal(f, family) || mixedKind(f, family) !== null;
  if (said.category === "system")
    return holds ? null : guess("system", 0.65, `\`${said.term}\` in its name: of goods or machines`);
  // What texts hold says more than what they are called.
  if (
    holds &&
    (said.category.startsWith("user.content") || (f.about === "other" && said.strength !== "sure"))
  )
    return null;
  const because = said.whole ? "it is named so" : `\`${said.term}\` in its name`;
  const expected = SHOULD_SHOW[said.category];
  const { evidence } = f;
  if (expected !== undefined && evidence !== null && evidence.filled >= SAMPLE_MIN * 2) {
    const shown = Math.max(...expected.map((kind) => evidence.kinds[kind] ?? 0), inside(evidence, expected));
    if (shown < 0.05)
      return guess(
        "system",
        0.5,
        `named like ${KIND_WORDS[expected[0] ?? "number"]}, but none of ${evidence.filled} sampled values is one`,
      );
  }
  if (family === "other" && said.strength !== "sure")
    return guess("system", 0.6, `${because}, but its type is a list of the schema's own`);
  if (f.inKey && f.about !== "person" && family === "number" && said.strength !== "sure") return null;
  if (f.about === "other") return outside(f, said, because);
  const base = CONFIDENCE[said.strength] + (said.whole ? 0.05 : 0);
  return f.about === "owned"
    ? ownedThing(f, said, { base, because })
    : guess(privately(f, said), base, because);
}

const ABOUT_PEOPLE =
  /bill|ship|deliver|mail|home|work|address|payment|customer|user|contact|body|patient|child|birth|invoice/i;

const COUNTS = /^(?:clicks|page views|pageviews|views|visits|score|karma|reputation|activity|steps)$/;

/** A row that belongs to a person is not the person: its name and title are what the person wrote, its ids are its own. */
function ownedThing(
  f: FieldFacts,
  said: Said,
  { base, because }: { readonly base: number; readonly because: string },
): Guess {
  const loose = said.strength === "person";
  if (loose && COUNTS.test(said.term) && familyOf(f.type) === "number")
    return guess("system", 0.65, `${because}, but it counts what a thing has met with`);
  if (said.strength === "weak" && said.category.startsWith("user.account"))
    return guess("system", 0.55, `${because}, but of a thing`);
  if (
    /health|address\.state/.test(said.category) &&
    said.strength !== "sure" &&
    !said.whole &&
    !ABOUT_PEOPLE.test(f.name)
  )
    return guess("system", 0.55, `${because}, but of a thing`);
  if (
    loose &&
    said.category === "user.name" &&
    (f.evidence === null || (f.evidence.kinds.person_name ?? 0) < 0.3)
  )
    return guess("user.content", 0.5, `${because}, of a thing that belongs to a person`);
  if (loose && said.category === "user.job_title" && /title|position|function/.test(said.term))
    return guess("user.content", 0.6, `${because}, of a thing that belongs to a person`);
  if (loose && said.category === "user.unique_id")
    return guess("system", 0.6, `${because}, but it is the row's own`);
  return guess(privately(f, said), base, because);
}

const FOUND_SHARE_MIN = 0.01;
const FOUND_CHARS_MIN = 12;

const holdsPersonal = ({ evidence }: FieldFacts, family: TypeFamily): boolean =>
  evidence !== null &&
  evidence.filled >= SAMPLE_MIN &&
  (family === "text" || family === "other") &&
  evidence.charsMean >= FOUND_CHARS_MIN &&
  Math.max(0, ...Object.values(evidence.inside)) >= FOUND_SHARE_MIN;

const inside = (evidence: Evidence, kinds: readonly ValueKind[]): number =>
  Math.max(0, ...kinds.map((k) => evidence.inside[k] ?? 0));

function outside(f: FieldFacts, said: Said, because: string): Guess {
  // A consent is somebody's: without a person it is a switch.
  if (said.category === "user.privacy_preferences" && said.strength !== "sure")
    return guess("system", 0.6, `${because}, but its collection is about no person`);
  if (said.strength === "sure") return guess(said.category, 0.8, `${because}; no link leads to a person`);
  if (said.strength === "likely")
    return guess(
      said.category,
      0.55,
      `${because}; no link leads to a person, so it may be a firm's or a place's`,
    );
  return guess(
    "system",
    f.evidence === null ? 0.6 : 0.72,
    `${because}, but its collection is about no person`,
  );
}

const PRIVATE_WORDS =
  /^(?:messages?|chats?|conversations?|mails?|emails?|inbox|notes?|tickets?|letters?|dms?|prompts?|diary|journal|nachricht\w*|mensaje\w*|messaggi\w*|xiaoxi|threads?)$/;

function privately(f: FieldFacts, said: Said): string {
  const among = wordsOf(f.collection).some((w) => PRIVATE_WORDS.test(w));
  return said.category === "user.content" && among ? "user.content.private" : said.category;
}

function byKey(f: FieldFacts): Guess | null {
  if (!f.inKey) return null;
  return f.about === "person"
    ? guess("user.unique_id", 0.92, "names a person's row")
    : guess("system", 0.85, "names a row");
}

const TEXT_WORDS_MIN = 3;
const TEXT_CHARS_MIN = 25;

const isProse = ({ evidence }: FieldFacts): boolean =>
  evidence !== null &&
  evidence.filled >= SAMPLE_MIN &&
  evidence.wordsMean >= TEXT_WORDS_MIN &&
  evidence.charsMean >= TEXT_CHARS_MIN;

function byText(f: FieldFacts, family: TypeFamily): Guess | null {
  const { evidence } = f;
  if (evidence === null || evidence.filled < SAMPLE_MIN || (family !== "text" && family !== "other"))
    return null;
  const found = Object.entries(evidence.inside).sort(([, a], [, b]) => b - a)[0];
  if (found !== undefined && holdsPersonal(f, family)) {
    const [kind, share] = found;
    const words = isKind(kind) ? KIND_WORDS[kind] : kind;
    return guess(
      f.about === "other" ? "user.content" : "user.content.private",
      0.65 + Math.min(0.25, share),
      `free text: ${percent(share)} of ${evidence.filled} sampled values hold ${words}`,
    );
  }
  if (!isProse(f) || evidence.distinct < evidence.filled * 0.3) return null;
  return f.about === "other"
    ? guess("system", 0.55, "free text without personal data in the sample, in a collection about no person")
    : guess("user.content", 0.6, "free text in a row that belongs to a person");
}

const ENUM_DISTINCT_MAX = 24;
/** `createdAt`, `valid_until`, `publishStartDate`; days of birth are told before. */
const TIME_WORDS =
  /(?:ed|seen|sent|login|read|start|end|made|begun|paid) (?:at|on)$|(?:^| )(?:start|end|version|expiry|expiration|due|creation|update|modification|valid|created|updated|modified|published|from|to|last)(?: start| end)? (?:date|time|datetime|timestamp)$|(?:valid|active|until|locked|banned) (?:until|till|from|to)$/;

function byRest(f: FieldFacts, family: TypeFamily): Guess {
  const { evidence } = f;
  if (family === "date" || family === "boolean")
    return guess("system", 0.8, "a time or a switch that names nobody");
  // Some write their times down as text.
  if (family === "text" && TIME_WORDS.test(wordsOf(f.name).join(" ")))
    return guess("system", 0.7, "named as a time that names nobody");
  if (family === "number")
    return guess(
      "system",
      f.about === "other" ? 0.75 : 0.65,
      "a number that no word of its name makes personal",
    );
  if (family === "uuid") return guess("system", 0.7, "a random id that leads to nobody");
  if (
    evidence !== null &&
    evidence.filled >= SAMPLE_MIN * 4 &&
    evidence.distinct <= ENUM_DISTINCT_MAX &&
    evidence.distinct < evidence.filled / 2
  )
    return guess("system", 0.65, `one of ${evidence.distinct} words`);
  if (evidence !== null && evidence.filled >= SAMPLE_MIN && (evidence.kinds.digest ?? 0) > SHARE_MIN)
    return guess(f.about === "other" ? "system" : null, 0.5, "digests of something");
  if (f.about === "other")
    return guess(
      "system",
      evidence === null ? 0.4 : 0.55,
      "nothing in its name or values is personal, and no link leads to a person",
    );
  return guess(
    null,
    0.3,
    evidence === null || evidence.filled < SAMPLE_MIN
      ? "nothing in its name, and too few values to look at"
      : "neither its name nor its values say what it is",
  );
}
