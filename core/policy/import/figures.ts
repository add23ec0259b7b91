/** Periods, ages, addresses and countries, as prose writes them. */

const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  a: 1,
  an: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  eighteen: 18,
  twenty: 20,
  thirty: 30,
  sixty: 60,
  ninety: 90,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
  十二: 12,
  十四: 14,
  十五: 15,
  三十: 30,
};
const UNITS: readonly (readonly [RegExp, (n: number) => string])[] = [
  [/^(?:business |working |calendar )?days?$|^(?:个?工作)?[天日]$/i, (n) => `P${n}D`],
  [/^weeks?$|^[周个]?(?:周|星期)$/i, (n) => `P${n * 7}D`],
  [/^months?$|^个?月$/i, (n) => `P${n}M`],
  [/^years?$|^年$/i, (n) => `P${n}Y`],
  [/^hours?$|^个?小时$/i, (n) => `PT${n}H`],
];
const PERIOD =
  /(\d{1,3}|\b(?:one|an?|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|thirty|sixty|ninety)|[一二两三四五六七八九十]{1,3})[\s-]*((?:business |working |calendar )?(?:day|week|month|year|hour)s?\b|个?工作日|天|日(?!期)|周|个?星期|个?月(?!\s*\d)|年(?!\s*\d|龄|满)|个?小时)(?!\s*(?:of age|old|岁))/giu;

/** ISO 8601; ages and dates are none. */
export function periodsIn(text: string): string[] {
  // `9 August 2023`, `2023 年 8 月 9 日`.
  const plain = text.replaceAll(/\d{4}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?/g, " ");
  return [...plain.matchAll(PERIOD)].flatMap(([, number = "", unit = ""]) => {
    const n = NUMBERS[number.toLowerCase()] ?? Number(number);
    const write = UNITS.find(([pattern]) => pattern.test(unit.trim()))?.[1];
    return write === undefined || !Number.isFinite(n) || n === 0 ? [] : [write(n)];
  });
}

/** Years of age below which somebody is a child. */
export function agesIn(text: string): number[] {
  const ages = [
    ...text.matchAll(
      /(?:under|below|younger than|less than|age of|aged)\s+(?:the age of\s+)?(\d{1,2})\b|(\d{1,2})\s+years? (?:of age|old)|(\d{1,2})\s*(?:周)?岁/gi,
    ),
  ].map((m) => Number(m[1] ?? m[2] ?? m[3]));
  return [...new Set(ages.filter((a) => a >= 1 && a <= 21))];
}

export const emailsIn = (text: string): string[] =>
  [...text.matchAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g)].map((m) => m[0].replace(/\.$/, ""));

const COUNTRIES: readonly (readonly [RegExp, string])[] = [
  [/United States|\bU\.?S\.?A?\b|美国/, "US"],
  [/United Kingdom|\bUK\b|英国/, "GB"],
  [/\bChina\b|中国/, "CN"],
  [/Singapore|新加坡/, "SG"],
  [/\bJapan\b|日本/, "JP"],
  [/\bKorea\b|韩国/, "KR"],
  [/\bIndia\b|印度/, "IN"],
  [/\bIreland\b/, "IE"],
  [/\bGermany\b|德国/, "DE"],
  [/\bCanada\b|加拿大/, "CA"],
  [/\bAustralia\b|澳大利亚/, "AU"],
];
export const countriesIn = (text: string): string[] =>
  COUNTRIES.filter(([pattern]) => pattern.test(text)).map(([, code]) => code);
