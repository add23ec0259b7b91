import { inList, periodInWords } from "../keys.ts";
import type { RightSpec } from "./schema.ts";

const RIGHTS: Readonly<Record<RightSpec["right"][number], string>> = {
  access: "see their data",
  portability: "take their data with them",
  rectify: "correct their data",
  supplement: "add to their data",
  erase: "have their data erased",
  restrict: "limit how their data is used",
  object: "object to a use",
  withdraw: "withdraw consent",
  "opt-out": "opt out",
  deactivate: "deactivate their account",
  complain: "complain",
  appeal: "appeal a refusal",
};

export function says(spec: RightSpec): string {
  const within = spec.within === undefined ? "" : `, within ${periodInWords(spec.within)}`;
  const except = spec.except === undefined ? "" : `, save what ${inList(spec.except)} keeps`;
  return `people can ${inList(spec.right.map((r) => RIGHTS[r]))} by ${inList(spec.ways, "or")}${within}${except}`;
}
