"""Engines: what stores postings and ranks. Each is the only importer of its library, loaded by name when needed."""

from __future__ import annotations

from importlib import import_module

from kbsearch.engines.base import Engine
from kbsearch.errors import IndexMismatchError, MissingExtraError

__all__ = ["ENGINES", "load_engine"]

# name: (module, class, extra that brings its library)
ENGINES = {
    "whoosh": ("kbsearch.engines.whoosh", "WhooshEngine", ""),
    "tantivy": ("kbsearch.engines.tantivy", "TantivyEngine", "tantivy"),
}


def load_engine(name: str) -> Engine:
    """The engine of that name.

    Raises:
        IndexMismatchError: this version of kbsearch has no such engine.
        MissingExtraError: its library is not installed.
    """
    if name not in ENGINES:
        raise IndexMismatchError(f"there is no engine {name!r}; choose one of: {', '.join(ENGINES)}")
    module, attribute, extra = ENGINES[name]
    try:
        engine: Engine = getattr(import_module(module), attribute)()
    except ImportError as error:
        if not extra:
            raise
        raise MissingExtraError(f"the {name} engine", extra) from error
    return engine
