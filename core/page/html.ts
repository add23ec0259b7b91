/** HTML that escapes what is put in; only what `html` itself made goes in as it is. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[] | null;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function partText(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return part.map((p) => p.text).join("");
}

export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((s, i) => s + (i < parts.length ? partText(parts[i] ?? null) : "")).join(""));

/** Text that is HTML already: our own style sheet, never input. */
export const trusted = (text: string): Html => new Html(text);
