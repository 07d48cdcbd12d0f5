"""Full-text search and knowledge-base indexing for technical notes in Chinese and English.

    >>> from kbsearch import KnowledgeBase
    >>> with KnowledgeBase("index") as kb:
    ...     kb.index("corpus/")
    ...     for hit in kb.search("扩散模型").hits:
    ...         print(hit.title, hit.excerpt.text)

Names are loaded when first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kbsearch.errors import (
        ConfigError,
        IndexCorruptError,
        IndexLockedError,
        IndexMismatchError,
        IndexMissingError,
        IndexUnusableError,
        IndexWriteError,
        InputError,
        KbsearchError,
        MissingExtraError,
        NotFoundError,
        QueryError,
    )
    from kbsearch.knowledge_base import KnowledgeBase
    from kbsearch.model import Excerpt, Hit, IndexReport, Post, SearchResult, Section

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "Excerpt",
    "Hit",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMismatchError",
    "IndexMissingError",
    "IndexReport",
    "IndexUnusableError",
    "IndexWriteError",
    "InputError",
    "KbsearchError",
    "KnowledgeBase",
    "MissingExtraError",
    "NotFoundError",
    "Post",
    "QueryError",
    "SearchResult",
    "Section",
    "__version__",
]

_MODEL = {"Excerpt", "Hit", "IndexReport", "Post", "SearchResult", "Section"}


def __getattr__(name: str) -> Any:
    if name == "KnowledgeBase":
        module = "kbsearch.knowledge_base"
    elif name in _MODEL:
        module = "kbsearch.model"
    elif name in __all__:
        module = "kbsearch.errors"
    else:
        raise AttributeError(f"module 'kbsearch' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
