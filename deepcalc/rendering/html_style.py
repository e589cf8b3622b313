"""The look of exported HTML: dark and light, narrow and wide, on paper. Every rule holds inside ``.deepcalc`` only."""

from __future__ import annotations

_LIGHT = (
    "--paper:#fff;--ink:#1b1b1b;--quiet:#595959;--rule:#1b1b1b;--line:#d4d4d4;--faint:#f5f5f3;"
    "--accent:#1d4a73;--right:#14532d;--right-paper:#edf5ee"
)
_DARK = (
    "--paper:#17191c;--ink:#e4e4e2;--quiet:#a9aeb5;--rule:#878d95;--line:#40454c;--faint:#202327;"
    "--accent:#8fbce8;--right:#a5d8a8;--right-paper:#1c2a20"
)

PAGE_STYLE = """\
html { background:#fff }
body { margin:0 }
main.deepcalc { max-width:52rem; margin:0 auto; padding:2.5rem 1.5rem 4rem }
@media (max-width:40rem) { main.deepcalc { padding:1.25rem 1rem 2.5rem } }
@media screen and (prefers-color-scheme:dark) { html { background:#17191c } }
@page { margin:20mm 18mm }
@media print { main.deepcalc { max-width:none; padding:0 } }
"""

FRAGMENT_STYLE = """\
.deepcalc.fragment { padding:1rem }
"""

