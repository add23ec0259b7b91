/** Values that look like those of a real service, all made up, from one seed. */

/** Repeatable: mulberry32. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  of<T>(all: readonly [T, ...T[]]): T {
    return all[this.below(all.length)] ?? all[0];
  }
}

const list = (text: string): readonly [string, ...string[]] => {
  const [first = "", ...rest] = text.split(" ");
  return [first, ...rest];
};
const FIRST = list(
  "Annika Marek Giulia Thiago Sakura Omar Ingrid Pavel Chiara Joao Wei Fatima Lukas Sofie Andrzej Beatriz Yusuf Clara Nils Priya Mateo Elif Hugo Zofia Kwame Aisha Jonas Camille Dmitri Noor Emma Liam Maria Peter Laura Thomas Sandra Michael Julia Daniel Sarah David Anna Martin",
);
const LAST = list(
  "Lindqvist Kowalczyk Ferrante Nascimento Watanabe Haddad Bergstrom Novotny Colombo Ferreira Zhang Rahman Schreiber Jansen Wisniewski Carvalho Demir Dubreuil Petersen Chaudhary Quintero Yildiz Lefevre Zielinska Mensah Okonkwo Baumann Rousseau Sokolov Visser Thornbury Abernathy",
);
const CITY = list("Gävle Lublin Parma Recife Sendai Tripoli Malmö Brno Lecce Porto Xiamen Ulm Odense Arras");
const STREET = list("Lindenweg Rosenallee Via-Verdi Rua-Nova Hillcrest Storgatan Quai-Vert Oakfield");
const COUNTRY = list("Sweden Poland Italy Brazil Japan Germany France Portugal");
const WORD = list(
  "blue classic rapid winter garden metal basic large paper cotton green studio daily summer silent copper wooden quick round early north simple light",
);
const THING = list(
  "lamp table report sheet module batch panel filter plan carrier panel label cable bundle frame",
);
const TEXT = list(
  "the order came late and one part was missing please look into it again because my neighbour told us that nothing was wrong with the delivery at first but then it broke after a week of use thanks for the quick answer",
);
const AGENT = list("Mozilla/5.0|Opera/9.80|curl/8.5.0".replaceAll("|", " "));

/** In front of hexadecimal digits that are loaded as the bytes they stand for: what is no text in a column of bytes. */
export const RAW = "\u0000";
const hex = (dice: Dice, chars: number): string =>
  Array.from({ length: chars }, () => dice.below(16).toString(16)).join("");
const base64 = (dice: Dice, chars: number): string =>
  Array.from(
    { length: chars },
    () => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[dice.below(64)] ?? "A",
  ).join("");
export const uuid = (dice: Dice): string =>
  [hex(dice, 8), hex(dice, 4), `4${hex(dice, 3)}`, `a${hex(dice, 3)}`, hex(dice, 12)].join("-");
const prose = (dice: Dice, words: number): string =>
  Array.from({ length: words }, () => dice.of(TEXT)).join(" ");
const two = (n: number): string => String(n).padStart(2, "0");
export const day = (dice: Dice, from: number, years: number): string =>
  `${from + dice.below(years)}-${two(1 + dice.below(12))}-${two(1 + dice.below(28))}`;
const ip = (dice: Dice): string =>
  dice.below(8) === 0
    ? `2001:db8:${hex(dice, 4)}::${hex(dice, 3)}`
    : `${dice.of([81, 93, 151, 203])}.${dice.below(256)}.${dice.below(256)}.${1 + dice.below(254)}`;
const letters = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z]/g, "")
    .toLowerCase();
const iban = (dice: Dice): string => {
  const bban = Array.from({ length: 18 }, () => dice.below(10)).join("");
  const check = 98n - (BigInt(`${bban}131400`) % 97n);
  return `DE${String(check).padStart(2, "0")}${bban}`;
};

export type Make = (dice: Dice, row: number) => string;

const full: Make = (d) => `${d.of(FIRST)} ${d.of(LAST)}`;
const email: Make = (d, i) =>
  `${letters(d.of(FIRST))}.${letters(d.of(LAST))}${i}@${d.of(["mail", "post", "inbox"])}.example`;

