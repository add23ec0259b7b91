import type { Right } from "../right.ts";

export const portability: Right = {
  name: "portability",
  title: "take one's data elsewhere",
  changes: false,
  writesStores: false,
  removes: false,
  givesArchive: true,
  takes: ["scope"],
  endsArchives: false,
  byHand:
    "find everything that the person gave or produced that is kept here, and attach a copy of it for them",
  within: "P1M",
};
