/** Which desk may open which page. A role that is not here opens none. */
export type Page =
  | "tickets"
  | "children"
  | "alarms"
  | "figures"
  | "runs"
  | "disclosures"
  | "approvals"
  | "incidents"
  | "samples";

const MAY: Readonly<Record<string, readonly Page[]>> = {
  support: ["tickets", "children", "disclosures"],
  operator: ["alarms", "figures", "runs", "approvals", "incidents"],
  reviewer: ["figures", "samples"],
  referral: ["figures"],
};

export const mayOpen = (role: string, page: Page): boolean => pagesOf(role).includes(page);
export const pagesOf = (role: string): readonly Page[] => (Object.hasOwn(MAY, role) ? (MAY[role] ?? []) : []);
