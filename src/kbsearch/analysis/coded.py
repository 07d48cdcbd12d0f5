"""A document's terms as bytes, put together by joining the codes of its tokens: no step of Python per term.

Two notations write terms down: a :class:`Codebook` as numbers, which can be sorted, a :class:`Spelling` as text. Who
wants strings gets strings from either.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from operator import add
from typing import Protocol, overload

__all__ = ["END_OF_RUN", "FIRST_TERM", "Codebook", "CodedTerms", "Notation", "Spelling"]

FIRST_TERM = 1 << 21  # beyond all code points
END_OF_RUN = 0


class Notation(Protocol):
    """How terms are written down."""

    def __len__(self) -> int:
        """Number of different terms written so far, runs left out."""

    def __getitem__(self, term: str) -> bytes:
        """The code of a term."""

    def run(self, run: str) -> bytes:
        """The codes of a run of CJK characters: its bigrams, and its last character alone."""

    def strings(self, codes: bytes) -> list[str]:
        """The terms with these codes."""


class Codebook(dict[str, bytes]):
    """Codes of four bytes, little-endian.

    From :data:`FIRST_TERM` on they are places in ``terms``. Below, a code is a character of a run and stands for the
    bigram that begins with it; :data:`END_OF_RUN` follows the last one, which stands for itself alone.
    """

    def __init__(self) -> None:
        self.terms: list[str] = []

    def __missing__(self, term: str) -> bytes:
        code = self[term] = (FIRST_TERM + len(self.terms)).to_bytes(4, "little")
        self.terms.append(term)
        return code

    def run(self, run: str) -> bytes:
        """See :class:`Notation`."""
        return run.encode("utf-32-le") + b"\0\0\0\0"

    def strings(self, codes: bytes) -> list[str]:
        """See :class:`Notation`."""
        found = []
        before = ""  # the character before this one in its run
        for number in struct.unpack(f"<{len(codes) // 4}I", codes):
            if number >= FIRST_TERM:
                found.append(self.terms[number - FIRST_TERM])
                continue
            char = chr(number) if number != END_OF_RUN else ""
            if before:
                found.append(before + char)
            before = char
        return found


class Spelling(dict[str, bytes]):
    """Codes that are the terms in UTF-8, each followed by a space."""

    def __missing__(self, term: str) -> bytes:
        code = self[term] = f"{term} ".encode("utf-8", "surrogatepass")
        return code

    def run(self, run: str) -> bytes:
        """See :class:`Notation`."""
        return " ".join([*map(add, run, run[1:]), run[-1], ""]).encode()

    def strings(self, codes: bytes) -> list[str]:
        """See :class:`Notation`."""
        return codes.decode("utf-8", "surrogatepass").split(" ")[:-1]


class CodedTerms(Sequence[str]):
    """A sequence of terms. Encoders that know the notation may take the codes as they are."""

    __slots__ = ("_strings", "codes", "notation")

    def __init__(self, codes: bytes, notation: Notation) -> None:
        self.codes, self.notation = codes, notation
        self._strings: list[str] | None = None

    def strings(self) -> list[str]:
        """The terms."""
        if self._strings is None:
            self._strings = self.notation.strings(self.codes)
        return self._strings

    def __bool__(self) -> bool:
        return bool(self.codes)

    def __len__(self) -> int:
        return len(self.strings())

    def __iter__(self) -> Iterator[str]:
        return iter(self.strings())

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self.strings()[place]
