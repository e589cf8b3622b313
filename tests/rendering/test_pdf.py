"""PDF through the TeX that is installed, and what is said where that fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deepcalc.errors import UsageError
from deepcalc.rendering import pdf
from deepcalc.rendering.latex import exam
from deepcalc.rendering.pdf import TexError, to_pdf
from tests.library import solved_problem


def article(body: str) -> str:
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def kept_log(error: TexError) -> str:
    """The log that the message names, which is then removed."""
    found = re.search(r"the log is kept in (\S+)$", str(error))
    assert found
    path = Path(found[1])
    text = path.read_text("utf-8", "replace")
    path.unlink()
    return text


@pytest.mark.needs("pdflatex")
def test_an_exam_becomes_a_pdf() -> None:
    assert to_pdf(exam([solved_problem("l1-penalty")])).startswith(b"%PDF-")


@pytest.mark.needs("pdflatex")
def test_without_latexmk_pdflatex_runs_until_all_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_ENGINES", [engine for engine in pdf._ENGINES if engine.program == "pdflatex"])
    assert to_pdf(exam([solved_problem("l1-penalty")])).startswith(b"%PDF-")


@pytest.mark.needs("pdflatex")
def test_an_error_is_one_line_and_the_log_is_kept() -> None:
    with pytest.raises(
        TexError, match=r"^TeX stopped: Undefined control sequence\. \(line 3 of the \.tex\); .+$"
    ) as caught:
        to_pdf(article(r"\nonsense"))
    assert r"\nonsense" in kept_log(caught.value)


@pytest.mark.needs("pdflatex")
def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(TexError, match=r"not found.*install TeX Live's packages") as caught:
        to_pdf(article("x").replace("article", "nosuchclass"))
    kept_log(caught.value)


@pytest.mark.needs("pdflatex")
def test_tex_stays_in_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.tex"
    secret.write_text("secret")
    with pytest.raises(TexError) as caught:
        to_pdf(article(rf"\input{{{secret}}}"))
    kept_log(caught.value)
    with pytest.raises(TexError) as caught:
        to_pdf(article(rf"\newwrite\file\immediate\openout\file={tmp_path}/written.tex"))
    kept_log(caught.value)
    to_pdf(article(rf"\immediate\write18{{touch {tmp_path}/run}}x"))
    assert list(tmp_path.iterdir()) == [secret]


@pytest.mark.needs("pdflatex")
def test_tex_is_stopped_when_the_time_is_up() -> None:
    with pytest.raises(TexError, match="longer than 2 seconds") as caught:
        to_pdf(article(r"\loop\iftrue\repeat"), seconds=2)
    kept_log(caught.value)


def test_without_tex_it_says_what_to_install_and_what_needs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"install TeX Live.*\.tex and \.html need nothing"):
        to_pdf(article("x"))
