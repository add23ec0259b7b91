import type { Right } from "../right.ts";

export const supplement: Right = {
  name: "supplement",
  title: "have missing data filled in",
  changes: true,
  removes: false,
  givesArchive: false,
  takes: ["set"],
  endsArchives: false,
  within: "P1M",
};
