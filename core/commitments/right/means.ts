import { CARRIED } from "../../rights/index.ts";
import type { Means } from "../kind.ts";
import type { RightSpec } from "./schema.ts";

export const means: Means<RightSpec> = (spec) => ({
  rights: spec.right.map((right) => ({
    right,
    ways: spec.ways,
    within: spec.within ?? null,
    extend: spec.extend ?? null,
    closure: right === "erase" && spec.from?.includes("closure") === true ? (spec.within ?? null) : null,
    except: spec.except ?? [],
    to: spec.to,
    verified: spec.verified,
    scope: spec.scope ?? [],
    without: spec.without === undefined ? [] : [spec.without],
    removes: CARRIED.some((r) => r.name === right && r.removes),
  })),
});
