/** International bank account numbers (ISO 13616): length by country, checked modulo 97. */
import { countMatches, type Detector } from "./detector.ts";

/** Country and length, as registered. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "NO15 BE16 DK18 FI18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 CH21 HR21 LI21 LV21 BG22 BH22 CR22 DE22 GB22 " +
    "GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 VG24 PT25 IS26 TR26 " +
    "FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HU28 LB28 PL28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31 LC32"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

function isIban(found: string): boolean {
  const compact = found.replaceAll(" ", "");
  const length = LENGTHS.get(compact.slice(0, 2));
  if (length === undefined || compact.length < length) return false;
  const iban = compact.slice(0, length);
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

export const iban: Detector = {
  name: "iban",
  category: "user.financial.bank_account",
  pattern: "[A-Z]{2}[0-9]{2}( ?[A-Z0-9]){11}",
  find: (text) => countMatches(text, /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}/gu, isIban),
};
