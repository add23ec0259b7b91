import type { Detector } from "./detector.ts";

/** Between a name and its number: `=`, or what a document has there, also a document within a document. */
const IS = String.raw`[\s"'\\=:[(]{1,8}`;
const NUMBER = String.raw`(-?\d{1,3}\.\d{4,})(?!\.?\d)`;
// A name begins a word or a part of one: `lat`, `home_lat`, `homeLat`, and not `flat`.
const LATITUDE = `(?:(?<![A-Za-z])[Ll]at|(?<=[a-z])Lat|LAT)(?:itude|ITUDE)?${IS}${NUMBER}`;
const LONGITUDE = `(?:(?:(?<![A-Za-z])[Ll]|(?<=[a-z])L)(?:ng|on|ong|ongitude)|L(?:NG|ON|ONG|ONGITUDE))${IS}${NUMBER}`;
const BETWEEN = "[^]{1,40}?";
const BOTH = String.raw`(?:geo:|@|(?<![A-Za-z])(?:ll|gps|[Ll]ocation|[Gg]eolocation|[Ll]at_?[Ll](?:ng|on))${IS})${NUMBER}[\s+]*[,;][\s+]*${NUMBER}`;
const NAMED = new RegExp(`${LATITUDE}${BETWEEN}${LONGITUDE}|${LONGITUDE}${BETWEEN}${LATITUDE}|${BOTH}`, "g");

const ESCAPED = /%[2-7][0-9A-Fa-f]/g;

const isPlace = (latitude: number, longitude: number): boolean =>
  Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);

/**
 * A place to ten metres or better that is named as one: `lat=…&lng=…` in the address of a page, `"latitude": …, "longitude": …` in a
 * document, `@47.37690,8.54170` of a map. Two numbers without a name (`geo`) may be anything, such as where on a screen somebody clicked.
 */
export const coordinates: Detector = {
  name: "coordinates",
  category: "user.location.precise",
  pattern:
    "([Ll][Aa][Tt]|[Ll][Oo]?[Nn]|[Gg][Ee][Oo]:|@|%40|[Ll][Ll]|[Gg][Pp][Ss]|[Ll]ocation)[^.]{1,40}[.][0-9]{4}",
  find: (text) => {
    // Most texts have none, and are not gone through letter by letter.
    if (!/\.\d{4}/.test(text)) return 0;
    let count = 0;
    for (const [, a, b, c, d, e, f] of text.replaceAll(ESCAPED, decodeURIComponent).matchAll(NAMED))
      if (isPlace(Number(a ?? d ?? e), Number(b ?? c ?? f))) count += 1;
    return count;
  },
};
