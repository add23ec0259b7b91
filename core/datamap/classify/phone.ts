import { countMatches, type Detector } from "./detector.ts";

const DIGITS = { min: 8, max: 15 };

/** Numbers in international form (E.164, with or without signs between). A number without its country's code is a number like any other. */
export const phone: Detector = {
  name: "phone",
  category: "user.contact.phone_number",
  pattern: "[+][1-9]([ ()./-]{0,3}[0-9]){7}",
  find: (text) =>
    countMatches(text, /(?<![\p{L}\p{N}_+])\+[1-9](?:[ ()./-]{0,3}\d)*(?![\p{L}\p{N}_])/gu, (found) => {
      const digits = found.replaceAll(/\D/g, "").length;
      return digits >= DIGITS.min && digits <= DIGITS.max;
    }),
};
