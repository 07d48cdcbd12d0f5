"""Words and identifiers that are not Chinese: what each is found by.

A word is one piece or several joined by ``-``, ``_``, ``.``, an apostrophe or a thousands comma. It is found

- whole, in small letters: ``self_attention``, ``gpt-4``, ``v2.8.3``, ``nn.functional``, ``c++``, ``__init__``;
- without its hyphens, underscores and commas, so that spellings meet: ``selfattention``, ``gpt4``, ``unet``, ``1000``;
- by its pieces: ``self``, ``attention``; ``gpt``, ``4``;
- a dotted name by two neighbouring pieces, a version without its v and by its beginnings: ``torch.nn``,
  ``nn.functional``; ``2.8.3``, ``2.8``;
- a piece by the words that capitals and digits show in it: ``DataParallel`` by ``data``, ``parallel``; ``GPT4`` by
  ``gpt``, ``4``;
- with accents and without: ``café``, ``cafe``.

For phrases, a word is the sequence of its *atoms*: its pieces, undivided. ``"GPT 4"`` thus finds ``GPT-4``.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

__all__ = ["MAX_TERM", "Word", "is_simple", "trim", "words_in"]

MAX_TERM = 64  # code points; longer stretches are cut into terms of this length
_MAX_PARTS = 8  # parts of a piece, pieces of a dotted word: beyond, it is hardly a name
_MAX_JOINED = 4  # pieces

# Combining marks, which Python does not count among the word characters, stay with their letters.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
_JOINERS = frozenset("-.'’,")
_PLAIN = re.compile(r"(?:[0-9A-Za-z]+(?:[-.',]|_+))*[0-9A-Za-z]+")  # the most usual form of token
_PLAIN_JOINER = re.compile(r"([-.',]|_+)")
_DIGITS_OR_LETTERS = re.compile(r"[0-9]+|[^0-9]+")
# Where a piece may have words inside.
_INNER = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[0-9][A-Za-z]|[A-Za-z][0-9]")
# HTML|Parser, U|Net; but LLMs and YOLOv are one.
_CAPITALS = re.compile(r"[A-Z]+(?=[A-Z][^A-Z]{2})|[A-Z]{2,}[^A-Z]?(?![^A-Z])|[A-Z]?[^A-Z]+|[A-Z]+")
_PLURAL = re.compile(r"[A-Z]{2,}s")
_VERSION = re.compile(r"[vV][0-9]+")
_SUFFIX = re.compile(r"\+\+|#(?![^\W_])")


class Word(NamedTuple):
    """A word in a token.

    ``terms`` are what it is found by, whole form first, without repeats; ``atoms`` what it is in a phrase.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    atoms: tuple[str, ...]


def words_in(token: str) -> list[Word]:
    """The words of a narrowed token, in order; linear time."""
    core = trim(token)
    start = token.find(core)
    if is_simple(core):
        term = core.lower()
        return [Word(start, start + len(core), (term,), (term,))]
    if len(core) <= MAX_TERM and _PLAIN.fullmatch(core):
        parts = _PLAIN_JOINER.split(core)
        return [_word(token, start, start + len(core), parts[::2], parts[1::2])]
    return _any_words_in(token)


def trim(token: str) -> str:
    """The token without the marks at its ends that never belong to a word; it has the same words."""
    return token.lstrip("#+-.'").rstrip("-.'")


def is_simple(token: str) -> bool:
    """Whether the token is a word that is found, in whatever case, by its small letters alone, or a number."""
    if not token.isalnum() or not token.isascii() or len(token) > MAX_TERM:
        return False
    return token.isdigit() or (token.isalpha() and (token[1:].islower() or token.isupper()))


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\W_]|[{_MARKS}]){{1,{MAX_TERM}}}")


def _any_words_in(token: str) -> list[Word]:
    groups: list[list[tuple[int, int]]] = []
    end = -1
    for match in _piece().finditer(token):
        gap = token[end : match.start()] if groups else ""
        if gap and (gap in _JOINERS or not gap.strip("_")):
            groups[-1].append(match.span())
        else:
            groups.append([match.span()])
        end = match.end()
    words = []
    for group in groups:
        for spans in [group] if group[-1][1] - group[0][0] <= MAX_TERM else [[span] for span in group]:
            pieces = [token[i:j] for i, j in spans]
            joiners = [token[i:j].replace("’", "'") for (_, i), (j, _) in pairwise(spans)]
            words.append(_word(token, spans[0][0], spans[-1][1], pieces, joiners))
    return words


