"""What a cluster answers instead of doing as asked, as our errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kbsearch.errors import (
    ConfigError,
    IndexMismatchError,
    IndexMissingError,
    IndexUnusableError,
    IndexWriteError,
    KbsearchError,
)

__all__ = ["mapping_conflict", "may_pass", "refusal", "unreachable"]

_PASSING = (429, 502, 503, 504)  # statuses that another try may not meet

_FLOOD = (
    "the cluster lets nothing be written, because a disk of it is nearly full (flood stage): free or add disk space; "
    "it lifts the block by itself then, and the same command goes on"
)
_MAX_REASON = 300  # characters


def may_pass(status: int, body: Any) -> bool:
    """Whether asking again may help: the cluster is busy or recovering, and not forbidden to write."""
    return status in _PASSING and "cluster_block" not in _cause(body)[0]


def refusal(where: str, status: int, body: Any) -> KbsearchError:
    """The error for an answer.

    Args:
        where: the address, for the message.
        status: the HTTP status.
        body: what came with it: OpenSearch's JSON, or text from something between us and the cluster.
    """
    kind, reason = _cause(body)
    said = f"{kind}: {reason}" if kind else reason
    if status == 401:
        return ConfigError(
            f"{where}: the cluster does not know this user, password or key; "
            "check KBSEARCH_OPENSEARCH_USER and _PASSWORD, or KBSEARCH_OPENSEARCH_API_KEY"
        )
    if "cluster_block" in kind and "read-only" in reason:
        flooded = "flood" in reason or "read-only / allow delete" in reason
        return IndexWriteError(f"{where}: {_FLOOD if flooded else f'the index is read-only ({reason})'}")
    if status == 403:
        return ConfigError(f"{where}: the user may not do this ({said}); grant it what docs/cluster.md lists")
    if "index_not_found" in kind:
        return IndexMissingError(
            f"{where}: there is no such index in the cluster; make one with: kbsearch index FOLDER"
        )
    if kind in ("mapper_parsing_exception", "strict_dynamic_mapping_exception", "document_parsing_exception"):
        return mapping_conflict(where, said)
    if status in (413, 429):
        return IndexWriteError(f"{where}: the cluster is overloaded ({said}); give it more memory, or try again later")
    if "too_many_clauses" in reason or "too_many_nested_clauses" in reason or "maxClauseCount" in reason:
        return IndexUnusableError(f"{where}: the query is too large for the cluster; ask for less at once ({said})")
    return IndexUnusableError(f"{where}: the cluster refuses (status {status}): {said}")


def mapping_conflict(where: str, said: str) -> IndexMismatchError:
    """The index's fields are not those that kbsearch makes."""
    return IndexMismatchError(
        f"{where}: the index's fields are not as kbsearch makes them ({said}): an index template of the cluster, or "
        "another program, has changed them; take that away and run: kbsearch index --rebuild"
    )


def unreachable(where: str, error: BaseException, *, tls: bool) -> KbsearchError:
    """The error where no node answers."""
    if tls:
        return ConfigError(
            f"{where}: the cluster's certificate is not trusted; if it is your own, name the file of its authority "
            "in KBSEARCH_OPENSEARCH_CA"
        )
    return IndexUnusableError(
        f"{where}: no node answers ({type(error).__name__}); is the cluster up, and the address right?"
    )


def _cause(body: Any) -> tuple[str, str]:
    """OpenSearch's name for what is wrong, and its words for it, shortened."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", _short(body if isinstance(body, str) else error or "no reason given")
    kind, reason = str(error.get("type", "")), str(error.get("reason", ""))
    for deeper in (error.get("caused_by"), *_first(error.get("root_cause")), *_first(error.get("failed_shards"))):
        if isinstance(deeper, Mapping):
            inner = deeper.get("reason")
            said = inner.get("reason") if isinstance(inner, Mapping) else inner
            if said and str(said) not in reason:
                reason += f"; {said}"
    return kind, _short(reason)


def _first(causes: Any) -> list[Any]:
    return causes[:1] if isinstance(causes, list) else []


def _short(reason: Any) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(reason)).split())
    return text if len(text) <= _MAX_REASON else text[:_MAX_REASON] + " …"
