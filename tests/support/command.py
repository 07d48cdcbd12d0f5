"""The command ``kbsearch`` for tests that run shells."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["environment"]

_CHANGES_ITS_WAYS = ("KBSEARCH_", "LC_", "LANG", "FORCE_COLOR", "COLUMNS")


def environment(home: Path) -> dict[str, str]:
    """A shell's environment in which ``kbsearch`` is the one under test, without settings, in English."""
    tools = home / ".tools"
    if not tools.exists():
        tools.mkdir()
        program = tools / "kbsearch"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kbsearch "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_CHANGES_ITS_WAYS)}
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "LANG": "C.UTF-8", "HOME": str(home), "PYTHONUTF8": "1"}
