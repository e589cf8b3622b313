"""Files, written all or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from deepcalc.errors import UsageError


def write_file(path: Path, content: str | bytes) -> None:
    """The content in the file, all of it or none: written beside it first, then moved; text in UTF-8.

    What is no regular file (``/dev/stdout``) is written to as it is. ``UsageError`` says why it cannot be done, also of
    ``-``, which is no name of a file anywhere else.
    """
    if str(path) == "-":
        raise UsageError("a file is needed here, and `-` stands for standard output (`./-` is a file of that name)")
    raw = content.encode(errors="replace") if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(raw)
        else:
            _replace(Path(os.path.realpath(path)), raw)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def _replace(path: Path, raw: bytes) -> None:
    import tempfile

    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def text_beside(module: str, name: str) -> str:
    """The text of the file ``name`` in the folder of a module (its ``__file__``)."""
    return Path(module).with_name(name).read_text(encoding="utf-8")
