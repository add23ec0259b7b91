/** How the board puts things for readers. */
import { Html, html } from "@avow/core/page/html";

/** What stands between backticks is set as code; the rest is escaped. */
export const prose = (text: string): Html[] =>
  text
    .split("`")
    .map((piece, i, all) =>
      i % 2 === 1 && i < all.length - 1
        ? html`<code>${piece}</code>`
        : html`${i % 2 === 1 ? `\`${piece}` : piece}`,
    );

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `25 Nov 2026, 07:58 UTC`. */
export function timeOf(iso: string): Html {
  const at = new Date(iso);
  const words = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 16)} UTC`;
  return html`<time datetime="${at.toISOString()}">${words}</time>`;
}

const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** Prose in which times read as people write them. */
export function proseWithTimes(text: string): Html[] {
  const times = text.match(ISO) ?? [];
  return text
    .split(ISO)
    .flatMap((piece, i) => [...prose(piece), ...(i < times.length ? [timeOf(times[i] ?? "")] : [])]);
}

export const count = (n: number, one: string): string =>
  `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

export const joined = (parts: readonly Html[], between: string): Html =>
  new Html(parts.map((p) => p.text).join(between));
