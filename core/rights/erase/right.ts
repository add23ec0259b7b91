import type { Right } from "../right.ts";

export const erase: Right = {
  name: "erase",
  title: "have one's data erased",
  changes: true,
  removes: true,
  givesArchive: false,
  takes: ["scope"],
  endsArchives: true,
  within: "P1M",
};
