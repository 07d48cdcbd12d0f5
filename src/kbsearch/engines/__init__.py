"""Engines: what stores postings and ranks. Each is the only importer of its library, loaded by name when needed."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from kbsearch.engines.base import Engine
from kbsearch.errors import IndexMismatchError, MissingExtraError
from kbsearch.language import message

if TYPE_CHECKING:
    from kbsearch.engines.opensearch import Cluster

__all__ = ["CLUSTER_ENGINES", "ENGINES", "SUITS", "better_engine", "cluster_of_environment", "load_engine"]

# name: (module, class, extra that brings its library)
ENGINES = {
    "whoosh": ("kbsearch.engines.whoosh", "WhooshEngine", ""),
    "tantivy": ("kbsearch.engines.tantivy", "TantivyEngine", "tantivy"),
}
# Those whose posts lie in a cluster, and not in the index folder.
CLUSTER_ENGINES = {"opensearch": ("kbsearch.engines.opensearch.engine", "OpenSearchEngine", "opensearch")}

# Up to about how many posts each serves well (measured: docs/performance.md), the simplest first.
SUITS = {"whoosh": 50_000, "tantivy": 5_000_000, "opensearch": 1_000_000_000}


def better_engine(name: str, posts: int) -> str:
    """The simplest engine that would serve so many posts much better than this one; empty if this one suits."""
    if posts <= SUITS.get(name, 0):
        return ""
    return next((other for other, most in SUITS.items() if posts <= most and most > SUITS.get(name, 0)), "")


def load_engine(name: str, cluster: Cluster | None = None) -> Engine:
    """The engine of that name; ``cluster`` is where one of :data:`CLUSTER_ENGINES` finds its posts.

    Raises:
        IndexMismatchError: this version of kbsearch has no such engine.
        MissingExtraError: its library is not installed.
    """
    engines = ENGINES | CLUSTER_ENGINES
    if name not in engines:
        known = ", ".join(engines)
        raise IndexMismatchError(message("there is no engine {name!r}; choose one of: {known}", name=name, known=known))
    module, attribute, extra = engines[name]
    try:
        make = getattr(import_module(module), attribute)
    except ImportError as error:
        if not extra:
            raise
        raise MissingExtraError(message("the {name} engine", name=name), extra) from error
    engine: Engine = make(cluster) if name in CLUSTER_ENGINES else make()
    return engine


def cluster_of_environment() -> Cluster | None:
    """The cluster that environment variables name (see docs/cluster.md); ``None`` if they name none.

    Raises:
        ConfigError: a value cannot be used.
    """
    if not os.environ.get("KBSEARCH_OPENSEARCH_URL"):
        return None
    from kbsearch.engines.opensearch import Cluster

    return Cluster.from_environment()
