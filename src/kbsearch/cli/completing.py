"""What the index proposes for an argument that the shell completes: categories, tags, ids.

A key press waits for this, so the index's terms are read without what understands queries, and anything that goes
wrong completes to nothing: a message in the middle of a command line helps nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

__all__ = ["complete_categories", "complete_ids", "complete_tags"]

_MOST = 2_000  # proposals


def complete_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of posts that begin with what was typed, or the only one whose file's name does."""
    ids = _terms(ctx, "key")
    return (_starting(ids, incomplete) or _starting_in_last_part(ids, incomplete))[:_MOST]


def complete_categories(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Categories that begin with what was typed."""
    return _starting(_terms(ctx, "category"), incomplete)[:_MOST]


def complete_tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Tags that begin with what was typed."""
    return _starting(_terms(ctx, "tag"), incomplete)[:_MOST]


def _terms(ctx: click.Context, field: str) -> list[str]:
    """The values of a keyword field; none if there is no index, or it cannot be read."""
    from kbsearch.store import Store

    try:
        _, reader = Store(Path(ctx.params.get("index_dir") or "index")).open()
        try:
            return [term for term, _ in reader.terms(field) if term.isprintable()]
        finally:
            reader.close()
    except Exception:  # see the module's docstring
        return []


def _starting(values: Iterable[str], incomplete: str) -> list[str]:
    """Values that begin with the text as it is, or else in any case, width and script."""
    everything = list(values)
    found = [value for value in everything if value.startswith(incomplete)]
    return found or [value for value in everything if _folded(value).startswith(_folded(incomplete))]


def _starting_in_last_part(ids: list[str], incomplete: str) -> list[str]:
    """The id of the only post whose file's name begins with the text; of several, a shell would show a common part."""
    found = [id for id in ids if _folded(id.rpartition("/")[2]).startswith(_folded(incomplete))]
    return found if len(found) == 1 else []


def _folded(text: str) -> str:
    from kbsearch.analysis.fold import fold

    return fold(text)
