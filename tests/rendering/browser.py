"""Pages opened in headless Chromium: what it lays out, measured by a script of the test's own."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip

_MEASURE = """
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const formulas = [...page.querySelectorAll("math")];
  const scrolls = element => element.scrollWidth > element.clientWidth + 1;
  const scrolled = [...page.querySelectorAll("*")].filter(
    element => scrolls(element) && /auto|scroll/.test(view.getComputedStyle(element).overflowX)
  );
  const right = element => element.getBoundingClientRect().right;
  const edge = element => right(element.closest("article") || page.documentElement) + 1;
  const outside = [...page.body.querySelectorAll("*")].filter(element => right(element) > edge(element));
  const laidOut = formula =>
    formula.namespaceURI.endsWith("MathML") && /math/.test(view.getComputedStyle(formula).display)
    && formula.getBoundingClientRect().height > 4;
  document.querySelector("output").textContent = JSON.stringify({
    width: page.documentElement.clientWidth,
    content: page.documentElement.scrollWidth,
    formulas: formulas.length,
    raw: formulas.filter(formula => !laidOut(formula)).map(formula => formula.outerHTML).slice(0, 5),
    outside: outside.map(element => element.outerHTML.slice(0, 600)).slice(0, 5),
    scrolled: scrolled.map(element => element.className || element.localName).slice(0, 5),
    title: page.title,
  });
};
"""


def measured(page: str, width: int, folder: Path) -> dict[str, Any]:
    """How the page comes out in a window of that width; ``console`` holds what the browser complained of."""
    document = folder / f"measured-{width}.html"
    document.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><output></output>'
        f'<iframe style="border:0;width:{width}px;height:800px"></iframe>'
        f"<script>{_MEASURE}\nframe.srcdoc = {_in_script(page)};</script>",
        encoding="utf-8",
    )
    command = ["chromium", *_OPTIONS, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000"]
    done = subprocess.run(
        [*command, "--dump-dom", document.as_uri()], capture_output=True, text=True, timeout=60, check=True
    )
    found = re.search(r"<output>(.*?)</output>", done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    return {**result, "console": re.findall(r".*CONSOLE.*", done.stderr)}


def _in_script(text: str) -> str:
    return json.dumps(text).replace("</", "<\\/").replace("<!--", "<\\!--")
