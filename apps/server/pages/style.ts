/** The board's style: one sheet, light and dark by the reader's own setting, no colour without a sign beside it. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--ground:#fff;--card:#f6f8fa;--kept:#1a7f37;--broken:#c1121f;--unproven:#7a5200;--attested:#0550ae}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--ground:#0d1117;--card:#161b22;--kept:#57c96b;--broken:#ff7b72;--unproven:#e3b341;--attested:#79c0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1rem 4rem}h1{font-size:1.7rem;margin:0 0 .25rem;text-wrap:balance}
p{margin:.25rem 0}.soft{color:var(--soft)}a{color:var(--attested)}
.sum{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0;padding:0;list-style:none}
.sum li{border:1px solid var(--line);border-radius:.6rem;padding:.5rem .9rem;background:var(--card);min-width:6.5rem}
.sum b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums;line-height:1.2}
.kept{color:var(--kept)}.broken{color:var(--broken)}.unproven{color:var(--unproven)}.attested{color:var(--attested)}
details{border:1px solid var(--line);border-radius:.6rem;margin:.5rem 0;background:var(--card)}
summary{display:grid;grid-template-columns:6.8rem 3.2rem 1fr;gap:.75rem;align-items:baseline;padding:.6rem .9rem;cursor:pointer}
summary:focus-visible{outline:3px solid var(--attested);outline-offset:2px;border-radius:.6rem}
summary .v{font-weight:650;white-space:nowrap}summary code{color:var(--soft)}
.c{border-top:1px solid var(--line);padding:.7rem .9rem .9rem}.c h3{font-size:1rem;margin:0 0 .2rem}
blockquote{margin:.4rem 0;padding:.1rem .8rem;border-inline-start:3px solid var(--line);color:var(--soft)}
code{font:.86em ui-monospace,monospace;overflow-wrap:anywhere}.meta{font-size:.88rem;color:var(--soft)}
.warn{border:1px solid var(--broken);border-radius:.6rem;padding:.6rem .9rem;margin:1rem 0}
@media(max-width:40rem){summary{grid-template-columns:1fr auto;row-gap:.1rem}summary .s{grid-column:1/-1}}
`;
