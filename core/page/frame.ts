/** What every page of a site has: its head, its language, no scripts, and a policy that lets nothing be loaded. */
import { createHash } from "node:crypto";
import { languageOf } from "../policy/words/tongue.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";
import { directionOf, nameOfLocale } from "./words/index.ts";
import type { Words } from "./words/words.ts";

export interface Alternate {
  readonly locale: string;
  readonly href: string;
}

export interface Frame {
  readonly locale: string;
  readonly words: Words;
  readonly title: string;
  /** Of this page in all locales, its own among them; one or none: no switch. */
  readonly alternates: readonly Alternate[];
  readonly json: string | null;
  /** Search engines shall not show it. */
  readonly unlisted: boolean;
  readonly body: Html;
}

/** A page that Avow wrote can be told by this, and replaced; another one is left alone. */
export const GENERATOR = "avow publish";

const STYLE_HASH = createHash("sha256").update(STYLE, "utf8").digest("base64");
const CSP = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

export function frameHtml(frame: Frame): string {
  const { locale, words, alternates } = frame;
  const several = alternates.length > 1;
  return html`<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CSP}"><meta name="referrer" content="no-referrer"><meta name="generator" content="${GENERATOR}">${frame.unlisted ? html`<meta name="robots" content="noindex">` : null}
<title>${frame.title}</title>
${several ? alternates.map((a) => html`<link rel="alternate" hreflang="${a.locale}" href="${a.href}">`) : null}${
  frame.json === null ? null : html`<link rel="alternate" type="application/json" href="${frame.json}">`
}
<style>${trusted(STYLE)}</style></head>
<body><a class="skip" href="#_content"${ownLang(locale, words)}>${words.skip}</a><div class="page">
${several ? languages(frame) : null}${frame.body}</div></body></html>
`.text;
}

/** Marks Avow's own words where they are not in the page's language. */
export const ownLang = (locale: string, words: Words): Html =>
  sameLanguage(locale, words.locale) ? html`` : html` lang="${words.locale}" dir="ltr"`;

/** Marks what commitments say where the kinds do not speak the page's language. */
export const saidIn = (locale: string): Html =>
  sameLanguage(locale, languageOf(locale)) ? html`` : html` lang="${languageOf(locale)}"`;

const sameLanguage = (a: string, b: string): boolean =>
  new Intl.Locale(a).language === new Intl.Locale(b).language;

function languages({ alternates, locale, words }: Frame): Html {
  const items = alternates.map((a) =>
    a.locale === locale
      ? html`<li><span aria-current="true">${nameOfLocale(a.locale)}</span></li>`
      : html`<li><a href="${a.href}" hreflang="${a.locale}" lang="${a.locale}">${nameOfLocale(a.locale)}</a></li>`,
  );
  return html`<nav aria-label="${words.languages}"><ul class="langs">${items}</ul></nav>`;
}
