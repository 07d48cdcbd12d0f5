# ruff: noqa: D102 (methods that Whoosh calls are documented there)
# mypy: disallow-subclassing-any=False
"""Whoosh's view of a segment: its extension points for codecs, filled with our arrays.

Through these classes every Whoosh query, matcher, weighting, sorter and collector works on the index as on one of
Whoosh's own. This module and :mod:`.index` are the only ones that import Whoosh; both use only what Whoosh 2.7.4,
whoosh-reloaded and whoosh3 have in common. Searches of kbsearch itself take a shorter way (see :mod:`.evaluate`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats, matching, reading
from whoosh.codec import base as codecs

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from kbsearch.engines.whoosh.bm25 import LENGTHS
from kbsearch.engines.whoosh.postings import exact_frequencies, view
from kbsearch.engines.whoosh.segment import MISSING, Segment, SegmentField, encode_term
from kbsearch.engines.whoosh.toc import SegmentInfo

__all__ = ["ArrayCodec", "ArraySegment", "TermList", "make_schema"]


class TermList(fields.FieldType):
    """A Whoosh field whose value is a list of terms, analysed already; positions are places in the list."""

    analyzer = None
    vector = None
    stored = False
    unique = False
    spelling = False

    def __init__(self, *, scored: bool = False, positions: bool = False, unique: bool = False) -> None:
        self.scorable = scored
        self.unique = self.stored = unique
        self.format = formats.Positions() if positions else formats.Frequency() if scored else formats.Existence()

    def index(self, value: Sequence[str], **kwargs: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's items for the value: term, frequency, weight, and the posting's bytes in the field's format."""
        if isinstance(self.format, formats.Positions):
            places: defaultdict[str, list[int]] = defaultdict(list)
            for place, term in enumerate(value):
                places[term].append(place)
            for term, found in places.items():
                yield encode_term(term), len(found), float(len(found)), self.format.encode(found)
        elif self.scorable:
            for term, count in Counter(value).items():
                yield encode_term(term), count, float(count), count.to_bytes(4, "big")
        else:
            for term in dict.fromkeys(value):
                yield encode_term(term), 1, 1.0, b""

    def process_text(self, text: str, **kwargs: Any) -> list[str]:
        """A query's text is one term."""
        return [text]


def make_schema() -> Any:
    """The Whoosh schema of every index: the engine's fields, and the two byte strings a post has."""
    schema = fields.Schema()
    for name, kind in TEXT_FIELDS.items():
        schema.add(name, TermList(scored=kind.scored, positions=kind.positions))
    for name in KEYWORD_FIELDS:
        schema.add(name, TermList(unique=name == "key"))
    for name in NUMBER_FIELDS:
        schema.add(name, fields.COLUMN(columns.NumericColumn("q", default=MISSING)))
    schema.add("stored", fields.STORED())
    schema.add("source", fields.STORED())
    return schema


