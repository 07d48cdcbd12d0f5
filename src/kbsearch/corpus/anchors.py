"""Anchors: what a heading is called in a link to it, by GitHub's rule.

GitHub writes the heading in lower case, drops everything but letters, marks, digits, connector punctuation, hyphens
and spaces, and turns each space into a hyphen; Han characters are letters and stay. A second heading with the same
anchor gets ``-1``, a third ``-2``. An author may set the anchor: ``## Title {#name}``.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["Anchors", "slug", "split_attributes"]

# One attribute of a heading's ``{…}``: ``#id``, ``.class`` or ``key=value``.
_ATTRIBUTE = r"(?:\#[^\s{}]+|\.[\w-]+|[\w-]+=(?:\"[^\"{}]*\"|[^\s{}\"]+))"
_ATTRIBUTES = re.compile(rf"\{{:?[ \t]*({_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE})*)[ \t]*\}}[ \t]*")
_MAX_ATTRIBUTES = 500  # longer braces are text


class _SlugTable(dict[int, str | None]):
    """A table for :meth:`str.translate` that works out each character when it is first met."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept = unicodedata.category(char)[0] in "LM" or unicodedata.category(char) in ("Nd", "Nl", "Pc") or char == "-"
        self[code] = value = "-" if char == " " else char if kept else None
        return value


_SLUG_TABLE = _SlugTable()


def slug(title: str) -> str:
    """The anchor of a heading, as GitHub makes it from the heading's text (see the module's docstring)."""
    return title.strip().lower().translate(_SLUG_TABLE)


def split_attributes(title: str) -> tuple[str, str]:
    """Part a heading's text from the attributes at its end.

    ``"Title {#name .wide}"`` gives ``("Title", "name")``. Braces that hold anything but ids, classes and
    ``key=value`` pairs are text: ``"The set {a, b}"`` stays whole.
    """
    start = title.rfind("{")
    if start < 0 or len(title) - start > _MAX_ATTRIBUTES:
        return title, ""
    match = _ATTRIBUTES.fullmatch(title, start)
    if match is None:
        return title, ""
    names = [word[1:] for word in match[1].split() if word.startswith("#")]
    return title[:start].rstrip(), names[0] if names else ""


class Anchors:
    """The anchors of one document, each given once."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}  # anchor → the number that its last double got

    def add(self, title: str, explicit: str = "") -> str:
        """The anchor for the next heading: ``explicit`` if the author set it, else made from the title."""
        if explicit:
            self._taken.setdefault(explicit, 0)
            return explicit
        base = anchor = slug(title)
        while anchor in self._taken:
            self._taken[base] += 1
            anchor = f"{base}-{self._taken[base]}"
        self._taken[anchor] = 0
        return anchor
