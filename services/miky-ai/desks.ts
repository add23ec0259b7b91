/**
 * Desks for drills, one for each role that the drill tries. Their secrets are known to everybody who reads this: they belong to a reference
 * service; a deployment gives its own.
 */
export const DRILL_DESKS = [
  { id: 101, handle: "drill-support", role: "support" },
  { id: 102, handle: "drill-operator", role: "operator" },
  { id: 103, handle: "drill-guest", role: "guest" },
  { id: 104, handle: "drill-reviewer", role: "reviewer" },
] as const;

export const DESK_PASSWORD = "a desk for drills";
/** In hexadecimal, as the table has it. */
export const DESK_SECRET = "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0";
