/** The detectors, by name. Each looks at form and, where the form has one, at its checksum. */
import { countMatches, type Detector } from "./detector.ts";

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const n = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (n > 9 ? n - 9 : n);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

/** Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay: first digits and lengths as the issuers publish them. */
const ISSUERS =
  /^(4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(011|4[4-9]\d|5\d\d)\d{12}|35(2[89]|[3-8]\d)\d{12}|3(0[0-5]|[68]\d)\d{11}|62\d{14,17})$/;
const CARD = /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])/g;

export const cardNumber: Detector = {
  name: "card_number",
  category: "user.payment",
  pattern: "[0-9]([ -]?[0-9]){12,18}",
  find: (text) => countMatches(text, CARD, (m) => ISSUERS.test(digitsOf(m)) && luhn(digitsOf(m))),
};

const KEYS =
  /\b(?:sk-(?:proj-|ant-)?[A-Za-z0-9_-]{20,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[0-9A-Za-z_-]{35}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/g;

export const apiKey: Detector = {
  name: "api_key",
  category: "user.authorization",
  pattern: "sk-|[rs]k_live_|[rs]k_test_|AKIA|gh[pousr]_|xox[abprs]-|AIza|eyJ|-----BEGIN",
  find: (text) => countMatches(text, KEYS),
};

export const email: Detector = {
  name: "email",
  category: "user.contact.email",
  pattern: "@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
  find: (text) =>
    countMatches(
      text,
      /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}/g,
    ),
};

export const phone: Detector = {
  name: "phone",
  category: "user.contact.phone_number",
  pattern: "\\+[0-9][0-9 ().-]{6,}",
  find: (text) => countMatches(text, /(?<![\w+])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)/g),
};

const modulo97 = (text: string): number =>
  [...text].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0);

export const iban: Detector = {
  name: "iban",
  category: "user.financial",
  pattern: "[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{4}",
  find: (text) =>
    countMatches(text, /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/g, (m) => {
      const plain = m.replaceAll(" ", "");
      return (
        modulo97(
          `${plain.slice(4)}${plain.slice(0, 4)}`.replace(/[A-Z]/g, (c) => String(c.charCodeAt(0) - 55)),
        ) === 1
      );
    }),
};

export const ipAddress: Detector = {
  name: "ip_address",
  category: "user.device.ip_address",
  pattern: "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
  find: (text) =>
    countMatches(
      text,
      /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g,
    ),
};

export const geo: Detector = {
  name: "geo",
  category: "user.location.precise",
  pattern: "-?[0-9]{1,2}\\.[0-9]{4,}[, ]",
  find: (text) =>
    countMatches(text, /(?<![\d.])-?\d{1,2}\.\d{4,}\s*,\s*-?\d{1,3}\.\d{4,}(?![\d.])/g, (m) => {
      const [lat = 91, long = 181] = m.split(",").map(Number);
      return Math.abs(lat) <= 90 && Math.abs(long) <= 180;
    }),
};

export const DETECTORS: ReadonlyMap<string, Detector> = new Map(
  [cardNumber, apiKey, email, phone, iban, ipAddress, geo].map((d) => [d.name, d]),
);
