"""Reading TOML of unknown origin in bounded time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["read_toml"]

_MAX_DOTS = 64  # in a line: a dotted key costs tomllib the square of its parts


def read_toml(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The table that a text holds.

    Raises:
        ValueError: it is not TOML, or nested too deep; the message says where.
    """
    import tomllib

    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MAX_DOTS:
            raise ValueError(f"more than {_MAX_DOTS} dots in a line (at line {number})")
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except RecursionError:
        raise ValueError("nested too deep") from None
