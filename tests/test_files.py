"""Files are written all or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepcalc.errors import UsageError
from deepcalc.files import write_file


def test_text_is_utf8_and_bytes_are_bytes(tmp_path: Path) -> None:
    write_file(tmp_path / "a.md", "δ\n")
    assert (tmp_path / "a.md").read_bytes() == b"\xce\xb4\n"
    write_file(tmp_path / "a.pdf", b"%PDF\x00\xff")
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF\x00\xff"


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sheet.md"
    path.write_text("old")

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match=r"cannot write .*sheet\.md: No space left on device"):
        write_file(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*paths: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "sheet.md", "new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file or directory"):
        write_file(tmp_path / "nowhere" / "sheet.md", "new")


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "sheet.md", tmp_path / "link.md"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_file(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_and_stays_a_device() -> None:
    write_file(Path("/dev/null"), "new")
    assert Path("/dev/null").is_char_device()
