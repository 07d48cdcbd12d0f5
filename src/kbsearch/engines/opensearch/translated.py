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
from kbsearch.language import message

__all__ = ["mapping_conflict", "may_pass", "no_index", "no_name", "no_opensearch", "refusal", "unreachable"]

_PASSING = (429, 502, 503, 504)  # statuses that another try may not meet
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
            message(
                "{where}: the cluster does not know this user, password or key; "
                "check KBSEARCH_OPENSEARCH_USER and _PASSWORD, or KBSEARCH_OPENSEARCH_API_KEY",
                where=where,
            )
        )
    if "cluster_block" in kind and "read-only" in reason:
        if "flood" in reason or "read-only / allow delete" in reason:
            return IndexWriteError(
                message(
                    "{where}: the cluster lets nothing be written, because a disk of it is nearly full (flood stage): "
                    "free or add disk space; it lifts the block by itself then, and the same command goes on",
                    where=where,
                )
            )
        return IndexWriteError(message("{where}: the index is read-only ({reason})", where=where, reason=reason))
    if status == 403 and _words_of_aws(body):
        return ConfigError(
            message(
                "{where}: AWS lets nobody in with these credentials ({reason}); check AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, then KBSEARCH_OPENSEARCH_AWS_REGION, and the access policy of "
                "the domain",
                where=where,
                reason=reason,
            )
        )
    if status == 403:
        return ConfigError(
            message(
                "{where}: the user may not do this ({reason}); grant it what docs/cluster.md lists",
                where=where,
                reason=reason.partition("] and User [")[0] + "]" if "] and User [" in reason else said,
            )
        )
    if "index_not_found" in kind:
        return IndexMissingError(
            message("{where}: there is no such index in the cluster; make one with: kbsearch index FOLDER", where=where)
        )
    if kind in ("mapper_parsing_exception", "strict_dynamic_mapping_exception", "document_parsing_exception"):
        return mapping_conflict(where, said)
    if status in (413, 429):
        return IndexWriteError(
            message(
                "{where}: the cluster is overloaded ({reason}); give it more memory, or try again later",
                where=where,
                reason=said,
            )
        )
    if "too_many_clauses" in reason or "too_many_nested_clauses" in reason or "maxClauseCount" in reason:
        return IndexUnusableError(
            message(
                "{where}: the query is too large for the cluster; ask for less at once ({reason})",
                where=where,
                reason=said,
            )
        )
    return IndexUnusableError(
        message("{where}: the cluster refuses (status {status}): {reason}", where=where, status=status, reason=said)
    )


def mapping_conflict(where: str, said: str) -> IndexMismatchError:
    """The index's fields are not those that kbsearch makes."""
    return IndexMismatchError(
        message(
            "{where}: the index's fields are not as kbsearch makes them ({reason}): an index template of the cluster, "
            "or another program, has changed them; take that away and run: kbsearch index --rebuild",
            where=where,
            reason=said,
        )
    )


def no_index(where: str, index: str) -> IndexMissingError:
    """An index of posts has no record."""
    return IndexMissingError(
        message("{where}: there is no index {index!r}; run: kbsearch index FOLDER", where=where, index=index)
    )


def no_name(where: str, name: str) -> IndexMissingError:
    """The cluster has nothing under a name."""
    return IndexMissingError(
        message(
            "{where}: the cluster has no knowledge base {name!r}; make it with: "
            "kbsearch index FOLDER --engine opensearch --url … --name {name}",
            where=where,
            name=name,
        )
    )


def no_opensearch(where: str) -> ConfigError:
    """Something else is at the address."""
    return ConfigError(message("{where}: what answers there is no OpenSearch; check the address", where=where))


def unreachable(where: str, error: BaseException, *, tls: bool) -> KbsearchError:
    """The error where no node answers."""
    if tls:
        return ConfigError(
            message(
                "{where}: the cluster's certificate is not trusted; if it is your own, name the file of its authority "
                "in KBSEARCH_OPENSEARCH_CA",
                where=where,
            )
        )
    return IndexUnusableError(
        message(
            "{where}: no node answers ({reason}); is the cluster up, and the address right?",
            where=where,
            reason=type(error).__name__,
        )
    )


def _cause(body: Any) -> tuple[str, str]:
    """OpenSearch's name for what is wrong, and its words for it, shortened."""
    error = (body.get("error") or _of_a_shard(body)) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        said = body if isinstance(body, str) else error or _words_of_aws(body)
        return "", _short(said) if said else message("no reason given")
    kind, reason = str(error.get("type", "")), str(error.get("reason", ""))
    for deeper in (error.get("caused_by"), *_first(error.get("root_cause")), *_first(error.get("failed_shards"))):
        if isinstance(deeper, Mapping):
            inner = deeper.get("reason")
            said = inner.get("reason") if isinstance(inner, Mapping) else inner
            if said and str(said) not in reason:
                reason += f"; {said}"
    return kind, _short(reason)


def _words_of_aws(body: Any) -> str:
    """Why AWS refuses; not what it quotes of the request behind that, since it holds a session's token."""
    said = (body.get("message") or body.get("Message") or "") if isinstance(body, Mapping) else ""
    return str(said).partition("\n")[0]


def _of_a_shard(body: Mapping[str, Any]) -> Any:
    """What was wrong in a part of an index, where the answer counts its parts and has no error of its own."""
    shards = body.get("_shards")
    failures = _first(shards.get("failures")) if isinstance(shards, Mapping) else []
    return failures[0].get("reason") if failures and isinstance(failures[0], Mapping) else None


def _first(causes: Any) -> list[Any]:
    return causes[:1] if isinstance(causes, list) else []


def _short(reason: Any) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(reason)).split())
    return text if len(text) <= _MAX_REASON else text[:_MAX_REASON] + " …"
