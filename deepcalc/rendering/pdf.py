"""LaTeX → PDF through the TeX that is installed, in a folder of its own that TeX may not leave."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from time import monotonic

from deepcalc.errors import DeepcalcError, UsageError
from deepcalc.records import record

_JOB = "document"
_OPTIONS = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
_MOST_RUNS = 4  # until points and page numbers have settled


class TexError(DeepcalcError):
    """TeX could not set the document; its message is one line, the log is kept."""


@record
class _Engine:
    """A program that makes a PDF: its options, the other programs that it needs, how often it is to be run at most."""

    program: str
    options: tuple[str, ...]
    needs: tuple[str, ...] = ()
    runs: int = 1


_ENGINES = (
    _Engine("latexmk", ("-norc", "-pdf", *_OPTIONS), needs=("pdflatex",)),
    _Engine("pdflatex", _OPTIONS, runs=_MOST_RUNS),
    _Engine("lualatex", _OPTIONS, runs=_MOST_RUNS),
    _Engine("tectonic", ("--untrusted", "--keep-logs")),
)
"""The engines in the order in which they are looked for."""

_CONFINED = {"openin_any": "p", "openout_any": "p", "shell_escape": "f", "max_print_line": "1000"}
"""Settings of TeX: no file outside its folder and its own tree is read or written, and a log line stays one line."""

_UNSETTLED = re.compile(rb"Rerun (?:to get|LaTeX)")
_ERROR = re.compile(r"^(?:! |error: )(.+)$", re.MULTILINE)
_LINE = re.compile(r"^l\.(\d+)", re.MULTILINE)
_MISSING = re.compile(r"File `[^']+\.(?:cls|sty)' not found")


def to_pdf(latex: str, *, seconds: float = 120) -> bytes:
    """The document as PDF.

    ``UsageError`` where no TeX is installed; ``TexError`` where TeX stops at an error or takes longer than ``seconds``.
    """
    engine, path = _installed()
    deadline = monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="deepcalc-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / f"{_JOB}.tex").write_text(latex, encoding="utf-8")
        for _ in range(engine.runs):
            try:
                printed = _run([path, *engine.options, f"{_JOB}.tex"], folder, deadline - monotonic())
            except subprocess.TimeoutExpired:
                raise TexError(f"TeX took longer than {seconds:g} seconds; {_kept_log(folder, '')}") from None
            if printed is not None:
                raise _error(folder, printed)
            if not _UNSETTLED.search((folder / f"{_JOB}.log").read_bytes() if engine.runs > 1 else b""):
                break
        return (folder / f"{_JOB}.pdf").read_bytes()


def _installed() -> tuple[_Engine, str]:
    for engine in _ENGINES:
        path = shutil.which(engine.program)
        if path is not None and all(map(shutil.which, engine.needs)):
            return engine, path
    raise UsageError(
        "a PDF needs TeX, and none is installed: install TeX Live (Debian, Ubuntu: apt install "
        "texlive-latex-recommended texlive-latex-extra texlive-pictures lmodern), MiKTeX or tectonic; "
        "exports to .tex and .html need nothing"
    )


def _run(command: list[str], folder: Path, seconds: float) -> str | None:
    """What the program printed if it failed, else None; whatever it started ends with it when the time is up."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **_CONFINED},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            raise
        return printed.decode("utf-8", "replace") if process.returncode else None


def _error(folder: Path, printed: str) -> TexError:
    """The first error of the log in one line."""
    log = folder / f"{_JOB}.log"
    text = log.read_text("utf-8", "replace") if log.is_file() else printed
    found = _ERROR.search(text) or _ERROR.search(printed)
    message = found[1].strip() if found else "TeX failed without a message"
    line = _LINE.search(text, found.end()) if found else None
    at = f" (line {line[1]} of the .tex)" if line else ""
    hint = "; install TeX Live's packages latex-recommended and latex-extra" if _MISSING.search(message) else ""
    return TexError(f"TeX stopped: {message}{at}{hint}; {_kept_log(folder, printed)}")


def _kept_log(folder: Path, printed: str) -> str:
    """Where the log is kept when the folder is gone."""
    log = folder / f"{_JOB}.log"
    handle, kept = tempfile.mkstemp(prefix="deepcalc-", suffix=".log")
    with os.fdopen(handle, "wb") as file:
        file.write(log.read_bytes() if log.is_file() else printed.encode())
    return f"the log is kept in {kept}"
