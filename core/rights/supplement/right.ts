import type { Right } from "../right.ts";

export const supplement: Right = {
  name: "supplement",
  title: "have missing data filled in",
  changes: true,
  writesStores: true,
  removes: false,
  givesArchive: false,
  takes: ["set"],
  endsArchives: false,
  byHand: "find what is kept of the person here, and fill in what is missing",
  within: "P1M",
};