def _word(token: str, start: int, end: int, pieces: list[str], joiners: list[str]) -> Word:
    """The word at ``token[start:end]``, which consists of the pieces with the joiners between them."""
    if not joiners:
        return _single(token, start, end)
    terms = [token[start:end].replace("’", "'")]
    atoms = pieces
    if joiners[0] == "." and _VERSION.fullmatch(pieces[0]):
        terms.append(terms[0][1:])
        pieces = [pieces[0][1:], *pieces[1:]]
        atoms = [atoms[0][0], *pieces]
    elif outer := _underscores(token, start, end):
        start, end = outer
        terms.insert(0, token[start:end])
    if len(pieces) <= _MAX_JOINED and "." not in joiners and "'" not in joiners:
        terms.insert(0, "".join(pieces))
    if 2 < len(pieces) <= _MAX_PARTS and "." in joiners:
        terms += _stretches(pieces, joiners)
    if "'" in joiners:  # without the s of it's, the re of you're
        pieces = [
            pieces[0],
            *(piece for piece, j in zip(pieces[1:], joiners, strict=True) if j != "'" or len(piece) > 2),
        ]
    terms += pieces
    if _INNER.search(token, start, end):
        terms += [part for piece in pieces for part in _parts(piece)]
    return Word(start, end, _distinct(terms), _lower(atoms))


def _single(token: str, start: int, end: int) -> Word:
    piece = token[start:end]
    terms = [piece, *_parts(piece)]
    atom = piece
    if (suffix := _SUFFIX.match(token, end)) and piece.isalpha():
        end = suffix.end()
        atom = token[start:end]
        terms.insert(0, atom)
    elif outer := _underscores(token, start, end):
        start, end = outer
        terms.insert(0, token[start:end])
    return Word(start, end, _distinct(terms), _lower([atom]))


def _stretches(pieces: list[str], joiners: list[str]) -> list[str]:
    """The parts of a dotted name that people write by themselves."""
    if all(map(str.isdigit, pieces)):
        return [".".join(pieces[:size]) for size in range(2, len(pieces))]
    return [f"{left}.{right}" for (left, right), joiner in zip(pairwise(pieces), joiners, strict=True) if joiner == "."]


def _underscores(token: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a name with leading underscores starts and ends, if this is one (``_x`` in formulas is none)."""
    if end - start < 2 or token[start - 1 : start] != "_":
        return None
    lead = min(start - len(token[:start].rstrip("_")), 2)
    trail = min(len(token) - end - len(token[end:].lstrip("_")), lead)
    return start - lead, end + trail


def _parts(piece: str) -> list[str]:
    """The words inside a piece, as digits and capitals show them; none if they would be mere letters."""
    if not piece.isascii() or not _INNER.search(piece):
        return []
    groups = _DIGITS_OR_LETTERS.findall(piece)
    if len(groups) > _MAX_JOINED:
        return []  # hexadecimal numbers and the like
    parts = []
    if len(groups) > 1 and any(len(group) > 1 and not group.isdigit() for group in groups):
        parts += [group for group in groups if len(group) > 1 or group.isdigit()]
    for group in groups:
        names = [group[:-1]] if _PLURAL.fullmatch(group) else _CAPITALS.findall(group)
        if names != [group] and len(names) <= _MAX_PARTS and max(map(len, names)) > 2:
            parts += [name for name in names if len(name) > 1]
    return parts


def _lower(forms: list[str]) -> tuple[str, ...]:
    """Small letters, each with its accents in one character where there is such a one."""
    joined = "\n".join(forms).lower()
    if not joined.isascii():
        import unicodedata

        joined = unicodedata.normalize("NFC", joined)
    return tuple(joined.split("\n"))


def _distinct(forms: list[str]) -> tuple[str, ...]:
    joined = "\n".join(forms)
    if joined.isascii():
        return tuple(dict.fromkeys(joined.lower().split("\n")))
    terms = dict.fromkeys(_lower(forms))
    terms.update(dict.fromkeys(map(_without_accents, list(terms))))
    return tuple(terms)


def _without_accents(term: str) -> str:
    """The term without the accents of Latin, Greek and Cyrillic letters."""
    if term.isascii() or any("\u0530" <= char < "\u1e00" for char in term):
        return term
    import unicodedata

    bare = "".join(char for char in unicodedata.normalize("NFD", term) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare) or term
