import { inList } from "../keys.ts";
import type { AcceptSpec } from "./schema.ts";

const BY = {
  tick: "ticking a box",
  use: "using the service",
  continued_use: "going on using it after a change",
};

export const says = (spec: AcceptSpec): string =>
  `people accept ${spec.accept} by ${inList(
    spec.by.map((b) => BY[b]),
    "or",
  )}`;