class ArraySegment(codecs.Segment):
    """A segment as Whoosh's index and writer handle it; opened when first read."""

    def __init__(self, indexname: str, info: SegmentInfo, folder: Path) -> None:
        self.indexname, self.compound, self._folder = indexname, False, folder
        self._opened: Segment | None = None
        self.info = info

    @property
    def info(self) -> SegmentInfo:
        """What the table of contents says of it, with the posts deleted since."""
        return self._info._replace(deleted=bytes(self._deleted))

    @info.setter
    def info(self, info: SegmentInfo) -> None:
        self._info, self._deleted = info, bytearray(info.deleted)
        self.segid = info.file.removeprefix(f"{self.indexname}_").removesuffix(".seg")

    def arrays(self) -> Segment:
        """Its file, opened; posts deleted since count as there."""
        if self._opened is None:
            self._opened = Segment(self._folder, self._info)
        return self._opened

    def codec(self, **kwargs: Any) -> ArrayCodec:
        return ArrayCodec()

    def should_assemble(self) -> bool:
        return False  # Whoosh's compound files have a pickled directory

    def set_doc_count(self, doccount: int) -> None:
        pass  # it is known once the file is written

    def doc_count_all(self) -> int:
        return self._info.posts

    def deleted_count(self) -> int:
        return int.from_bytes(self._deleted, "little").bit_count()

    def deleted_docs(self) -> Iterator[int]:
        return (post for post in range(self._info.posts) if self.is_deleted(post))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if not 0 <= docnum < self._info.posts:
            raise IndexError(f"no post {docnum} in {self._info.file}")
        if not self._deleted:
            self._deleted.extend(bytes((self._info.posts + 7) // 8))
        bit = 1 << (docnum & 7)
        self._deleted[docnum >> 3] = self._deleted[docnum >> 3] | bit if delete else self._deleted[docnum >> 3] & ~bit

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._deleted and self._deleted[docnum >> 3] >> (docnum & 7) & 1)


class ArrayCodec(codecs.Codec):
    """The codec: readers over a segment's arrays. Writing is :mod:`.index`'s, a whole segment at a time."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname, SegmentInfo("", 0, 0, 0), Path(storage.folder))  # until it is written

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> _NothingToClose:
        return _NothingToClose()

    def field_writer(self, storage: Any, segment: ArraySegment) -> _NothingToClose:
        return _NothingToClose()

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(segment)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPerDocumentReader:
        return ArrayPerDocumentReader(segment)


class _NothingToClose:
    is_closed = False

    def close(self) -> None:
        self.is_closed = True


class ArrayPerDocumentReader(codecs.PerDocumentReader):
    """Lengths, number columns and stored fields."""

    def __init__(self, segment: ArraySegment) -> None:
        self._segment, self._arrays = segment, segment.arrays()

    def close(self) -> None:
        pass

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in NUMBER_FIELDS and self._arrays.numbers(fieldname) is not None

    def list_columns(self) -> Iterable[str]:
        return filter(self.has_column, NUMBER_FIELDS)

    def column_reader(self, fieldname: str, column: Any) -> Any:
        numbers = self._arrays.numbers(fieldname)
        assert numbers is not None
        return _NumberColumn(numbers.whole())

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        field = self._arrays.field(fieldname)
        return default if field is None or field.lengths is None else LENGTHS[field.lengths.item(docnum)]

    def field_length(self, fieldname: str) -> int:
        return self._arrays.tokens(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        return self._any_length(fieldname, min)

    def max_field_length(self, fieldname: str) -> int:
        return self._any_length(fieldname, max)

    def _any_length(self, fieldname: str, choose: Callable[[memoryview[int]], int]) -> int:
        field = self._arrays.field(fieldname)
        return 0 if field is None or field.lengths is None else LENGTHS[choose(field.lengths.whole())]

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        keys = self._arrays.field("key")
        assert keys is not None
        return {
            "key": keys.term(self._arrays.key_ranks.item(docnum)),
            "stored": self._arrays.stored(docnum),
            "source": self._arrays.source(docnum),
        }


class _NumberColumn(columns.ColumnReader):
    def __init__(self, values: memoryview[int]) -> None:
        self._values, self._reverse = values, False

    def __getitem__(self, docnum: int) -> int:
        return self._values[docnum]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[int]:
        return iter(self._values)

    def sort_key(self, docnum: int) -> int:
        return -self._values[docnum] if self._reverse else self._values[docnum]

    def load(self) -> list[int]:
        return self._values.tolist()

    def set_reverse(self) -> None:
        self._reverse = True


class ArrayTermsReader(codecs.TermsReader):
    """Lexicons and postings."""

    def __init__(self, segment: ArraySegment) -> None:
        self._arrays = segment.arrays()
        self._names = [n for n in sorted((*TEXT_FIELDS, *KEYWORD_FIELDS)) if self._arrays.field(n) is not None]

    def close(self) -> None:
        pass

    def _field(self, name: str) -> SegmentField | None:
        return self._arrays.field(name) if name in self._names else None

    def _find(self, name: str, text: bytes) -> tuple[SegmentField, int]:
        field = self._field(name)
        number = -1 if field is None else field.lookup(_decode(text))
        if field is None or number < 0:
            raise reading.TermNotFound(f"no term {name}:{text!r}")
        return field, number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field = self._field(term[0])
        return field is not None and field.lookup(_decode(term[1])) >= 0

    def indexed_field_names(self) -> Iterable[str]:
        return self._names

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        field = self._field(fieldname)
        return codecs.EmptyCursor() if field is None else ArrayCursor(field, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self._names:
            field = self._field(name)
            if name >= fieldname and field is not None:
                for number in range(field.seek(prefix) if name == fieldname else 0, field.terms):
                    yield name, field.key(number)

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        return _term_info(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight()) if (fieldname, text) in self else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        field = self._field(fieldname)
        number = -1 if field is None else field.lookup(_decode(text))
        return 0 if field is None or number < 0 else field.frequency(number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        field, number = self._find(fieldname, text)
        return ArrayMatcher(field, number, (fieldname, text), format_, scorer)


class ArrayCursor(codecs.FieldCursor):
    """A walk through a lexicon."""

    def __init__(self, field: SegmentField, fieldobj: Any) -> None:
        self._field, self._fieldobj, self._number = field, fieldobj, 0

    def is_valid(self) -> bool:
        return self._number < self._field.terms

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._field.key(self._number)) if self.is_valid() else None

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, string: str | bytes) -> Any:
        self._number = self._field.seek(string if isinstance(string, bytes) else encode_term(string))
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def term_info(self) -> Any:
        return _term_info(self._field, self._number) if self.is_valid() else None


class ArrayMatcher(matching.LeafMatcher):
    """The postings of one term, as Whoosh's queries walk them."""

    def __init__(self, field: SegmentField, number: int, term: tuple[str, bytes], format_: Any, scorer: Any) -> None:
        self._field, self._number, self._term, self.format, self.scorer = field, number, term, format_, scorer
        self._ids = field.postings(number).tolist()
        if self._ids:
            field.check_posts(max(self._ids))
        self._place = 0
        self._weights: list[float] | None = None
        self._positions: tuple[list[int], list[int]] | None = None

    def copy(self) -> ArrayMatcher:
        other = ArrayMatcher(self._field, self._number, self._term, self.format, self.scorer)
        other._place = self._place
        return other

    def reset(self) -> None:
        self._place = 0

    def is_active(self) -> bool:
        return self._place < len(self._ids)

    def id(self) -> int:
        return self._ids[self._place]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._place :])

    def next(self) -> bool:
        if not self.is_active():
            raise matching.ReadTooFar
        self._place += 1
        return not self.is_active()

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise matching.ReadTooFar
        self._place = bisect_left(self._ids, id, self._place)

    def weight(self) -> float:
        if self._weights is None:
            self._weights = exact_frequencies(self._field, self._number).tolist()
        return float(self._weights[self._place])

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._field.positions is not None:
            if self._positions is None:
                ends = np.cumsum(exact_frequencies(self._field, self._number)).tolist()
                self._positions = self._field.positions.part(*self._field.position_range(self._number)).tolist(), ends
            positions, ends = self._positions
            return positions[ends[self._place - 1] if self._place else 0 : ends[self._place]]
        if astype == "frequency":
            return int(self.weight())
        return super().value_as(astype)

    def value(self) -> bytes:
        if self._field.positions is not None:
            return bytes(self.format.encode(self.value_as("positions")))
        return int(self.weight()).to_bytes(4, "big") if self._field.scored else b""

    # One term is one block here: Whoosh's collectors may skip it whole, never a part.

    def _info(self) -> Any:
        return _term_info(self._field, self._number)

    def block_min_length(self) -> int:
        return int(self._info().min_length())

    def block_max_length(self) -> int:
        return int(self._info().max_length())

    def block_max_weight(self) -> float:
        return float(self._info().max_weight())

    def skip_to_quality(self, minquality: float) -> int:
        if self.block_quality() > minquality:
            return 0
        self._place = len(self._ids)
        return 1


def _term_info(field: SegmentField, number: int) -> Any:
    docs = view(field.postings(number))
    field.check_posts(int(docs.max(initial=0)))
    weights = exact_frequencies(field, number)
    lengths = np.zeros(1, np.uint8) if field.lengths is None else view(field.lengths.whole())[docs]
    return reading.TermInfo(
        weight=float(weights.sum()),
        df=len(docs),
        minlength=LENGTHS[int(lengths.min(initial=255))],
        maxlength=LENGTHS[int(lengths.max(initial=0))],
        maxweight=float(weights.max(initial=0)),
        minid=int(docs[0]) if len(docs) else None,
        maxid=int(docs[-1]) if len(docs) else None,
    )


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass")
