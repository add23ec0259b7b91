/** Pages for everybody: the front, the policy as it stands in the service's folder, and the few files that pages need. */
import { readFile } from "node:fs/promises";
import { type Html, html } from "../html.ts";
import { missing, type Routes, show } from "./route.ts";

const ASSETS = { "miky.css": "text/css", "miky.svg": "image/svg+xml", "chat.js": "text/javascript" } as const;

const front = (
  signedIn: boolean,
): Html => html`<section class="hero"><h1>Six specialists, one question away</h1>
  <p class="lead">Business, writing, code, health, travel, study: ask the one who knows, pay only for the answers that you get.</p>
  <p class="row">${signedIn ? html`<a class="button" href="/chat">Ask a specialist</a>` : html`<a class="button" href="/signup">Start with 50 credits</a> <a class="button quiet" href="/signin">Sign in</a>`}</p></section>
  <div class="columns three"><section class="card"><h2>Pay by the answer</h2><p>One to three credits each. The same question within ten minutes costs nothing.</p></section>
  <section class="card"><h2>Bring friends</h2><p>Your code earns you a share of what they buy, and of what their friends buy.</p></section>
  <section class="card"><h2>Your data is yours</h2><p>Download all of it or delete your account in the settings, whenever you like.</p></section></div>`;

/** Headings, paragraphs and list items of a policy in Markdown, without its front matter and its machine-readable blocks. */
export function policyHtml(markdown: string): readonly Html[] {
  const prose = markdown.replace(/^---\n[\s\S]*?\n---\n/, "").replaceAll(/^```commit\n[\s\S]*?^```$/gm, "");
  const plain = (text: string): string => text.replaceAll(/\*\*|__|`/g, "").replace(/\s*\{#[\w-]+\}$/, "");
  return prose.split(/\n{2,}/).flatMap((block): readonly Html[] => {
    const text = block.trim();
    const heading = /^(#{1,3})\s+(.*)$/.exec(text);
    if (text === "" || text.startsWith("<!--")) return [];
    if (heading !== null)
      return [
        heading[1] === "#"
          ? html`<h1>${plain(heading[2] ?? "")}</h1>`
          : html`<h2>${plain(heading[2] ?? "")}</h2>`,
      ];
    if (!/^[-*] /.test(text)) return [html`<p>${plain(text)}</p>`];
    return [
      html`<ul>${text.split(/\n(?=[-*] )/).map((item) => html`<li>${plain(item.slice(2))}</li>`)}</ul>`,
    ];
  });
}

export const homeRoutes: Routes = (app, deps) => {
  app.get("/", async (request, reply) =>
    show(deps, request, reply, { title: "Ask a specialist" }, front(request.viewer !== null)),
  );

  app.get("/privacy", async (request, reply) => {
    const markdown = await readFile(new URL("../../policy.en.md", import.meta.url), "utf8").catch(() => null);
    if (markdown === null) return missing(deps, request, reply);
    return show(
      deps,
      request,
      reply,
      { title: "Privacy policy" },
      html`<article class="prose">${policyHtml(markdown)}</article>`,
    );
  });

  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .header("cache-control", "public, max-age=300")
        .send(await readFile(new URL(`../assets/${name}`, import.meta.url))),
    );
  }
};
