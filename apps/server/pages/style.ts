/** The board's style: one sheet, light and dark by the reader's own setting, no colour without a sign beside it. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--ground:#fff;--card:#f6f8fa;--kept:#1a7f37;--broken:#c1121f;--unproven:#7a5200;--attested:#0550ae}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--ground:#0d1117;--card:#161b22;--kept:#57c96b;--broken:#ff7b72;--unproven:#e3b341;--attested:#79c0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1rem 4rem}h1{font-size:1.7rem;margin:0 0 .25rem;text-wrap:balance}
p{margin:.25rem 0}.soft{color:var(--soft)}.note{margin:0 0 1.5rem}
.sum{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0 2rem;padding:0;list-style:none}
.sum li{flex:1 1 9rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
.sum li>a{color:inherit;text-decoration:none;display:block}.sum li>a,.sum li:not(:has(a)){padding:.5rem .9rem .6rem}
.sum a:hover span{text-decoration:underline}.sum b{display:block;font-size:1.6rem;font-variant-numeric:tabular-nums;line-height:1.2}
.sum small{display:block;color:var(--soft);line-height:1.3;margin-top:.15rem}
.kept{color:var(--kept)}.broken{color:var(--broken)}.unproven{color:var(--unproven)}.attested{color:var(--attested)}.not-applicable{color:var(--soft)}
.group{margin:0 0 2rem;scroll-margin-top:1rem}h2{font-size:1.1rem;margin:0 0 .5rem}h2 small{color:var(--soft);font-weight:400}
.rows{border:1px solid var(--line);border-radius:.6rem;background:var(--card);overflow:hidden}.rows details+details{border-top:1px solid var(--line)}
summary{display:grid;grid-template-columns:4rem minmax(0,1fr) auto;gap:.2rem .75rem;align-items:baseline;padding:.5rem .9rem;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}summary>code:first-child::before{content:"▸ ";content:"▸ " / "";display:inline-block;inline-size:1.1em;color:var(--soft)}[dir=rtl] summary>code:first-child::before{content:"◂ ";content:"◂ " / ""}details[open]>summary>code:first-child::before{content:"▾ ";content:"▾ " / ""}summary:hover{background:color-mix(in srgb,var(--line) 30%,transparent)}
summary:focus-visible{outline:3px solid var(--attested);outline-offset:-3px;border-radius:.6rem}
.s>span{display:block}.s>span:first-child::first-letter{text-transform:uppercase}
.why{color:var(--soft);font-size:.9rem;display:-webkit-box!important;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.how{color:var(--soft);font-size:.82rem;font-variant-numeric:tabular-nums}
.fold{gap:.5rem;margin:0 0 1rem}.fold:not([hidden]){display:flex}.fold button{font:inherit;font-size:.86rem;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.3rem .8rem;cursor:pointer}.fold button:hover{border-color:var(--soft)}.fold button:focus-visible{outline:3px solid var(--attested);outline-offset:2px}
details[open] .why{-webkit-line-clamp:unset}summary code{color:var(--soft)}.at{font-size:.78rem;text-align:end}
#broken .why{color:var(--ink)}#unproven summary,#not-applicable summary{padding-block:.3rem;font-size:.94rem}#unproven .why,#not-applicable .why{font-size:.85rem}#not-applicable .why{-webkit-line-clamp:1}
.c{border-top:1px solid var(--line);padding:.6rem .9rem .7rem;margin-inline-start:4.75rem}.c h3{font-size:.95rem;font-weight:600;margin:0 0 .15rem}.c h3 span{margin-inline-end:.4rem}
blockquote{margin-block:.4rem .6rem;margin-inline:5.65rem .9rem;padding:.1rem .8rem;border-inline-start:3px solid var(--line);color:var(--soft)}
code{font:.86em ui-monospace,monospace;overflow-wrap:anywhere}.meta{font-size:.86rem;color:var(--soft)}em{color:var(--soft)}
.warn{border:1px solid var(--broken);border-radius:.6rem;padding:.6rem .9rem;margin:1rem 0}
@media(max-width:40rem){.sum{display:grid;grid-template-columns:1fr 1fr;gap:.5rem}.sum small{display:none}summary{grid-template-columns:3.6rem minmax(0,1fr)}.at{grid-column:2;text-align:start}.c{margin-inline-start:0}blockquote{margin-inline:.9rem}}
`;
