"""A document's text while it is written: pieces, the gaps between blocks, and which line each piece came from."""

from __future__ import annotations

__all__ = ["TextWriter"]


class TextWriter:
    """Collects text piece by piece, each with the place in the source (bytes) that it came from.

    A gap (a newline or a blank line) is only noted when a block ends, and written when the next piece comes: so none
    is left at the end, and the widest of several wanted in one place wins. Places must not descend.

    Attributes:
        length: code points written so far.
        line: line of the source reached so far.
        gap: what stands between the text so far and the next piece.
        lines: pairs of an offset in the text and a line, ascending in both.
    """

    __slots__ = (
        "_counted",
        "_marked",
        "_next_line",
        "_open_at",
        "_pieces",
        "_source",
        "gap",
        "length",
        "line",
        "lines",
    )

    def __init__(self, source: bytes, first_line: int) -> None:
        self.length = 0
        self.line = first_line
        self.gap = ""
        self.lines: list[tuple[int, int]] = []
        self._source = source
        self._pieces: list[str] = []
        self._counted = 0  # place up to which line ends are counted in `line`
        self._next_line = 0  # place at which the next line begins
        self._marked = 0  # the last line in `lines`
        self._open_at = 0  # length right after an item's marker: a block may begin here without a gap

    def write(self, text: str, place: int) -> None:
        """Add a piece without line ends."""
        if self.gap:
            self.close_gap()
        if place >= self._next_line:
            self.advance(place)
        if self.line > self._marked:
            self._marked = self.line
            self.lines.append((self.length, self.line))
        self._pieces.append(text)
        self.length += len(text)

    def write_lines(self, text: str, place: int) -> None:
        """Add a piece whose line ends are those of the source from ``place`` on."""
        first, *rest = text.split("\n")
        self.write(first, place)
        for line, piece in enumerate(rest, self.line + 1):
            self._marked = line
            self.lines.append((self.length + 1, line))
            self._pieces.append("\n" + piece)
            self.length += len(piece) + 1

    def write_on_line(self, text: str, line: int) -> None:
        """Add a piece that came from the given line, not before the line reached so far."""
        if self.gap:
            self.close_gap()
        if line > self._marked:
            self._marked = line
            self.lines.append((self.length, line))
        self._pieces.append(text)
        self.length += len(text)

    def advance(self, place: int) -> None:
        """Bring ``line`` up to the place."""
        if place >= self._next_line:
            self.line += self._source.count(b"\n", self._counted, place)
            self._counted = place
            end = self._source.find(b"\n", place)
            self._next_line = len(self._source) + 1 if end < 0 else end + 1

    def close_gap(self) -> None:
        """Write the gap now: what comes next begins at ``length``."""
        if self.gap and self.length:
            self._pieces.append(self.gap)
            self.length += len(self.gap)
            self._open_at = self.length
        self.gap = ""

    def begin_block(self) -> None:
        """A block begins: leave a blank line before it unless a gap is wanted already or a marker stands before it."""
        if not self.gap and self.length != self._open_at:
            self.gap = "\n\n"

    def end_block(self) -> None:
        """A block ended."""
        self.gap = "\n\n"

    def begin_line(self) -> None:
        """What comes next begins a line of its own: an item, a row, the text after a line break."""
        if not self.gap and self.length != self._open_at:
            self.gap = "\n"

    def write_marker(self, text: str, place: int) -> None:
        """Add an item's marker, behind which a block may begin on the same line."""
        self.write(text, place)
        self._open_at = self.length

    def mark(self) -> int:
        """A handle to this point for :meth:`since` and :meth:`replace_since`."""
        return len(self._pieces)

    def since(self, mark: int, pieces: int | None = None) -> str:
        """The text written since a mark, at most so many pieces of it."""
        return "".join(self._pieces[mark:] if pieces is None else self._pieces[mark : mark + pieces])

    def replace_since(self, mark: int, text: str) -> None:
        """Put a shorter text in the place of that written since a mark."""
        self.length += len(text) - len(self.since(mark))
        self._pieces[mark:] = [text]
        while self.lines and self.lines[-1][0] > self.length:
            self.lines.pop()

    def text(self) -> str:
        """All that was written."""
        return "".join(self._pieces)
