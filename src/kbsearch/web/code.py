"""Blocks of code, coloured by Pygments; colours are in the style sheet, never in the page."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

__all__ = ["coloured"]

_MAX_CODE = 30_000  # code points: longer blocks stay uncoloured


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def coloured(code: str, language: str) -> list[tuple[str, str]]:
    """The code as pieces, each with its CSS class, empty for plain text; together they are exactly the code."""
    lexer = _lexer(language.lower()) if language and len(code) <= _MAX_CODE else None
    if lexer is None:
        return [("", code)]
    pieces: list[tuple[str, str]] = []
    for kind, text in lex(code, lexer):
        known = next((parent for parent in reversed(kind.split()) if parent in STANDARD_TYPES), None)
        name = STANDARD_TYPES[known] if known is not None and text.strip() else ""
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + text)
        else:
            pieces.append((name, text))
    return pieces if "".join(text for _, text in pieces) == code else [("", code)]


def class_attribute(name: str) -> str:
    """``class="…"`` for a piece."""
    return f' class="{escape(name)}"' if name else ""
