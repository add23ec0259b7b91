/** How stores write down that somebody said yes, or no. Any other word is the store's own: it says neither. */
const YES: ReadonlySet<string> = new Set(["true", "t", "1", "yes"]);
const NO: ReadonlySet<string> = new Set(["false", "f", "0", "no"]);

export const saysYes = (cell: string | null): boolean => YES.has(cell ?? "");
export const saysNo = (cell: string | null): boolean => NO.has(cell ?? "");
