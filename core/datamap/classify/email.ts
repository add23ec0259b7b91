import { countMatches, type Detector } from "./detector.ts";

/** `logo@2x.png` is a picture. */
const FILE = /\.(?:png|jpe?g|gif|svg|webp|avif|css|js|json)$/i;

const AT = /@|%40|&#64;/;

/** Also as the address of a page, or a page itself, writes it. */
export const email: Detector = {
  name: "email",
  category: "user.contact.email",
  pattern: "[^[:space:]@](@|%40|&#64;)[^[:space:]@]+[.][^[:space:]@]",
  find: (text) => {
    // Most texts have none: a long word without one would be gone through from each of its letters.
    if (!AT.test(text)) return 0;
    return countMatches(
      text,
      /[^\s@<>()[\]{}"',;:/\\]{1,64}(?:@|%40|&#64;)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,24}/gu,
      (found) => !FILE.test(found),
    );
  },
};
