/** What one value is, as a whole: the kinds that a column is counted by. Nothing of the value leaves this module but the name of a kind. */
import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { GIVEN_NAMES, HAN_FAMILY_NAMES } from "./given-names.table.ts";
import { DETECTORS } from "./index.ts";
import { nationalIdOf } from "./national-id.ts";
import { writtenPlainly } from "./written-out.ts";

export type ValueKind =
  | "email"
  | "phone"
  | "iban"
  | "card_number"
  | "ip_address"
  | "geo"
  | "api_key"
  | "mac_address"
  | "uuid"
  | "url"
  | "password_hash"
  | "digest"
  | "national_id"
  | "person_name"
  | "gender"
  | "blood_group"
  | "icd10"
  | "number"
  | "date"
  | "json"
  | "hex";

/** The category of what has such a value, where the value alone tells. */
export const CATEGORY_OF_KIND: Readonly<Partial<Record<ValueKind, string>>> = {
  email: "user.contact.email",
  phone: "user.contact.phone_number",
  iban: "user.financial.bank_account",
  card_number: "user.financial.credit_card",
  ip_address: "user.device.ip_address",
  geo: "user.location.precise",
  api_key: "user.authorization.credentials",
  mac_address: "user.device.device_id",
  password_hash: "user.authorization.password",
  national_id: "user.government_id.national_identification_number",
  person_name: "user.name",
  gender: "user.demographic.gender",
  blood_group: "user.health_and_medical",
};

/** What stands between words of an explanation. */
export const KIND_WORDS: Readonly<Record<ValueKind, string>> = {
  email: "e-mail addresses",
  phone: "phone numbers",
  iban: "bank account numbers with a right check sum",
  card_number: "card numbers with a right check digit",
  ip_address: "addresses on the internet",
  geo: "coordinates",
  api_key: "keys or tokens",
  mac_address: "addresses of devices",
  uuid: "random ids",
  url: "web addresses",
  password_hash: "hashes of passwords",
  digest: "digests",
  national_id: "national numbers with a right check sum",
  person_name: "names of people",
  gender: "genders",
  blood_group: "blood groups",
  icd10: "codes of diseases",
  number: "numbers",
  date: "dates",
  json: "JSON",
  hex: "hexadecimal",
};

const SHAPES: readonly (readonly [ValueKind, RegExp])[] = [
  ["uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ["mac_address", /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i],
  [
    "password_hash",
    /^(?:\$(?:2[abxy]?|1|5|6|P|H|argon2\w*|scrypt|pbkdf2[\w-]*|bcrypt[\w-]*)\$|\{(?:SSHA|SHA|bcrypt)\w*\}|pbkdf2_sha|bcrypt_sha|argon2)/,
  ],
  ["url", /^(?:https?|ftp):\/\/\S+$/i],
  ["date", /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/],
  ["number", /^[+-]?\d+(?:[.,]\d+)?$/],
  ["digest", /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i],
  ["blood_group", /^(?:A|B|AB|0|O)(?:\s?[+-]|\s?(?:rh)?\s?(?:pos|neg)\w*)$/i],
  ["icd10", /^[A-TV-Z]\d{2}\.\d{1,2}$/],
];

const GENDERS = new Set(
  "m f d x w male female man woman non-binary nonbinary diverse mannlich männlich weiblich divers homme femme h hombre mujer masculino femenino feminino maschio femmina vrouw 男 女 男性 女性 other unknown u".split(
    " ",
  ),
);
export const isGenderWord = (text: string): boolean => GENDERS.has(text.trim().toLowerCase());
/** `m` and `x` stand for many things: these do not. */
export const isTellingGender = (text: string): boolean =>
  isGenderWord(text) &&
  (text.trim().length > 3 || /^(?:男|女|男性|女性|man)$/.test(text.trim().toLowerCase()));

const SINGLE = ["email", "iban", "card_number", "ip_address", "geo", "api_key"] as const;

/** All kinds that the whole value is of. Values with blanks are a name, a number in groups, or free text. */
export function kindsOf(value: string): readonly ValueKind[] {
  const text = value.trim();
  if (text === "" || text.length > 4_000) return [];
  const kinds: ValueKind[] = SHAPES.filter(([, shape]) => shape.test(text)).map(([kind]) => kind);
  if (/^[{[]/.test(text) && isJson(text)) return [...kinds, "json"];
  if (
    kinds.includes("uuid") ||
    kinds.includes("url") ||
    kinds.includes("password_hash") ||
    kinds.includes("date")
  )
    return kinds;
  for (const name of SINGLE) if (isWhole(name, text)) kinds.push(name);
  if (kinds.some((k) => k === "email" || k === "ip_address" || k === "mac_address")) return kinds;
  if (isPhone(text)) kinds.push("phone");
  if (nationalIdOf(text) !== null) kinds.push("national_id");
  if (isPersonName(text)) kinds.push("person_name");
  if (isGenderWord(text)) kinds.push("gender");
  return kinds;
}

const TOKEN_CHARS_MIN = 20;

function isWhole(name: (typeof SINGLE)[number], value: string): boolean {
  const text = name === "email" ? writtenPlainly(value) : value;
  if ((DETECTORS.get(name)?.find(text) ?? 0) !== 1) return false;
  const blanks = text.split(/\s+/).length;
  if (name === "api_key") return text.length >= TOKEN_CHARS_MIN && blanks === 1;
  return name === "iban" || name === "card_number"
    ? !/[a-z]/.test(text) && text.length < 45
    : blanks <= (name === "geo" ? 2 : 1);
}

const PHONE_COUNTRIES: readonly CountryCode[] = [
  "US",
  "GB",
  "DE",
  "FR",
  "ES",
  "IT",
  "PT",
  "BR",
  "NL",
  "CN",
  "JP",
  "IN",
  "CH",
  "AT",
];

/** A number of a country's plan that is written as a phone number is: with its country's code, or with signs or a zero that no count has. */
export function isPhone(text: string): boolean {
  if (
    !/^[+(]?\d[\d ()./-]{5,18}(?:\s?(?:x|ext\.?)\s?\d{1,6})?$/i.test(text) ||
    /^\d{4}-\d{2}-\d{2}/.test(text)
  )
    return false;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || /^\d+[.,]\d+$/.test(text)) return false;
  if (text.startsWith("+") || text.startsWith("00"))
    return parsePhoneNumberFromString(text.replace(/^00/, "+"))?.isPossible() ?? false;
  if (!/^0\d|[ ()./-]|^1[3-9]\d{9}$/.test(text)) return false;
  return PHONE_COUNTRIES.some((country) => parsePhoneNumberFromString(text, country)?.isValid() ?? false);
}

const NAME_WORDS_MAX = 5;

export function isPersonName(text: string): boolean {
  if (/^\p{Script=Han}{2,4}$/u.test(text)) return HAN_FAMILY_NAMES.includes(text.slice(0, 1));
  if (!/^\p{L}[\p{L}'’ .,-]{1,60}$/u.test(text)) return false;
  const words = text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .split(/[\s,.-]+/)
    .filter((w) => w !== "");
  return words.length > 0 && words.length <= NAME_WORDS_MAX && words.some((w) => GIVEN_NAMES.has(w));
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
