"""Requests to a cluster: any node of it, tried again with growing, random pauses while that can help."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import SerializationError, SSLError, TransportError
from urllib3 import Timeout

from kbsearch.engines.opensearch.cluster import Cluster, Secrets
from kbsearch.engines.opensearch.signing import aws_signer
from kbsearch.engines.opensearch.translated import may_pass, no_opensearch, refusal, unreachable
from kbsearch.errors import ConfigError, KbsearchError
from kbsearch.language import message

__all__ = ["Answer", "Connection", "connect", "pauses"]

_PATIENCE = 10.0  # seconds that a request is tried again for
_TIMEOUT = Timeout(connect=5.0, read=60.0)
_SHORT = Timeout(connect=1.0, read=2.0)  # for what need not succeed
_THREADS = 16  # connections kept to each node
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds


class Answer(NamedTuple):
    """What came back: the HTTP status (200 for any success) and the JSON."""

    status: int
    body: Any


class Connection:
    """A way to a cluster, shared by threads.

    Args:
        cluster: where it is.
        secrets: what is shown to it.

    Raises:
        ConfigError: a secret would travel unencrypted, or the client cannot be set up so.
    """

    def __init__(self, cluster: Cluster, secrets: Secrets) -> None:
        if secrets and not cluster.is_private:
            raise ConfigError(
                message("{where}: a password or key would travel unencrypted; use an https address", where=cluster.url)
            )
        self.where = cluster.url
        self._transport: Any = _client(cluster, secrets).transport

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        *,
        accept: Collection[int] = (),
        patience: float = _PATIENCE,
    ) -> Answer:
        """Send a request and wait for its answer.

        Only what does the same when done twice may be asked here, since a lost answer makes it be asked again.

        Args:
            body: JSON-able, or bytes of newline-delimited JSON.
            params: of the address.
            accept: error statuses to give back instead of raising.
            patience: seconds to go on trying for; 0 for what need not succeed.

        Raises:
            KbsearchError: the cluster cannot be reached, or refuses (see :mod:`.translated`).
        """
        deadline, timeout = time.monotonic() + patience, _TIMEOUT if patience else _SHORT
        kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        for pause in pauses():
            try:
                data = self._transport.perform_request(
                    method, path, dict(params or {}), body, timeout, headers={"content-type": kind}
                )
                return Answer(200, data)
            except NoConnection as error:
                if isinstance(error.info, KbsearchError):
                    raise error.info from error  # of the signer
                failure = self._lost(error)
                if isinstance(error, SSLError):
                    raise failure from error
                last: TransportError = error
            except TransportError as error:
                status, said = _said(error)
                if status in accept:
                    return Answer(status, said)
                failure, last = refusal(self.where, status, said), error
                if not may_pass(status, said):
                    raise failure from error
            except SerializationError as error:
                raise no_opensearch(self.where) from error
            if time.monotonic() + pause > deadline:
                raise failure from last
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _lost(self, error: NoConnection) -> KbsearchError:
        tls = isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
        return unreachable(self.where, error, tls=tls)


def pauses() -> Iterator[float]:
    """Seconds to wait before each further try: growing, and random, so that writers do not come back all at once."""
    longest = _FIRST_PAUSE
    while True:
        yield longest * random.uniform(0.5, 1.0)
        longest = min(longest * 2, _LONGEST_PAUSE)


def connect(cluster: Cluster) -> Connection:
    """The way to a cluster, the same one each time in this process.

    Raises:
        ConfigError: the environment's secrets cannot be used.
    """
    return _connect(Cluster(cluster.url, cluster.name), Secrets.from_environment(), os.getpid())


@lru_cache(maxsize=16)
def _connect(cluster: Cluster, secrets: Secrets, _process: int) -> Connection:
    return Connection(cluster, secrets)


def _client(cluster: Cluster, secrets: Secrets) -> OpenSearch:
    options: dict[str, Any] = {}
    if secrets.ca_file:
        if not os.path.isfile(secrets.ca_file):
            raise ConfigError(message("{path}: KBSEARCH_OPENSEARCH_CA names no file", path=secrets.ca_file))
        options["ca_certs"] = secrets.ca_file
    if secrets.aws_region:
        options["http_auth"] = aws_signer(secrets.aws_region, secrets.aws_service)
    elif secrets.api_key:
        options["headers"] = {"authorization": f"ApiKey {secrets.api_key}"}
    elif secrets.user:
        options["http_auth"] = (secrets.user, secrets.password)
    return OpenSearch(
        list(cluster.addresses),
        max_retries=len(cluster.addresses) - 1,
        retry_on_status=(),
        http_compress=cluster.url.startswith("https:"),
        pool_maxsize=_THREADS,
        **options,
    )


def _said(error: TransportError) -> tuple[int, Any]:
    """Status and JSON of an error answer; text that is no JSON (of a proxy, say) as it is."""
    status = error.status_code if isinstance(error.status_code, int) else 0
    info: Any = error.info if len(error.args) > 2 else ""
    if isinstance(info, (bytes, str)):
        try:
            info = json.loads(info)
        except ValueError:
            info = str(info)
    return status, info
