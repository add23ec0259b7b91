import type { Right } from "../right.ts";

export const restrict: Right = {
  name: "restrict",
  title: "have one's data kept, and not used",
  changes: true,
  removes: false,
  givesArchive: false,
  takes: ["lift"],
  endsArchives: false,
  within: "P1M",
};
