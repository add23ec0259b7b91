import { countMatches, type Detector } from "./detector.ts";

/** Latitude and longitude to ten metres or better: four decimals in degrees. */
export const geo: Detector = {
  name: "geo",
  category: "user.location.precise",
  pattern: "[0-9][.][0-9]{4,}[[:space:]]*[,;][[:space:]]*-?[0-9]{1,3}[.][0-9]{4}",
  find: (text) =>
    countMatches(text, /(?<![\w.,])-?\d{1,2}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}(?![\d.])/g, (found) => {
      const [latitude = 0, longitude = 0] = found.split(/[,;]/).map(Number);
      return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
    }),
};
