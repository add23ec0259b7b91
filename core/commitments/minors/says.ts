import { inList, periodInWords } from "../keys.ts";
import type { MinorsSpec } from "./schema.ts";

const MINORS = {
  refused: "are not served",
  with_guardian: "are served only with a guardian's consent",
  by_law: "are served only as the law permits",
};
const THEN = { erase: "erased", restrict: "restricted", ask_guardian: "put before a guardian" };

export function says(spec: MinorsSpec): string {
  const age = spec.under === "local" ? "the local age of consent" : String(spec.under);
  const within = spec.within === undefined ? "" : ` within ${periodInWords(spec.within)}`;
  const then =
    spec.then === undefined
      ? ""
      : `; their data, once found, is ${inList(
          spec.then.map((t) => THEN[t]),
          "or",
        )}${within}`;
  return `people under ${age} ${MINORS[spec.minors]}${then}`;
}
