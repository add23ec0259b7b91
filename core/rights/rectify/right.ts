import type { Right } from "../right.ts";

export const rectify: Right = {
  name: "rectify",
  title: "have wrong data put right",
  changes: true,
  writesStores: true,
  removes: false,
  givesArchive: false,
  takes: ["set"],
  endsArchives: false,
  byHand: "find everything that is kept of the person here, and put right what is wrong",
  within: "P1M",
};
