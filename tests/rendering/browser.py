"""Pages opened in headless Chromium: what it lays out, measured by a script of the test's own."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--allow-file-access-from-files",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip

_MEASURE = """
const frame = document.querySelector("iframe");
const measure = () => {
  const page = frame.contentDocument, view = frame.contentWindow;
  const formulas = [...page.querySelectorAll("math")];
  const scrolls = element => element.scrollWidth > element.clientWidth + 1;
  const scrolled = [...page.querySelectorAll(":not(math *)")].filter(
    element => scrolls(element) && /auto|scroll/.test(view.getComputedStyle(element).overflowX)
  );
  const right = element => element.getBoundingClientRect().right;
  const beyond = (edge, elements) => elements.filter(element => right(element) > edge + 1);
  const articles = [...page.querySelectorAll("article")];
  const around = [...page.body.querySelectorAll("*")].filter(element => !element.closest("article"));
  const outside = articles.reduce(
    (found, article) => [...found, ...beyond(right(article), [...article.querySelectorAll("*")])],
    beyond(right(page.documentElement), [...around, ...articles]),
  );
  const laidOut = formula =>
    formula.namespaceURI.endsWith("MathML") && /math/.test(view.getComputedStyle(formula).display)
    && formula.getBoundingClientRect().height > 4;
  return {
    width: page.documentElement.clientWidth,
    content: page.documentElement.scrollWidth,
    formulas: formulas.length,
    raw: formulas.filter(formula => !laidOut(formula)).map(formula => formula.outerHTML).slice(0, 5),
    outside: outside.map(element => element.outerHTML.slice(0, 600)).slice(0, 5),
    scrolled: scrolled.map(element => element.className || element.localName).slice(0, 5),
    title: page.title,
  };
};
frame.onload = () => {
  const found = widths.map(width => {
    frame.style.width = `${width}px`;
    return measure();
  });
  document.querySelector("output").textContent = JSON.stringify(found);
};
"""


def measured(page: str, widths: Sequence[int], folder: Path) -> list[dict[str, Any]]:
    """How the page comes out in windows of these widths; ``console`` holds what the browser complained of."""
    inner, outer = folder / "page.html", folder / "measured.html"
    inner.write_text(page, encoding="utf-8")
    outer.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><output></output>'
        f'<iframe style="border:0;width:{widths[0]}px;height:800px"></iframe>'
        f"<script>const widths = {json.dumps(widths)};{_MEASURE}\nframe.src = {json.dumps(inner.name)};</script>",
        encoding="utf-8",
    )
    command = ["chromium", *_OPTIONS, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000"]
    done = subprocess.run(
        [*command, "--dump-dom", outer.as_uri()], capture_output=True, text=True, timeout=300, check=True
    )
    found = re.search(r"<output>(.*?)</output>", done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    results: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return [{**result, "console": re.findall(r".*CONSOLE.*", done.stderr)} for result in results]
