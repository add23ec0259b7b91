import type { Cell } from "./world.ts";

/** A store's date as text; without a zone it is UTC. What names no day has no end either. */
export function dateOf(cell: Cell, whenEmpty: Date | null): Date | null {
  if (cell === null) return whenEmpty;
  const [day = "", time = "00:00:00"] = cell.split(" ");
  const [clock = "", zone = "00"] = time.split("+");
  const date = new Date(`${day}T${clock}+${zone}:00`);
  return Number.isNaN(date.getTime()) ? null : date;
}
