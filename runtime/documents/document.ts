/** A policy in a file of some kind → plain text, as `core/policy/source` reads it (spec/import.md). Limits first, then libraries. */
import { open } from "node:fs/promises";
import { docxHtml } from "./docx.ts";
import { htmlText } from "./html.ts";
import { markdownHtml } from "./markdown.ts";

export type DocumentKind = "text" | "html" | "markdown" | "docx";

export type DocumentRead =
  | { readonly ok: true; readonly kind: DocumentKind; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly fix: string };

export const BYTES_MAX = 20_000_000;
export const CHARACTERS_MAX = 2_000_000;

const tooBig: DocumentRead = {
  ok: false,
  message: `it has more than ${BYTES_MAX} bytes`,
  fix: "give the policy alone, as text",
};

const refused = (message: string, fix: string): DocumentRead => ({ ok: false, message, fix });

/** A file; too big a one is not read. */
export async function readDocumentFile(path: string): Promise<DocumentRead> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      // Devices and pipes say 0, and folders can not be read.
      if (size > BYTES_MAX) return tooBig;
      return await readDocument(path, await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error)
      return refused("it is not there, or may not be read", "see that it exists and may be read");
    throw error;
  }
}

/** `name` tells the kind where the bytes do not. */
export async function readDocument(name: string, bytes: Uint8Array): Promise<DocumentRead> {
  if (bytes.length > BYTES_MAX) return tooBig;
  if (startsWith(bytes, "PK\u0003\u0004")) {
    const html = await docxHtml(bytes);
    return typeof html === "string" ? checked("docx", htmlText(html)) : refused(html.message, html.fix);
  }
  if (startsWith(bytes, "%PDF"))
    return refused("it is a PDF, which is not read", "copy its text into a file, or give HTML or DOCX");
  if (startsWith(bytes, "\u00D0\u00CF\u0011\u00E0"))
    return refused("it is an old Word document (.doc), which is not read", "save it as DOCX");
  if (/\.docx$/i.test(name)) return refused("it is no DOCX", "save it as DOCX, or give it as text");
  const text = decoded(bytes);
  if (text === null)
    return refused("it is no text: it is not in UTF-8, or it is binary", "save it as text in UTF-8");
  if (text.length > CHARACTERS_MAX)
    return refused(`the text has more than ${CHARACTERS_MAX} characters`, "give the policy alone");
  if (
    /\.html?$/i.test(name) ||
    /^\s*(?:<!--[\s\S]*?-->\s*)?(?:<!doctype html|<html|<body|<head)\b/i.test(text)
  )
    return checked("html", htmlText(text));
  if (/\.(?:md|markdown)$/i.test(name)) return checked("markdown", htmlText(markdownHtml(text)));
  return checked("text", text);
}

function checked(kind: DocumentKind, text: string): DocumentRead {
  if (text.length > CHARACTERS_MAX)
    return refused(`the text has more than ${CHARACTERS_MAX} characters`, "give the policy alone");
  return /[\p{L}\p{N}]/u.test(text)
    ? { ok: true, kind, text }
    : refused("there are no words in it", "name the file that holds the policy");
}

const startsWith = (bytes: Uint8Array, magic: string): boolean =>
  [...magic].every((c, i) => bytes[i] === c.charCodeAt(0));

/** UTF-8, or UTF-16 with its mark; null for anything else. */
function decoded(bytes: Uint8Array): string | null {
  const label =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes);
    return text.includes("\u0000") ? null : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
