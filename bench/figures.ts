/** Medians, spreads and tables: how every benchmark says what it measured. */
import { cpus, loadavg, totalmem } from "node:os";

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return { median: (low + high) / 2, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(value >= 10 ? 3 : 2);

/** `12.3 (11.0–14.1)`. */
export const spoken = ({ median, min, max }: Spread): string =>
  `${digits(median)} (${digits(min)}–${digits(max)})`;
export const times = (ratio: number): string => `${digits(ratio)} ×`;
export const rows = (n: number): string => n.toLocaleString("en");

/** Markdown, padded so that it also reads well in a terminal. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((h, i) => Math.max(h.length, ...body.map((line) => (line[i] ?? "").length)));
  const lineOf = (cells: readonly string[]): string =>
    `| ${widths.map((w, i) => (cells[i] ?? "").padEnd(w)).join(" | ")} |`;
  return [lineOf(head), `|${widths.map((w) => "-".repeat(w + 2)).join("|")}|`, ...body.map(lineOf)].join(
    "\n",
  );
}

export const machine = (): string => {
  const load = loadavg().map((l) => l.toFixed(1));
  return `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${load.join(" ")}`;
};
