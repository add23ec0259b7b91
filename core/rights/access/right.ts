import type { Right } from "../right.ts";

export const access: Right = {
  name: "access",
  title: "see one's data",
  changes: false,
  removes: false,
  givesArchive: true,
  takes: ["scope"],
  endsArchives: false,
  within: "P1M",
};
