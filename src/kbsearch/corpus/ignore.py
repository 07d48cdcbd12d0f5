r"""Patterns that leave files out, as in ``.gitignore``, matched in time linear in the path.

The rules are git's (see gitignore(5)): the last pattern that matches decides; ``!`` takes back; a pattern with a slash
before its end is anchored to the folder it speaks for, one without matches a name anywhere below; a slash at the end
means folders only; ``*`` and ``?`` stop at slashes, ``**`` between slashes does not; what lies in a folder that is
left out cannot be taken back, since nobody looks there.

Patterns come from folders that others may have written, so they must not be able to stall: a pattern such as
``*a*a*a*b`` becomes a regular expression that never goes back (each piece between two stars is sought once, the
leftmost place serves, as in any greedy glob), and :data:`MAX_PATTERNS` bounds how many a list may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby, islice

__all__ = ["MAX_PATTERNS", "Ignore"]

MAX_PATTERNS = 2_000
_MAX_PATTERN = 1_000  # characters; a longer one matches nothing

# A path is matched together with its last name, as `name\0path`, folders with a slash behind both.
_ANY = r"[^/\0]"
_POSIX = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-.0-~",
    "lower": "a-z",
    "print": " -.0-~",
    "punct": r"!-.:-@\[-`{-~",
    "space": r" \t-\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Ignore:
    """A list of patterns that speaks for a folder."""

    def __init__(self, patterns: Iterable[str]) -> None:
        wanted = (pattern for pattern in patterns if pattern.strip() and not pattern.startswith("#"))
        compiled = [(line.startswith("!"), _compile(line)) for line in islice(wanted, MAX_PATTERNS)]
        self.cut = next(iter(wanted), None) is not None  # there were more patterns than are used
        runs = groupby((pair for pair in compiled if pair[1]), key=lambda pair: pair[0])
        # Runs of patterns with one meaning, the last first; the first that matches decides.
        self._runs = [(not back, re.compile("|".join(regex for _, regex in run))) for back, run in runs][::-1]

    def __bool__(self) -> bool:
        return bool(self._runs)

    def verdict(self, path: str, *, folder: bool) -> bool | None:
        """Whether the patterns leave out (True) or take back (False) a path relative to their folder; else None."""
        end = "/" if folder else ""
        subject = f"{path.rpartition('/')[2]}{end}\0{path}{end}"
        for leaves_out, regex in self._runs:
            if regex.match(subject):
                return leaves_out
        return None


class _Unmatchable(Exception):
    """The pattern matches nothing."""


def _compile(pattern: str) -> str:
    """A pattern's regular expression; empty if it matches nothing."""
    pattern = pattern.removeprefix("!")
    while pattern.endswith(" ") and not pattern.endswith("\\ "):
        pattern = pattern[:-1]
    folders_only = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    anchored = "/" in pattern
    pattern = pattern.removeprefix("/")
    if not pattern or len(pattern) > _MAX_PATTERN:
        return ""
    end = "/" if folders_only else "/?"
    try:
        segments = _segments(pattern)
        if not anchored:
            return rf"{segments[0] or _ANY + '*'}{end}\0"
        return rf"[^\0]*+\0{_join(segments)}{end}\Z"
    except _Unmatchable:
        return ""


def _join(segments: list[str | None]) -> str:
    """Segments of a path with ``None`` for ``**``: what stands between two of these is sought once, leftmost."""
    groups: list[list[str]] = [[]]
    for segment in segments:
        if segment is None:
            groups.append([])
        else:
            groups[-1].append(segment)
    if len(groups) == 1:
        return "/".join(groups[0])
    first, *middle, last = groups
    regex = "".join(f"{segment}/" for segment in first)
    for group in middle:
        if group:
            regex += rf"(?>(?:{_ANY}++/)*?{''.join(f'{segment}/' for segment in group)})"
    return regex + (rf"(?:{_ANY}++/)*" + "/".join(last) if last else r"[^\0]*[^/\0]")


def _segments(pattern: str) -> list[str | None]:
    """A regular expression for each part between slashes; ``None`` for ``**``."""
    segments: list[str | None] = []
    chunks = [""]  # what stands between the stars of the segment at hand
    start = place = 0

    def close(end: int) -> None:
        if end == start:
            raise _Unmatchable
        segments.append(None if pattern[start:end] == "**" else _glob(chunks))

    while place < len(pattern):
        char = pattern[place]
        place += 1
        if char == "/":
            close(place - 1)
            chunks, start = [""], place
        elif char == "*":
            chunks.append("")
        elif char == "?":
            chunks[-1] += _ANY
        elif char == "[":
            regex, place = _bracket(pattern, place)
            chunks[-1] += regex
        elif char == "\\":
            if place == len(pattern):
                raise _Unmatchable
            chunks[-1] += re.escape(pattern[place])
            place += 1
        else:
            chunks[-1] += re.escape(char)
    close(place)
    return segments


def _glob(chunks: list[str]) -> str:
    if len(chunks) == 1:
        return chunks[0]
    first, *middle, last = chunks
    return first + "".join(rf"(?>{_ANY}*?{chunk})" for chunk in middle if chunk) + rf"{_ANY}*{last}(?=[/\0]|\Z)"


def _bracket(pattern: str, place: int) -> tuple[str, int]:
    """The class that begins behind ``[``, and where the pattern goes on behind its ``]``."""
    negated = pattern[place : place + 1] in ("!", "^")
    place += negated
    members: list[str] = []
    first = True
    while first or pattern[place : place + 1] != "]":
        first = False
        if pattern.startswith("[:", place):
            end = pattern.find(":]", place)
            name = pattern[place + 2 : end]
            if end < 0 or name not in _POSIX:
                raise _Unmatchable
            members.append(_POSIX[name])
            place = end + 2
            continue
        low, place = _member(pattern, place)
        if pattern[place : place + 1] == "-" and pattern[place + 1 : place + 2] not in ("]", ""):
            high, place = _member(pattern, place + 1)
            members.append(f"{re.escape(low)}-{re.escape(max(low, high))}")
        else:
            members.append(re.escape(low))
    inside = "".join(members)
    # The look-ahead keeps a slash out, which a range may include.
    if negated:
        return rf"[^/\0{inside}]", place + 1
    return (rf"(?![/\0])[{inside}]" if inside else r"(?!)"), place + 1


def _member(pattern: str, place: int) -> tuple[str, int]:
    if pattern[place : place + 1] == "\\":
        place += 1
    if place >= len(pattern):
        raise _Unmatchable
    return pattern[place], place + 1
