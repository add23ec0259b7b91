/**
 * The published page's style: one sheet for light, dark and paper, in the board's colours. Logical properties only, so that it also reads
 * from right to left; every colour has words or a sign beside it. Contrast is held by the axe test.
 */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--ground:#fff;--card:#f6f8fa;--kept:#1a7f37;--broken:#c1121f;--unproven:#7a5200;--attested:#0550ae;--ins:#dafbe1;--del:#ffebe9}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--line:#3d444d;--ground:#0d1117;--card:#161b22;--kept:#57c96b;--broken:#ff7b72;--unproven:#e3b341;--attested:#79c0ff;--ins:#12301d;--del:#3d1518}}
*{box-sizing:border-box}html{scroll-padding-block-start:1.5rem}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.7 system-ui,sans-serif;overflow-wrap:break-word;text-wrap:pretty}
:lang(zh) body,body:lang(zh){line-height:1.85}
a{color:var(--attested);text-decoration-thickness:.06em;text-underline-offset:.18em}
a:hover{text-decoration-thickness:.14em}:focus-visible{outline:3px solid var(--attested);outline-offset:3px;border-radius:.2rem}
.skip{position:absolute;inset-inline-start:1rem;inset-block-start:-6rem;background:var(--ground);padding:.5rem 1rem;border:2px solid var(--attested);border-radius:.4rem;z-index:2}.skip:focus{inset-block-start:1rem}
.page{max-inline-size:66rem;margin-inline:auto;padding:3.5rem 1.5rem 5rem}
.top{max-inline-size:42rem;margin-block-end:2.75rem}.eyebrow{margin:0 0 .4rem;color:var(--soft);font-size:.95rem}
h1,h2,h3,h4,h5,h6{line-height:1.3;text-wrap:balance;font-weight:650}
h1{font-size:clamp(1.8rem,1.3rem + 2.2vw,2.6rem);line-height:1.18;letter-spacing:-.018em;margin:0 0 1.3rem}:lang(zh) h1,h1:lang(zh){letter-spacing:0}
h1.plain{font-size:clamp(1.5rem,1.2rem + 1vw,1.85rem)}
h2{font-size:1.5rem;letter-spacing:-.01em;margin:3.4rem 0 .9rem;padding-block-start:1.6rem;border-block-start:1px solid var(--line)}
h3{font-size:1.18rem;margin:2.2rem 0 .6rem}h4,h5,h6{font-size:1.03rem;margin:1.8rem 0 .5rem}
article>h2:first-child,article>section:first-child>h2{margin-block-start:0;padding-block-start:0;border:0}
.facts{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1.4rem;margin:0;font-size:.95rem}.facts dt{color:var(--soft)}.facts dd{margin:0}
.langs{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0 0 1.6rem;padding:0;list-style:none;font-size:.95rem}.langs [aria-current]{font-weight:650}
.note{color:var(--soft);font-size:.95rem;margin:1.1rem 0 0}
.banner{border:1px solid var(--line);border-inline-start:4px solid var(--attested);border-radius:.4rem;background:var(--card);padding:.7rem 1rem;margin:0 0 2rem}
.banner.draft{border-inline-start-color:var(--broken);font-weight:650}
.cols{display:grid;grid-template-columns:minmax(0,42rem);gap:2.5rem}
@media(min-width:62rem){.cols:has(.toc){grid-template-columns:14.5rem minmax(0,42rem);gap:4.5rem}.cols .toc{position:sticky;inset-block-start:0;max-block-size:100vh;overflow-y:auto;padding-block:1.5rem;align-self:start;margin-block-start:-1.5rem}}
.toc{font-size:.9rem;line-height:1.45}.toc h2{font-size:.9rem;letter-spacing:0;margin:0 0 .6rem;padding:0;border:0;color:var(--soft)}
.toc ol{list-style:none;margin:0;padding:0}.toc ol ol{padding-inline-start:.9rem}.toc li{margin:0}
.toc a{display:block;padding:.25rem 0;color:var(--ink);text-decoration:none}.toc ol ol a{color:var(--soft)}.toc a:hover{text-decoration:underline;color:var(--attested)}
p{margin:0 0 1rem}p:has(+details){margin-block-end:.15rem}article ul,article ol{margin:0 0 1rem;padding-inline-start:1.5rem}article li{margin-block:.3rem}article li>p{margin-block-end:.3rem}
article li::marker{color:var(--soft)}blockquote{margin:1rem 0;padding-inline-start:1.1rem;border-inline-start:3px solid var(--line)}
:target{background:linear-gradient(var(--card),var(--card));box-shadow:0 0 0 .4rem var(--card);border-radius:.1rem}h2:target{box-shadow:none}
.right{font-weight:650;text-decoration:underline;text-decoration-thickness:.07em;text-underline-offset:.22em}.right a{text-decoration:underline double}
.scroll{overflow-x:auto;margin:1rem 0 1.3rem}table{border-collapse:collapse;inline-size:100%;font-size:.95rem;line-height:1.5}
th,td{text-align:start;vertical-align:top;padding:.55rem .8rem;border-block-end:1px solid var(--line)}th{color:var(--soft);font-weight:600}
th:first-child,td:first-child{padding-inline-start:0}
code{font:.86em ui-monospace,monospace;overflow-wrap:anywhere}
details{margin:.1rem 0 1.1rem;font-size:.875rem;line-height:1.55}li>details{margin-block-end:.6rem}
summary{display:inline-block;cursor:pointer;color:var(--soft);padding:.2rem 0;list-style:none;border-radius:.2rem}summary::-webkit-details-marker{display:none}
summary::before{content:"+";display:inline-block;inline-size:1.1em;font-family:ui-monospace,monospace}details[open]>summary::before{content:"−"}
summary:hover{color:var(--ink)}.v{font-weight:650;white-space:nowrap;margin-inline-start:.8rem}
.kept{color:var(--kept)}.broken{color:var(--broken)}.unproven{color:var(--unproven)}.attested{color:var(--attested)}
.twin{border:1px solid var(--line);border-radius:.6rem;background:var(--card);padding:.8rem 1rem;margin-block-start:.35rem}.twin p{margin:0 0 .5rem}.twin p:last-child{margin:0}
.twin ul{list-style:none;margin:0 0 .6rem;padding:0}.twin li{padding-block:.45rem;border-block-end:1px solid var(--line);margin:0}
.twin .says{display:block;color:var(--ink)}.twin .meta{display:block;color:var(--soft)}.twin .v{margin:0}
.origin{border:1px solid var(--soft);border-radius:.3rem;padding:0 .4rem;color:var(--soft)}.origin.law{border-style:double;border-width:3px}.origin.ours{border-style:dashed}
.foot{max-inline-size:42rem;margin-block-start:4rem;padding-block-start:1.5rem;border-block-start:1px solid var(--line);font-size:.9rem;color:var(--soft)}.foot h2{font-size:1rem;border:0;padding:0;margin:1.4rem 0 .4rem;color:var(--ink)}.foot ul{margin:0 0 1rem;padding-inline-start:1.2rem}
ins{background:var(--ins);color:inherit;text-decoration:underline;text-decoration-thickness:.1em;text-underline-offset:.2em}del{background:var(--del);color:inherit;text-decoration:line-through}
.same{color:var(--soft)}.change{border-inline-start:3px solid var(--attested);padding-inline-start:.9rem;margin-inline-start:calc(-.9rem - 3px)}
.draft-mark::before{content:attr(data-mark);position:fixed;inset:35% 0 auto;text-align:center;font-size:min(9rem,26vw);font-weight:700;opacity:.09;transform:rotate(-24deg);pointer-events:none}
.sr{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:40rem){body{font-size:1rem}.page{padding:2rem 1.15rem 4rem}.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-block-end:.5rem}.toc ol ol{display:none}.change{margin-inline-start:0}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--ground:#fff;--card:#fff;--attested:#000;--kept:#000;--broken:#000;--unproven:#000;--ins:#fff;--del:#fff;color-scheme:light}
body{font-size:10.5pt;line-height:1.5}.page{padding:0;max-inline-size:none}.toc,.skip,.langs,details:not([open]){display:none}.cols,.cols:has(.toc){display:block}.foot,.top{max-inline-size:none}
h2{margin-block-start:1.6rem;padding-block-start:.8rem}h1,h2,h3,h4,summary{break-after:avoid}p,li,tr,.twin{orphans:3;widows:3}tr,.twin{break-inside:avoid}article a[href^="http"]::after{content:" (" attr(href) ")";font-size:.85em;overflow-wrap:anywhere}
@page{margin:20mm 18mm}}
`;
