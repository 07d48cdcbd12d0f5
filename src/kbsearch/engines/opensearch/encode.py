"""Documents as they travel to the cluster: made in worker processes, so that the writer only sends."""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from kbsearch.engines.base import TEXT_FIELDS, IndexDocument
from kbsearch.engines.opensearch.schema import joined, written

__all__ = ["Encoded", "encode", "hash_of", "pack", "unpack"]


_MOST_BYTES = 1 << 30


class Encoded(NamedTuple):
    """A post on its way: its key as it stands in the index, its JSON, and a hash of that."""

    key: str
    body: bytes
    digest: str


def encode(documents: Sequence[IndexDocument]) -> list[Encoded]:
    """Documents in the order given."""
    return [_encode(document) for document in documents]


def hash_of(key: str) -> str:
    """What a post's identifier in the cluster begins with, since keys may be longer than one can be there."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def pack(data: bytes) -> str:
    """Bytes as JSON can hold them, compressed."""
    return b64encode(zlib.compress(data, 1)).decode()


def unpack(data: bytes) -> bytes:
    """Read back what :func:`pack` made, after base64.

    Raises:
        zlib.error: it is damaged, or would grow past 1 GiB.
    """
    engine = zlib.decompressobj()
    whole = engine.decompress(data, _MOST_BYTES)
    if not engine.eof:
        raise zlib.error("cut short")
    return whole


def _encode(document: IndexDocument) -> Encoded:
    key = written("key", document.key)
    values: dict[str, Any] = {
        name: joined(terms) if TEXT_FIELDS[name].scored else sorted({written(name, term) for term in terms})
        for name, terms in document.terms.items()
        if terms
    }
    values |= {
        name: sorted({written(name, value) for value in each}) for name, each in document.keywords.items() if each
    }
    values |= document.numbers
    values |= {"key": key, "stored": pack(document.stored)}
    if document.source:
        values["source"] = b64encode(document.source).decode()
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return Encoded(key, body, blake2b(body, digest_size=12).hexdigest())
