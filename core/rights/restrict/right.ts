import type { Right } from "../right.ts";

export const restrict: Right = {
  name: "restrict",
  title: "have one's data kept, and not used",
  changes: true,
  writesStores: false,
  removes: false,
  givesArchive: false,
  takes: ["lift"],
  endsArchives: false,
  byHand:
    "find everything that is kept of the person here, and mark that it may be kept but not used; or take the mark away, where the restriction ends",
  within: "P1M",
};
