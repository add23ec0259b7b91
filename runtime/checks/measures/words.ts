import type { Cell } from "../../connector-kit/contract.ts";

/** Blanks, and characters that show nothing: a zero-width space is no reason either. `trim` leaves the latter. */
const SHOWN = /[^\s\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u;

/** Whether somebody who reads the field sees anything. */
export const isThere = (cell: Cell | undefined): boolean => cell != null && SHOWN.test(cell);
