"""The code in our pages, for tests that execute it."""

from __future__ import annotations

import re

__all__ = ["code_blocks"]


def code_blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.M | re.S)
