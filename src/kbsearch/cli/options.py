"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from kbsearch.cli.completing import complete_categories
from kbsearch.knowledge_base import DEFAULT_MAX_BYTES

__all__ = [
    "cluster_engine",
    "cluster_size",
    "in_categories",
    "index_dir",
    "json_output",
    "paging",
    "synonyms_file",
    "what_to_index",
]

F = TypeVar("F", bound=Callable[..., Any])


def index_dir(command: F) -> F:
    """``--index-dir``, or ``--url`` and ``--name`` for one in a cluster: where the index lies."""
    folder = click.option(
        "--index-dir",
        type=click.Path(),
        default="index",
        envvar="KBSEARCH_INDEX",
        show_default=True,
        show_envvar=True,
        help="Folder of the index.",
    )
    url = click.option(
        "--url",
        envvar="KBSEARCH_OPENSEARCH_URL",
        expose_value=False,
        callback=_into_environment,
        show_envvar=True,
        help="Address of the OpenSearch cluster that keeps the posts.",
    )
    name = click.option(
        "--name",
        envvar="KBSEARCH_OPENSEARCH_NAME",
        expose_value=False,
        callback=_into_environment,
        show_envvar=True,
        help="What the index is called in the cluster.",
    )
    return folder(url(name(command)))


def cluster_size(command: F) -> F:
    """``--shards`` and ``--replicas``: how a cluster keeps a new index."""
    shards = click.option(
        "--shards",
        type=click.IntRange(1, 1024),
        envvar="KBSEARCH_OPENSEARCH_SHARDS",
        expose_value=False,
        callback=_into_environment,
        show_envvar=True,
        help="In a cluster: parts that a new index is cut into [default: 1].",
    )
    replicas = click.option(
        "--replicas",
        type=click.IntRange(0, 16),
        envvar="KBSEARCH_OPENSEARCH_REPLICAS",
        expose_value=False,
        callback=_into_environment,
        show_envvar=True,
        help="In a cluster: copies of each part besides the first [default: 1].",
    )
    return shards(replicas(command))


def cluster_engine(command: F) -> F:
    """``--engine`` for commands that only read: an index keeps its engine; a cluster has other posts than a folder."""
    return click.option(
        "--engine",
        type=click.Choice(["opensearch"]),
        help="With --url and --name: the engine of the cluster.",
    )(command)


def _into_environment(context: click.Context, option: click.Parameter, value: object) -> None:
    """Where the library looks for it, here and in the processes that it begins."""
    if value is not None and isinstance(option.envvar, str):
        os.environ[option.envvar] = str(value)


def in_categories(command: F) -> F:
    """``-c/--category``."""
    return click.option(
        "-c",
        "--category",
        "categories",
        multiple=True,
        shell_complete=complete_categories,
        help="Only this category (repeat for any of several).",
    )(command)


def json_output(command: F) -> F:
    """``--json``: one JSON document instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def paging(command: F) -> F:
    """``-n/--limit`` and ``--page``."""
    limit = click.option(
        "-n",
        "--limit",
        type=click.IntRange(1, 10_000),
        default=10,
        envvar="KBSEARCH_LIMIT",
        show_default=True,
        show_envvar=True,
        help="How many.",
    )
    page = click.option("--page", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help="Which page.")
    return limit(page(command))


def synonyms_file(command: F) -> F:
    """``--synonyms``: the user's own pairs of names."""
    return click.option(
        "--synonyms",
        type=click.Path(),
        envvar="KBSEARCH_SYNONYMS",
        show_envvar=True,
        help="Your own pairs of names [default: synonyms.txt in the index folder].",
    )(command)


def what_to_index(command: F) -> F:
    """``--exclude``, ``--drafts``, ``--max-size`` and ``--workers``: which files to read, and how."""
    exclude = click.option(
        "--exclude",
        multiple=True,
        metavar="PATTERN",
        envvar="KBSEARCH_EXCLUDE",
        show_envvar=True,
        help="Leave out what matches (as in .gitignore; repeat).",
    )
    drafts = click.option(
        "--drafts", is_flag=True, envvar="KBSEARCH_DRAFTS", show_envvar=True, help="Index posts marked as drafts too."
    )
    max_size = click.option(
        "--max-size",
        type=click.IntRange(1, 1_000_000_000),
        default=DEFAULT_MAX_BYTES,
        envvar="KBSEARCH_MAX_SIZE",
        show_default=True,
        show_envvar=True,
        metavar="BYTES",
        help="Skip larger files.",
    )
    workers = click.option(
        "--workers",
        type=click.IntRange(1, 64),
        envvar="KBSEARCH_WORKERS",
        show_envvar=True,
        help="Processes to use [default: one a core].",
    )
    return exclude(drafts(max_size(workers(command))))
