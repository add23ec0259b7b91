import type { Right } from "../right.ts";

export const erase: Right = {
  name: "erase",
  title: "have one's data erased",
  changes: true,
  removes: true,
  givesArchive: false,
  endsArchives: true,
  within: "P1M",
};
