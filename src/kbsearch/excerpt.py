"""The passage shown for a hit: around the place where the query's words stand closest together.

An excerpt is plain text with highlight ranges. Blank space is folded to single spaces; a block of code reads as a
mark (``[代码]`` or ``[code]``) unless a match lies in it, then as its matching lines; a formula is shown whole or,
if long and unmatched, as a mark: neither is ever cut inside.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from kbsearch.highlight import Match, merge
from kbsearch.model import Excerpt, Section, Span
from kbsearch.stored import StoredPost

__all__ = ["Passage", "make_passage"]

DEFAULT_WIDTH = 220  # columns: about three terminal lines
_LONG_FORMULA = 60  # code points
_MAX_CODE_LINES = 3
_SNAP = 40  # how far an edge may move to a sentence's edge, in code points
_SENTENCE_END = re.compile(r"[。！？；!?;\n]|\.(?=\s)")
_SAMPLE = 2000  # code points by which a text is judged
_SOME_HAN = 0.02  # a text with less is not in Chinese
_NARROW = re.compile("[\x00-\u10ff]+")  # others are as wide as two letters
_BLANK = re.compile(r"\s+")
_TO_FOLD = re.compile(r"\s{2,}|[^\S ]")  # blanks that are no single space


class Passage(NamedTuple):
    """An excerpt and the stretch of the document's text that it shows, in code points."""

    excerpt: Excerpt
    start: int
    end: int


