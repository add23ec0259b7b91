import type { Right } from "../right.ts";

export const rectify: Right = {
  name: "rectify",
  title: "have wrong data put right",
  changes: true,
  removes: false,
  givesArchive: false,
  takes: ["set"],
  endsArchives: false,
  within: "P1M",
};