STYLE = f"""\
.deepcalc {{
  {_LIGHT};
  color-scheme:light; color:var(--ink); background:var(--paper);
  font:1.0625rem/1.5 "STIX Two Text","Latin Modern Roman","LM Roman 10",Cambria,Charter,Georgia,serif;
  overflow-wrap:anywhere; text-wrap:pretty;
}}
@media screen and (prefers-color-scheme:dark) {{ .deepcalc {{ {_DARK}; color-scheme:dark }} }}
.deepcalc *, .deepcalc *::before {{ box-sizing:border-box }}
.deepcalc math {{ font:1em "STIX Two Math","Latin Modern Math","Cambria Math",math; overflow-wrap:normal }}
.deepcalc .kept {{ display:inline-block; white-space:nowrap }}
.deepcalc .group {{ display:inline-block }}
.deepcalc .display {{ display:block; margin:.6em 0; text-align:center }}

.deepcalc :is(h1,h2,h3) {{ font-weight:600; line-height:1.25; margin:0; text-wrap:balance; break-after:avoid }}
.deepcalc h1 {{ font-size:1.6rem }}
.deepcalc h2 {{ font-size:1.25rem }}
.deepcalc h3 {{ font-size:1.1rem }}
.deepcalc .points {{ font-size:.9rem; font-weight:400; color:var(--quiet); white-space:nowrap; margin-left:.4em }}
.deepcalc :is(.reference,.note,.explanation) {{ color:var(--quiet); font-size:.92em }}
.deepcalc header {{ margin-bottom:1.25rem }}
.deepcalc header p {{ margin:.3em 0 0 }}
.deepcalc :is(p,pre) {{ margin:.6em 0 }}
.deepcalc pre {{ white-space:pre-wrap; background:var(--faint); padding:.6em .8em }}
.deepcalc :is(code,pre) {{ font-family:"Latin Modern Mono",Consolas,Menlo,monospace; font-size:.95em }}
.deepcalc nav {{ margin:1.25rem 0 }}
.deepcalc a {{ color:var(--accent) }}
.deepcalc article {{ overflow-x:auto }}
.deepcalc nav + article {{ margin-top:2.5rem }}
.deepcalc article + article {{ margin-top:3.5rem; padding-top:2.5rem; border-top:2px solid var(--rule) }}

.deepcalc table {{ border-collapse:collapse; width:100%; margin:1rem 0; text-align:left; background:none }}
.deepcalc caption {{ text-align:left; font-weight:600; color:var(--accent); padding-bottom:.3em; break-after:avoid }}
.deepcalc :is(th,td) {{ vertical-align:baseline; padding:.3em 1.1em .3em 0; text-align:left; background:none }}
.deepcalc th {{ overflow-wrap:break-word }}
.deepcalc :is(th,td):last-child {{ padding-right:0 }}
.deepcalc :is(.given,.textbook,.figures,.summary) {{ border-block:1px solid var(--rule) }}
.deepcalc :is(.given,.textbook,.figures,.summary) tr {{ border-top:1px solid var(--line); background:none }}
.deepcalc :is(.given,.textbook,.figures,.summary) tr {{ break-inside:avoid }}
.deepcalc :is(.textbook,.figures,.summary) thead {{ border-bottom:1px solid var(--rule) }}
.deepcalc tfoot {{ border-top:1px solid var(--rule) }}
.deepcalc :is(thead,tfoot) th, .deepcalc .summary tbody th {{ font-weight:600 }}
.deepcalc tbody th {{ font-weight:400 }}
.deepcalc :is(.given,.textbook,.figures,.summary) th:first-child {{ width:1%; white-space:nowrap; padding-right:1.5em }}
.deepcalc .summary {{ margin-top:2.2rem }}
.deepcalc .summary :is(th,td):nth-child(3), .deepcalc .summary tfoot td {{ text-align:right; width:1% }}
.deepcalc .summary tfoot td {{ font-weight:600 }}
.deepcalc .summary tbody td:nth-child(2) {{ color:var(--right) }}

.deepcalc ul.equations {{ list-style:none; display:flex; flex-wrap:wrap; gap:.15em 1.6em; margin:0; padding:0 }}
.deepcalc .equations li {{ margin:0; max-width:100% }}

.deepcalc figure {{ margin:1.25rem 0; break-inside:avoid; text-align:center }}
.deepcalc figcaption {{ color:var(--quiet); font-size:.92em; margin-top:.4em }}
.deepcalc figure svg {{ max-width:100%; height:auto }}

.deepcalc .part {{ margin-top:2.2rem }}
.deepcalc .asked, .deepcalc .asked p {{ margin:.4em 0 .6em }}
.deepcalc summary {{ color:var(--quiet); font-size:.92em; cursor:pointer; width:max-content }}
.deepcalc summary:focus-visible {{ outline:2px solid var(--accent); outline-offset:2px }}

.deepcalc .derivation {{ margin:.5rem 0 1rem }}
.deepcalc .derivation tbody {{ break-inside:avoid }}
.deepcalc .derivation :is(th,td) {{ padding-block:.22em }}
.deepcalc .derivation tbody + tbody tr:first-child > * {{ padding-top:.75em }}
.deepcalc .derivation th {{ width:1%; white-space:nowrap; text-align:right; padding-right:.1em; padding-left:.5em }}
.deepcalc .derivation .relation {{ width:1%; white-space:nowrap; padding-right:.15em }}
.deepcalc .derivation .note {{ width:30% }}
.deepcalc .textbook .note {{ display:block }}
.deepcalc .result {{ font-weight:400 }}
.deepcalc :is(.answer,.answers,.right) {{ color:var(--right) }}
.deepcalc td .answer {{ background:var(--right-paper); padding:0 .3em; margin-inline:-.05em; border-radius:.2em }}
.deepcalc td .answer:has(mtable) {{ display:inline-block }}

.deepcalc .answers {{
  display:flex; gap:.3em 1.1em; margin:1rem 0; padding:.55em .9em;
  background:var(--right-paper); border-left:3px solid var(--right); break-inside:avoid;
}}
.deepcalc .answers p:first-of-type {{ margin-top:0 }}
.deepcalc .answers p:last-child {{ margin-bottom:0 }}
.deepcalc .label {{ font-weight:600; white-space:nowrap }}

.deepcalc .choices {{ list-style:none; margin:.6em 0; padding:0 }}
.deepcalc .choices li {{ display:flex; gap:.6em; margin:.45em 0; break-inside:avoid }}
.deepcalc .mark {{ font-family:"DejaVu Sans","Segoe UI Symbol",sans-serif; line-height:1.4 }}
.deepcalc .key {{ font-weight:600; min-width:.7em }}
.deepcalc .option {{ flex:1; min-width:0 }}
.deepcalc .explanation {{ display:block }}
.deepcalc .spoken {{ position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%) }}
.deepcalc .room {{ display:none }}

@media (max-width:40rem) {{
  .deepcalc mtable mtd {{ padding:.3ex .3em; font-size:.88em }}
  .deepcalc .derivation {{ display:grid; grid-template-columns:auto auto minmax(0,1fr) }}
  .deepcalc .derivation :is(tbody,tr) {{ display:contents }}
  .deepcalc .derivation :is(caption,.prose) {{ grid-column:1 / -1 }}
  .deepcalc .derivation .note {{ grid-column:3; width:auto; padding-block:0 }}
  .deepcalc .derivation :is(th,.relation) {{ width:auto; align-self:baseline }}
  .deepcalc .derivation td.line {{ align-self:baseline }}
  .deepcalc .derivation tbody + tbody tr:first-child > .note {{ padding-top:0 }}
  .deepcalc .note:empty {{ display:none }}
  .deepcalc :is(.given,.textbook,.figures,.summary) th:first-child {{ white-space:normal; padding-right:.9em }}
  .deepcalc .summary tr {{ display:grid; grid-template-columns:2.4em minmax(0,1fr) auto }}
  .deepcalc .summary :is(thead,tbody,tfoot) {{ display:block }}
  .deepcalc .summary :is(th,td):nth-child(3) {{ width:auto }}
  .deepcalc .summary td:nth-child(2) {{ padding-right:.5em }}
  .deepcalc .answers {{ flex-wrap:wrap }}
}}
@media (max-width:26rem) {{
  .deepcalc mtable mtd {{ padding:.3ex .27em; font-size:.76em }}
  .deepcalc header mtable mtd, .deepcalc p mtable mtd {{ padding:.3ex .2em; font-size:.6em }}
  .deepcalc .figures :is(th,td), .deepcalc .figures th:first-child {{ padding-inline:0 .4em; font-size:.72rem }}
  .deepcalc .derivation:is(.wide,:has(mtable)) {{ grid-template-columns:auto minmax(0,1fr) }}
  .deepcalc .derivation:is(.wide,:has(mtable)) th {{ grid-column:1 / -1; text-align:left; padding-left:0 }}
  .deepcalc .derivation:is(.wide,:has(mtable)) .note {{ grid-column:2 }}
  .deepcalc .derivation:is(.wide,:has(mtable)) td:empty {{ display:none }}
}}
@media screen and (max-width:48rem) {{
  .deepcalc .textbook tr {{ display:grid; grid-template-columns:clamp(4.5em,18vw,5.5em) minmax(0,1fr) }}
  .deepcalc .textbook :is(thead,tbody) {{ display:block }}
  .deepcalc .textbook tr > :first-child {{ grid-area:1 / 1; width:auto }}
  .deepcalc .textbook tr > :not(:first-child) {{ grid-column:2; padding-right:0 }}
  .deepcalc .textbook td:empty {{ display:none }}
}}
@media print {{
  .deepcalc {{ font-size:10.5pt }}
  .deepcalc summary {{ display:none }}
  .deepcalc :is(.answer,.answers) {{ print-color-adjust:exact }}
  .deepcalc .room {{ display:block }}
  .deepcalc article {{ overflow:visible }}
  .deepcalc a {{ color:inherit; text-decoration:none }}
  .deepcalc article + article {{ break-before:page; margin:0; padding:0; border:0 }}
}}
"""