def make_passage(stored: StoredPost, matches: list[Match], *, width: int = DEFAULT_WIDTH) -> Passage:
    """Choose and write the excerpt of a post.

    Args:
        stored: the post.
        matches: where the query's words stand in ``stored.text``, by start.
        width: how much to show, in terminal columns (a Han character takes two).
    """
    text = stored.text
    han = _share_of_han(text)
    if matches:
        first, last = _densest(matches, width // (2 if han > 1 / 3 else 1))
        section = stored.section_at(first)
        low, high = section.start, max(section.end, last)
        heading = _heading_end(stored, section)
        beyond = [match.start for match in matches if heading <= match.start < last]
        if beyond:  # the breadcrumb shows the heading already
            low, first = heading, max(first, beyond[0])
    else:
        first = last = _lead_start(stored)
        low, high = first, len(text)
    start, end = _widen(text, first, last, low, high, width)
    spans = stored.spans(start, end)
    start, end = _keep_whole(spans, start, end)
    left, right = min([start, *(span.start for span in spans)]), max([end, *(span.end for span in spans)])
    shown = [match for match in matches if match.start < right and match.end > left]
    pieces = _Pieces(text, shown, chinese=han > _SOME_HAN)
    pieces.write(spans, start, end)
    before, after = start > low, end < len(text.rstrip())
    return Passage(pieces.excerpt(before, after), first, max(last, first))


def _densest(matches: list[Match], size: int) -> tuple[int, int]:
    """The stretch of at most ``size`` code points whose matches are worth most; the first of equals.

    Worth: the weight of each of the query's words that is there, plus a twentieth for each repetition.
    """
    starts, ends, needles = zip(*matches, strict=True)
    numbers: dict[int, int] = {}
    order = [numbers.setdefault(id(needle), len(numbers)) for needle in needles]
    distinct = list(dict(zip(order, needles, strict=True)).values())
    first_worth = [needle.weight for needle in distinct]
    again_worth = [needle.weight * 0.05 for needle in distinct]
    times = [0] * len(distinct)  # how often each is in the stretch
    groups = dict.fromkeys((group for needle in distinct for group in needle.groups), 0)  # how many needles of each
    best, best_left, best_right = -1.0, 0, 1
    worth, present, right, count = 0.0, 0, 0, len(matches)
    for left, start in enumerate(starts):
        before = right
        while right < count and (ends[right] - start <= size or right == left):
            needle = order[right]
            if times[needle]:
                worth += again_worth[needle]
            else:
                worth += first_worth[needle]
                for group in distinct[needle].groups:
                    present += not groups[group]
                    groups[group] += 1
            times[needle] += 1
            right += 1
        if right > before and worth + present > best + 1e-9:
            best, best_left, best_right = worth + present, left, right
        needle = order[left]
        times[needle] -= 1
        if times[needle]:
            worth -= again_worth[needle]
        else:
            worth -= first_worth[needle]
            for group in distinct[needle].groups:
                groups[group] -= 1
                present -= not groups[group]
    return starts[best_left], max(ends[best_left:best_right])


def _share_of_han(text: str) -> float:
    """About how much of the text's beginning is Han characters: in UTF-8 they take two bytes more than letters."""
    sample = text[:_SAMPLE]
    return (len(sample.encode("utf-8", "replace")) - len(sample)) / 2 / max(len(sample), 1)


def _heading_end(stored: StoredPost, section: Section) -> int:
    """Where the section's text begins: behind its heading, which is its first line."""
    line_end = stored.text.find("\n", section.start, section.end)
    for span in stored.spans(section.start, line_end if line_end >= 0 else section.end):
        if span.kind == "heading" and span.start >= section.start:
            return span.end
    return section.start


def _lead_start(stored: StoredPost) -> int:
    """Where the text proper begins: behind the headings that open it."""
    start, text = 0, stored.text
    for span in stored.spans(0, len(text)):
        if span.kind != "heading" or text[start : span.start].strip():
            break
        start = span.end
    return start if text[start:].strip() else 0


def _columns(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_NARROW.sub("", text))


def _widen(text: str, first: int, last: int, low: int, high: int, width: int) -> tuple[int, int]:
    """Add context around the matches, two thirds of it behind, and move the edges to fitting places."""
    room = max(width - _columns(text[first:last]), 0)
    start = _walk(text, first, low, room // 3, -1)
    end = _walk(text, last, high, room - room // 3, +1)
    if start > low:
        sentence = [m.end() for m in _SENTENCE_END.finditer(text, max(low, start - _SNAP), first)]
        start = sentence[0] if sentence else _word_edge(text, start, first)
    if end < high:
        closing = _SENTENCE_END.search(text, end, min(high, end + _SNAP // 2))
        end = closing.end() if closing else _word_edge_back(text, end, last)
    while start < first and text[start].isspace():
        start += 1
    while end > last and text[end - 1].isspace():
        end -= 1
    return start, end


def _walk(text: str, at: int, limit: int, columns: int, step: int) -> int:
    """Go as far as there is room for, and no farther than ``limit``; the last character may need one column more."""
    while at != limit and columns > 0:
        far = max(columns // 2, 1) * step  # there is room for these, however wide they are
        edge = max(at + far, limit) if step < 0 else min(at + far, limit)
        columns -= _columns(text[min(at, edge) : max(at, edge)])
        at = edge
    return at


def _word_edge(text: str, at: int, limit: int) -> int:
    """Not inside a Latin word: move right to where one begins."""
    while at < limit and text[at - 1].isalnum() and text[at].isalnum() and text[at] < "⺀" and text[at - 1] < "⺀":
        at += 1
    return at


def _word_edge_back(text: str, at: int, limit: int) -> int:
    while at > limit and text[at - 1].isalnum() and text[at].isalnum() and text[at] < "⺀" and text[at - 1] < "⺀":
        at -= 1
    return at


def _keep_whole(spans: tuple[Span, ...], start: int, end: int) -> tuple[int, int]:
    """Move the edges outwards so that no formula and no inline code is cut."""
    for span in spans:
        if span.kind == "math" or (span.kind == "code" and span.inline):
            if span.start < start < span.end:
                start = span.start
            if span.start < end < span.end:
                end = span.end
    return start, end


class _Pieces:
    """Writes the excerpt piece by piece and carries the matches over to it."""

    def __init__(self, text: str, matches: list[Match], *, chinese: bool) -> None:
        self._text = text
        self._ranges = merge([(m.start, m.end) for m in matches])
        self._starts = [start for start, _ in self._ranges]
        self._code, self._formula = ("[代码]", "[公式]") if chinese else ("[code]", "[formula]")
        self._out: list[str] = []
        self._length = 0
        self._marked: list[tuple[int, int]] = []

    def write(self, spans: tuple[Span, ...], start: int, end: int) -> None:
        at = start
        for span in spans:
            if span.start >= end:
                break
            if span.end <= at or span.kind not in ("code", "math") or span.start < at:
                if span.kind == "code" and not span.inline and span.start < at < span.end:
                    self._code_block(span)
                    at = span.end
                continue
            self._verbatim(at, span.start)
            if span.kind == "math":
                self._math(span)
            elif span.inline:
                self._verbatim(span.start, span.end)
            else:
                self._code_block(span)
            at = span.end
        self._verbatim(at, end)

    def excerpt(self, cut_before: bool, cut_after: bool) -> Excerpt:
        body = "".join(self._out)
        lead = len(body) - len(body.lstrip())
        head = "…" if cut_before else ""
        shift = len(head) - lead
        body = body.strip()
        ranges = tuple((a + shift, b + shift) for a, b in merge(self._marked) if b - lead <= len(body))
        return Excerpt(head + body + ("…" if cut_after else ""), ranges)

    def _put(self, piece: str) -> None:
        self._out.append(piece)
        self._length += len(piece)

    def _blank(self) -> None:
        if self._out and not self._out[-1].endswith(" "):
            self._put(" ")

    def _has_match(self, start: int, end: int) -> bool:
        index = bisect_left(self._starts, end)
        return index > 0 and self._ranges[index - 1][1] > start

    def _verbatim(self, start: int, end: int) -> None:
        """The text as it is, blank space folded, matches marked."""
        at = start
        if leading := _BLANK.match(self._text, start, end):
            self._blank()
            at = leading.end()
        for blank in _TO_FOLD.finditer(self._text, at, end):
            self._run(at, blank.start())
            self._blank()
            at = blank.end()
        self._run(at, end)

    def _run(self, start: int, end: int) -> None:
        if start >= end:
            return
        index = max(bisect_left(self._starts, start) - 1, 0)
        shift = self._length - start
        for a, b in self._ranges[index:]:
            if a >= end:
                break
            if b > start:
                self._marked.append((max(a, start) + shift, min(b, end) + shift))
        self._put(self._text[start:end])

    def _math(self, span: Span) -> None:
        if span.end - span.start > _LONG_FORMULA and not self._has_match(span.start, span.end):
            self._put(self._formula)
            return
        self._put("$")
        self._verbatim(span.start, span.end)
        self._put("$")

    def _code_block(self, span: Span) -> None:
        self._blank()
        if not self._has_match(span.start, span.end):
            self._put(self._code)
            self._blank()
            return
        matched = (line for line in _lines(self._text, span.start, span.end) if self._has_match(*line))
        for start, end in islice(matched, _MAX_CODE_LINES):
            self._verbatim(start, end)
            self._blank()


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        yield at, stop
        at = stop + 1
