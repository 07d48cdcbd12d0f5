"""Which cluster, which name in it, and by what right: what a user says, checked.

The address and the name are options. Secrets come from the environment, or from files that it names, and go nowhere
else: not into an index, a log or an error's message.

::

    KBSEARCH_OPENSEARCH_URL, …_NAME     the address and the name, where no option says them
    KBSEARCH_OPENSEARCH_SHARDS, …_REPLICAS  for new indices, where no option says them
    KBSEARCH_OPENSEARCH_USER            with …_PASSWORD or …_PASSWORD_FILE: basic authentication
    KBSEARCH_OPENSEARCH_API_KEY         or …_API_KEY_FILE: an API key
    KBSEARCH_OPENSEARCH_AWS_REGION      requests signed with the AWS credentials that botocore finds
    KBSEARCH_OPENSEARCH_AWS_SERVICE     for another service than es
    KBSEARCH_OPENSEARCH_CA              a file with the certificates to trust
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kbsearch.errors import ConfigError
from kbsearch.files import read_regular
from kbsearch.language import message

__all__ = ["NAME_VARIABLE", "URL_VARIABLE", "Cluster", "Secrets"]

_PREFIX = "KBSEARCH_OPENSEARCH_"
URL_VARIABLE, NAME_VARIABLE = _PREFIX + "URL", _PREFIX + "NAME"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAX_SECRET = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster and the name of a knowledge base in it.

    Args:
        url: ``https://host:9200``; several nodes of one cluster are parted by commas.
        name: what the index is called in the cluster (its alias): lower-case letters, digits, ``-`` and ``_``. It may
            be left out for an index folder that stands for one already.
        shards: parts that a new index is cut into.
        replicas: copies of each part besides the first; with one, a node may be lost without loss of posts.

    Raises:
        ConfigError: one of them cannot be.
    """

    url: str
    name: str = ""
    shards: int = 1
    replicas: int = 1

    def __post_init__(self) -> None:
        if self.name and not _NAME.fullmatch(self.name):
            raise ConfigError(
                message(
                    "{name!r} cannot name an index in a cluster: use up to 100 lower-case letters, digits, - and _, "
                    "beginning with a letter or digit",
                    name=self.name,
                )
            )
        for address in self.addresses:
            _check_address(address)
        if not 1 <= self.shards <= 1024 or not 0 <= self.replicas <= 16:
            raise ConfigError(message("an index has 1 to 1024 shards, and 0 to 16 replicas of each"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Cluster | None:
        """The cluster that the environment names; ``None`` if it names none.

        Raises:
            ConfigError: a value cannot be used.
        """
        url = environment.get(URL_VARIABLE)
        if not url:
            return None
        try:
            shards, replicas = (int(environment.get(_PREFIX + each) or "1") for each in ("SHARDS", "REPLICAS"))
        except ValueError as error:
            raise ConfigError(
                message(
                    "{first} and {second} must be whole numbers", first=_PREFIX + "SHARDS", second=_PREFIX + "REPLICAS"
                )
            ) from error
        return cls(url, environment.get(NAME_VARIABLE, ""), shards, replicas)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The nodes' addresses."""
        return tuple(each.strip().rstrip("/") for each in self.url.split(","))

    @property
    def is_private(self) -> bool:
        """Whether a secret may travel there: encrypted, or within this machine."""
        parts = [urlsplit(each) for each in self.addresses]
        return all(part.scheme == "https" or part.hostname in _LOOPBACK for part in parts)


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        well_formed = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise ConfigError(
            message("{variable} or --url: not an address of the form https://host:9200", variable=URL_VARIABLE)
        )
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            message(
                "the address must not hold a user or password: set {user} and {password} instead",
                user=_PREFIX + "USER",
                password=_PREFIX + "PASSWORD",
            )
        )


@dataclass(frozen=True, slots=True)
class Secrets:
    """What proves to the cluster who asks; never shown (``repr`` hides it)."""

    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    aws_region: str = ""
    aws_service: str = "es"
    ca_file: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Secrets:
        """Read the variables above.

        Raises:
            ConfigError: a file that one names cannot be read, a user has no password, or what is named cannot be used.
        """
        secrets = cls(
            user=environment.get(_PREFIX + "USER", ""),
            password=_secret(environment, "PASSWORD"),
            api_key=_secret(environment, "API_KEY"),
            aws_region=environment.get(_PREFIX + "AWS_REGION", ""),
            aws_service=environment.get(_PREFIX + "AWS_SERVICE", "es"),
            ca_file=environment.get(_PREFIX + "CA", ""),
        )
        if bool(secrets.user) != bool(secrets.password):
            raise ConfigError(
                message(
                    "set both {user} and {password} (or {password}_FILE), or neither",
                    user=_PREFIX + "USER",
                    password=_PREFIX + "PASSWORD",
                )
            )
        if not secrets.api_key.isascii() or not secrets.api_key.isprintable():
            raise ConfigError(message("{variable}: holds characters that no key has", variable=_PREFIX + "API_KEY"))
        if secrets.aws_service == "aoss":
            raise ConfigError(
                message(
                    "{variable}: OpenSearch Serverless (aoss) has no _refresh, which every update needs; "
                    "use a domain of OpenSearch Service (es)",
                    variable=_PREFIX + "AWS_SERVICE",
                )
            )
        return secrets

    def __bool__(self) -> bool:
        return bool(self.user or self.api_key or self.aws_region)


def _secret(environment: Mapping[str, str], name: str) -> str:
    if file := environment.get(f"{_PREFIX}{name}_FILE"):
        try:
            return read_regular(file, _MAX_SECRET, links="any").decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                message(
                    "{path}: cannot be read, though {variable} names it ({reason})",
                    path=file,
                    variable=f"{_PREFIX}{name}_FILE",
                    reason=type(error).__name__,
                )
            ) from error
    return environment.get(_PREFIX + name, "")
