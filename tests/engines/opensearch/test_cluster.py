"""What a user may say of a cluster, and what becomes of secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbsearch.engines.opensearch.cluster import Cluster, Secrets
from kbsearch.engines.opensearch.connection import Connection
from kbsearch.errors import ConfigError

SECRET = "s3cret-of-the-user"


@pytest.mark.parametrize("name", ["Notes", "notes.x", "../x", "_notes", "-x", "a b", "笔记", "x" * 101, "*", "a,b"])
def test_names_that_cannot_be(name):
    """A name that OpenSearch would refuse, or that could mean other indices, is refused here."""
    with pytest.raises(ConfigError):
        Cluster("https://host:9200", name)


@pytest.mark.parametrize(
    "url", ["", "host:9200", "ftp://host", "https://", "https://host:port", "file:///etc/passwd", "https://a:9200,"]
)
def test_addresses_that_cannot_be(url):
    """What is no http address is refused."""
    with pytest.raises(ConfigError):
        Cluster(url, "notes")


@pytest.mark.parametrize(("shards", "replicas"), [(0, 0), (1, -1), (5000, 1), (1, 17)])
def test_sizes_that_cannot_be(shards, replicas):
    """Shards and replicas have bounds."""
    with pytest.raises(ConfigError):
        Cluster("https://host", "notes", shards, replicas)


def test_an_address_holds_no_secret():
    """A password in the address is refused, and not repeated."""
    with pytest.raises(ConfigError) as refused:
        Cluster(f"https://me:{SECRET}@host:9200", "notes")
    assert SECRET not in str(refused.value)


def test_secrets_are_not_shown(tmp_path: Path):
    """Neither a password nor a key appears when the object that holds it is printed."""
    key = tmp_path / "key"
    key.write_text(SECRET + "\n")
    environment = {
        "KBSEARCH_OPENSEARCH_USER": "me",
        "KBSEARCH_OPENSEARCH_PASSWORD": SECRET,
        "KBSEARCH_OPENSEARCH_API_KEY_FILE": str(key),
    }
    secrets = Secrets.from_environment(environment)
    assert (secrets.password, secrets.api_key) == (SECRET, SECRET)
    assert SECRET not in repr(secrets) + str(secrets)


@pytest.mark.parametrize(
    "environment",
    [
        {"KBSEARCH_OPENSEARCH_USER": "me"},
        {"KBSEARCH_OPENSEARCH_PASSWORD": SECRET},
        {"KBSEARCH_OPENSEARCH_PASSWORD_FILE": "/nowhere/at/all", "KBSEARCH_OPENSEARCH_USER": "me"},
        {"KBSEARCH_OPENSEARCH_API_KEY": f"{SECRET}\nHost: elsewhere"},
    ],
)
def test_secrets_that_cannot_be(environment):
    """Half a pair, a file that is not there, a key that would break a header: refused, without repeating the secret."""
    with pytest.raises(ConfigError) as refused:
        Secrets.from_environment(environment)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("url", ["http://example.org:9200", "https://example.org,http://example.org"])
def test_no_secret_travels_unencrypted(url):
    """A password goes only to https addresses, or to this machine."""
    with pytest.raises(ConfigError, match="unencrypted"):
        Connection(Cluster(url, "notes"), Secrets(user="me", password=SECRET))
    Connection(Cluster("http://localhost:9200", "notes"), Secrets(user="me", password=SECRET))


def test_the_environment_names_a_cluster():
    """Address, name and size may come from the environment; without an address there is no cluster."""
    assert Cluster.from_environment({}) is None
    environment = {"URL": "https://host", "NAME": "notes", "SHARDS": "3", "REPLICAS": "0"}
    named = Cluster.from_environment({f"KBSEARCH_OPENSEARCH_{name}": value for name, value in environment.items()})
    assert named == Cluster("https://host", "notes", 3, 0)
    with pytest.raises(ConfigError):
        Cluster.from_environment({"KBSEARCH_OPENSEARCH_URL": "https://host", "KBSEARCH_OPENSEARCH_SHARDS": "many"})
