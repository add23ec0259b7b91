/** Markup that can not be forgotten to escape: every value put into it is text, unless it is markup itself. */

export interface Html {
  readonly markup: string;
}
export type Piece = string | number | null | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeText = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");

function rendered(piece: Piece): string {
  if (piece === null) return "";
  if (typeof piece === "string") return escapeText(piece);
  if (typeof piece === "number") return String(piece);
  return "markup" in piece ? piece.markup : piece.map((item) => item.markup).join("");
}

export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return {
    markup: texts.map((text, i) => (i === 0 ? text : rendered(pieces[i - 1] ?? null) + text)).join(""),
  };
}
