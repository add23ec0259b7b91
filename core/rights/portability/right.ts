import type { Right } from "../right.ts";

export const portability: Right = {
  name: "portability",
  title: "take one's data elsewhere",
  changes: false,
  removes: false,
  givesArchive: true,
  takes: ["scope"],
  endsArchives: false,
  within: "P1M",
};
