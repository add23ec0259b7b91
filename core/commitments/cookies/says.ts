import { inList } from "../keys.ts";
import type { CookiesSpec } from "./schema.ts";

export function says(spec: CookiesSpec): string {
  const vendors = spec.vendors === undefined ? "" : ` of ${inList(spec.vendors)}`;
  const control = spec.control === undefined ? "" : `; people control them by ${inList(spec.control, "or")}`;
  const page = spec.page === undefined ? "" : `; more is told at ${spec.page}`;
  return `only ${inList(spec.cookies)} cookies${vendors} are set${control}${page}`;
}
