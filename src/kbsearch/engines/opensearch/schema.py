"""The index's settings and fields in OpenSearch, and the form in which terms travel.

Terms arrive made. Those of scored fields are joined by spaces and parted again by a whitespace tokenizer, so nothing
is analysed twice; those of unscored fields are exact values. What could not travel that way is written out in
hexadecimal digits behind a mark, and what is longer than a term can be in Lucene stands there as its hash
(:func:`written`).

Scores are Lucene's BM25 with ``k1 = 1.2`` and ``b = 0.75``, with the factor ``k1 + 1`` that OpenSearch 3 leaves out
unless asked. Lucene's N and average length of a field are those of the posts that have the field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS

__all__ = ["CONTROL", "FORMAT", "GAP", "MARK", "index_body", "joined", "unwritten", "written"]

FORMAT = 1
MARK = "\ufdd0"  # a code point that stands for no character and in no text
GAP = "\ufdd1"  # in a phrase: a position at which anything may stand
_LONGEST_TERM = 32_766  # bytes, in Lucene
_ODD_TERM = re.compile(r"[\s\x00-\x1f\ud800-\udfff\ufdd0\ufdd1]")
_ODD_VALUE = re.compile("[\ud800-\udfff\ufdd0]")
_TERMS_LISTED = {"fielddata": True}  # so that terms can be walked; built in memory only when somebody does


def index_body(shards: int, replicas: int, major_version: int) -> Mapping[str, Any]:
    """Settings and fields of an index of posts.

    ``born`` is the update that wrote a post, ``sequence`` its place among all, ``digest`` a hash of its content.
    """
    fields: dict[str, Any] = {}
    for name, kind in TEXT_FIELDS.items():
        if kind.scored:
            options = "positions" if kind.positions else "freqs"
            fields[name] = {"type": "text", "analyzer": "terms", "search_analyzer": "phrase", "index_options": options}
            fields[name] |= {"similarity": "posts", **_TERMS_LISTED}
        else:
            fields[name] = {"type": "keyword"}
    fields |= {name: {"type": "keyword"} for name in KEYWORD_FIELDS}
    fields |= {name: {"type": "long"} for name in (*NUMBER_FIELDS, "born", "sequence")}
    fields["digest"] = {"type": "keyword", "index": False}
    fields |= {name: {"type": "binary", "store": True} for name in ("stored", "source")}
    return {
        "settings": {
            "index": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                "refresh_interval": "-1",  # only a commit shows anything
                "gc_deletes": "1h",  # a late bulk request must not bring back what the same update removed
                "similarity": {"posts": {"type": "LegacyBM25" if major_version >= 3 else "BM25", "k1": 1.2, "b": 0.75}},
                "analysis": {
                    "tokenizer": {"terms": {"type": "whitespace", "max_token_length": _LONGEST_TERM + 1}},
                    "filter": {"gap": {"type": "stop", "stopwords": [GAP]}},
                    "analyzer": {
                        "terms": {"type": "custom", "tokenizer": "terms"},
                        "phrase": {"type": "custom", "tokenizer": "terms", "filter": ["gap"]},
                    },
                },
            }
        },
        "mappings": {"dynamic": "strict", "_source": {"enabled": False}, "properties": fields},
    }


# The index that remembers what was committed, and holds the side files.
CONTROL: Mapping[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "generation": {"type": "keyword"},
        "file": {"type": "keyword"},
        "part": {"type": "integer"},
        "data": {"type": "binary"},
        "record": {"type": "object", "enabled": False},
    },
}


def joined(terms: Sequence[str]) -> str:
    """Terms as one string, from which the tokenizer gets them back."""
    if "" not in terms and not _ODD_TERM.search("".join(terms)) and max(map(len, terms)) * 4 <= _LONGEST_TERM:
        return " ".join(terms)
    return " ".join(written("body", term) for term in terms)


def written(field: str, text: str) -> str:
    """A term or a value as it stands in the index."""
    kind = TEXT_FIELDS.get(field)
    is_term = kind is not None and kind.scored
    if (is_term and not text) or (_ODD_TERM if is_term else _ODD_VALUE).search(text):
        text = MARK + text.encode("utf-8", "surrogatepass").hex()
    if len(text) * 4 > _LONGEST_TERM and len(text.encode()) > _LONGEST_TERM:
        text = f"{MARK}#{blake2b(text.encode(), digest_size=16).hexdigest()}"
    return text


def unwritten(text: str) -> str:
    """Read back what :func:`written` made; a hash stays one."""
    if not text.startswith(MARK) or text.startswith(MARK + "#"):
        return text
    return bytes.fromhex(text[1:]).decode("utf-8", "surrogatepass")
