/** Markdown → HTML, by micromark: CommonMark with GFM's tables. */
import { micromark } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";

/** HTML in it is read as HTML; front matter is left out. */
export const markdownHtml = (text: string): string =>
  micromark(text.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/, ""), {
    allowDangerousHtml: true,
    extensions: [gfmTable()],
    htmlExtensions: [gfmTableHtml()],
  });
