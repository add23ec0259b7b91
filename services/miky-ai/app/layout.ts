import { type Html, html } from "./html.ts";
import type { Viewer } from "./session.ts";

export interface PageOptions {
  readonly title: string;
  readonly viewer: Viewer | null;
  /** The page's place in the navigation. */
  readonly at?: string;
  readonly script?: boolean;
  readonly policyUrl: string;
  /** The day from which a new version of the policy holds, while that is still to come. */
  readonly policyFrom?: string;
}

const LINKS = [
  ["/chat", "Specialists"],
  ["/credits", "Credits"],
  ["/referral", "Refer"],
  ["/support", "Support"],
  ["/settings", "Settings"],
] as const;

export function page(options: PageOptions, content: Html): string {
  const { viewer } = options;
  const current = (path: string): Html | null => (options.at === path ? html` aria-current="page"` : null);
  const links = LINKS.map(([path, name]) => html`<li><a href="${path}"${current(path)}>${name}</a></li>`);
  const account =
    viewer === null
      ? html`<ul><li><a href="/signin"${current("/signin")}>Sign in</a></li><li><a class="button small" href="/signup"${current("/signup")}>Sign up</a></li></ul>`
      : html`<ul class="links">${links}</ul><div class="account"><span class="purse">${viewer.credits} credits</span>
          <form method="post" action="/signout"><button class="quiet">Sign out</button></form></div>`;
  return html`<!doctype html>
<html lang="en" data-theme="${viewer?.theme ?? "auto"}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${options.title} · Miky.ai</title>
<link rel="icon" href="/assets/miky.svg"><link rel="stylesheet" href="/assets/miky.css">
${options.script === true ? html`<script src="/assets/chat.js" defer></script>` : null}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><nav aria-label="Main"><a class="brand" href="/"><img src="/assets/miky.svg" alt="" width="26" height="26">Miky.ai</a>${account}</nav></header>
${options.policyFrom === undefined ? null : html`<p class="warning" role="note">From ${options.policyFrom} on a new <a href="${options.policyUrl}">privacy policy</a> holds.</p>`}
<main id="main">${content}</main>
<footer><p><a href="${options.policyUrl}">Privacy policy</a><a href="/contact">Contact</a><a href="/complaints">Complaints</a><span>Miky.ai is a reference service: its specialists are stand-ins.</span></p></footer>
</body>
</html>`.markup;
}

/** What is wrong with the form that was sent, above it. */
export const problemList = (problems: readonly string[]): Html | null =>
  problems.length === 0
    ? null
    : html`<div class="problems" role="alert"><p>That did not work:</p><ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul></div>`;

export const when = (at: Date): Html =>
  html`<time datetime="${at.toISOString()}">${at.toISOString().slice(0, 16).replace("T", " ")}</time>`;