/** By the longest beginning of the category, or by a word. */
export const MAKERS: Readonly<Record<string, Make>> = {
  "contact.email": email,
  "contact.phone_number": (d) =>
    d.of([
      `+49 30 ${1_000_000 + d.below(8_999_999)}`,
      `+33 6 ${10 + d.below(89)} ${10 + d.below(89)} ${10 + d.below(89)} ${10 + d.below(89)}`,
      `030 ${1_000_000 + d.below(8_999_999)}`,
      `(212) 555-${1000 + d.below(8999)}`,
    ]),
  "contact.fax_number": (d) => `+49 30 ${1_000_000 + d.below(8_999_999)}`,
  "contact.address.street": (d) => `${d.of(STREET)} ${1 + d.below(200)}`,
  "contact.address.city": (d) => d.of(CITY),
  "contact.address.postal_code": (d) => String(10_000 + d.below(89_999)),
  "contact.address.state": (d) => d.of(["Bavaria", "Lazio", "Bahia", "Skåne", "Bretagne"]),
  "contact.address.country": (d) => d.of(COUNTRY),
  "contact.url": (d, i) => `https://${letters(d.of(LAST))}${i}.example/`,
  "contact.organization": (d) => `${d.of(LAST)} ${d.of(["GmbH", "Ltd", "SA", "AB"])}`,
  "name.first": (d) => d.of(FIRST),
  "name.last": (d) => d.of(LAST),
  name: full,
  "account.username": (d, i) => `${letters(d.of(FIRST))}${d.of(["_", "", "."])}${i}`,
  "authorization.password": (d) =>
    d.of([`$2y$10$${base64(d, 53).replaceAll("+", ".")}`, `$2y$12$${base64(d, 53).replaceAll("+", ".")}`]),
  "authorization.credentials": (d) => hex(d, 40),
  "device.ip_address": ip,
  "device.device_id": (d) => hex(d, 32),
  device: (d) => `${d.of(AGENT)} (X11; Linux x86_64; rv:${60 + d.below(80)}.0) Gecko/20100101`,
  "demographic.date_of_birth": (d) => day(d, 1940, 65),
  "demographic.gender": (d) => d.of(["m", "f", "f", "m", "x"]),
  "demographic.language": (d) => d.of(["de", "en", "fr", "pt"]),
  demographic: (d) => d.of(CITY),
  "government_id.national_identification_number": (d) =>
    `${base64(d, 6).toUpperCase()}${10 + d.below(89)}A${10 + d.below(30)}Z${100 + d.below(899)}X`,
  "financial.bank_account": iban,
  financial: (d) => `${d.below(5000)}.${two(d.below(100))}`,
  payment: email,
  "location.precise": (d) => `${35 + d.below(25)}.${100_000 + d.below(899_999)}`,
  "content.private": (d) =>
    `${prose(d, 8 + d.below(20))}${d.below(12) === 0 ? `, mail ${email(d, d.below(900))}` : ""}`,
  "content.self_image": (d) => `/uploads/${hex(d, 12)}.jpg`,
  content: (d) => prose(d, 6 + d.below(16)),
  behavior: (d) => prose(d, 2),
  job_title: (d) => d.of(["Nurse", "Clerk", "Teacher", "Baker", "Engineer"]),
  unique_id: (d) => String(100_000 + d.below(899_999)),
  social: (d, i) => `${letters(d.of(LAST))}.${i}`,
  json: (d) =>
    JSON.stringify({ size: d.below(9), colour: d.of(WORD), flags: [d.below(2) === 1], ratio: d.below(50) }),
  "json-person": (d, i) => JSON.stringify({ name: full(d, i), email: email(d, i), plan: d.of(["a", "b"]) }),
  php: (d) => `a:2:{s:5:"width";i:${d.below(900)};s:4:"mode";s:5:"${d.of(["wider", "tight", "plain"])}";}`,
  slug: (d, i) => `${d.of(WORD)}-${d.of(THING)}-${i}`,
  label: (d) => `${d.of(WORD)} ${d.of(THING)}`,
  word: (d) => d.of(["open", "closed", "draft", "new"]),
  code: (d, i) => `${d.of(["A", "K", "ZX"])}-${1000 + i}`,
  file: (d) => `${d.of(WORD)}_${d.of(THING)}_${d.below(900)}.pdf`,
  path: (d) => `/var/data/${d.of(WORD)}/${hex(d, 8)}`,
  url: (d) => `https://cdn.example/${d.of(WORD)}/${d.of(THING)}`,
  hex: (d) => hex(d, 32),
  bytes: (d) => `${RAW}${hex(d, 32)}`,
  prose: (d) =>
    `${d.of(WORD)} ${d.of(THING)} for ${d.of(WORD)} ${d.of(THING)} and ${d.of(WORD)} use in ${d.of(["shops", "halls", "rooms"])}`,
  epoch: (d) => String(1_500_000_000 + d.below(200_000_000)),
  number: (d) => String(d.below(60)),
  version: (d) => `${d.below(9)}.${d.below(20)}.${d.below(9)}`,
};

export function makerFor(category: string): Make | null {
  const parts = category.split(".");
  for (let n = parts.length; n > 0; n -= 1) {
    const found = MAKERS[parts.slice(0, n).join(".")];
    if (found !== undefined) return found;
  }
  return null;
}

/** What a field holds that nobody marked, by what it is called. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/(format|type|method|mode|kind|state|status)$/i, "word"],
  [/json|params|meta$|settings?$|options?$|payload|config/i, "json"],
  [/file|attachment/i, "file"],
  [/path|dir/i, "path"],
  [/url|link|href|image|icon|logo|banner/i, "url"],
  [/slug|route|rewrite|keyword|domain|host/i, "slug"],
  [/hash|checksum|digest|sum$|key|token|secret|salt/i, "hex"],
  [/version/i, "version"],
  [/code|ref|number|sku|model/i, "code"],
  [/desc|text|body|content|comment|note|reason|message|help|sql|log/i, "prose"],
  [/name|title|label|subject/i, "label"],
];
export const plainKind = (field: string): string => PLAIN.find(([p]) => p.test(field))?.[1] ?? "word";
