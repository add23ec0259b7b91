/** The verifier as one HTML file that loads nothing: its policy forbids it every connection, and names the hash of its one script. */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ENTRY = fileURLToPath(new URL("./web/browser.ts", import.meta.url));

const STYLE = `:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
label{display:block;margin-block:1rem .25rem;font-weight:600}small{display:block;font-weight:400}textarea,input{font:inherit;inline-size:100%;box-sizing:border-box}
textarea{font-family:ui-monospace,monospace;font-size:.85rem}pre{overflow-x:auto;padding:.75rem;border:1px solid #8886}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}
dd{margin:0;overflow-wrap:anywhere}.yes,.no,.open{font-size:1.25rem;font-weight:600;border-inline-start:.4rem solid;padding-inline-start:.75rem}.yes{border-color:#1a7f37}.no{border-color:#cf222e}.open{border-color:#9a6700}`;

/** `keys` are filled in where the page is given out by somebody who vouches for them. */
export async function verifierPage(keys: readonly string[] = []): Promise<string> {
  const script = await bundle();
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(STYLE)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Verify a receipt</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Verify a receipt</h1>
<p>Everything happens on this page. It loads nothing and sends nothing: you may go offline first.</p>
<label for="file">Receipt<small>the file that ends in .tlog-proof</small></label>
<input id="file" type="file" accept=".tlog-proof,text/plain"><span id="name"></span>
<label for="key">Key of the log<small>from the controller's site or from an auditor, never from whoever sent you the receipt</small></label>
<textarea id="key" rows="2" spellcheck="false">${keys.map(escapeHtml).join("\n")}</textarea>
<label for="origin">Name of the log<small>only where it is not the name of its key</small></label>
<input id="origin" spellcheck="false">
<label for="witness">Keys of witnesses<small>one a line; optional</small></label>
<textarea id="witness" rows="2" spellcheck="false"></textarea>
<label for="person">Is it about this person?<small>optional, one a line: email=ada@example.org</small></label>
<textarea id="person" rows="1" spellcheck="false"></textarea>
<section id="result" aria-live="polite" aria-label="Result"></section>
</main>
<script>${script}</script>
</body>
</html>
`;
}

async function bundle(): Promise<string> {
  const build = await rolldown({ input: ENTRY, platform: "browser", logLevel: "silent" });
  try {
    const { output } = await build.generate({ format: "iife", minify: true, comments: false });
    const [chunk, ...others] = output;
    if (others.length > 0) throw new Error("the page must be one script");
    // Inside HTML a script ends at the first such tag, wherever it stands.
    if (/<\/script|<!--/i.test(chunk.code)) throw new Error("the script holds what ends a script");
    return chunk.code.trim();
  } finally {
    await build.close();
  }
}

const hashOf = (text: string): string =>
  `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
