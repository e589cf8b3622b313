"""Golden files: text that is compared byte for byte with what it was when it was last looked at.

``UPDATE_GOLDEN=1`` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path


def assert_golden(path: Path, text: str) -> None:
    """Fail where the text is not, byte for byte, the content of the file."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text
