import type { Right } from "../right.ts";

export const erase: Right = {
  name: "erase",
  title: "have one's data erased",
  changes: true,
  writesStores: true,
  removes: true,
  givesArchive: false,
  takes: ["scope"],
  endsArchives: true,
  byHand: "find everything that is kept of the person here, and destroy it, copies too",
  within: "P1M",
};
