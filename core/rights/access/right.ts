import type { Right } from "../right.ts";

export const access: Right = {
  name: "access",
  title: "see one's data",
  changes: false,
  writesStores: false,
  removes: false,
  givesArchive: true,
  takes: ["scope"],
  endsArchives: false,
  byHand: "find everything that is kept of the person here, and attach a copy of it for them",
  within: "P1M",
};
