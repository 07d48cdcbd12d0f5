"""Proofs of who asks, before a front that verifies them as received: AWS signatures and API keys, plain and over TLS."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from aws_signature import AwsKeys
from extras import require_extra
from opensearch_front import Received, front, own_certificate

from kbsearch import KnowledgeBase, Post
from kbsearch.engines.opensearch import Cluster
from kbsearch.engines.opensearch.cluster import Secrets
from kbsearch.engines.opensearch.connection import Connection
from kbsearch.engines.opensearch.signing import aws_signer
from kbsearch.errors import ConfigError

require_extra("opensearch-aws", "botocore")

KEYS = AwsKeys(token="session/token+of==the-user")
API_KEY = "VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw=="


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The keys, where the AWS command line looks for them, and nothing else for it to find."""
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", KEYS.token)
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_AWS_REGION", KEYS.region)


@pytest.fixture(params=["http", "https"])
def certificate(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path | None]:
    """What the front speaks TLS with, if it does; over TLS, requests are compressed."""
    if request.param == "http":
        yield None
    else:
        pem, both = own_certificate(tmp_path)
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_CA", str(pem))
        yield both


def posts(count: int) -> list[Post]:
    return [
        Post(f"笔记/a b+c&d=e~*'({n}).md", f"扩散模型 {n}", tags=(f"标签 {n % 3}",), text=f"note topic{n} " * 20)
        for n in range(count)
    ]


def use(folder: Path, cluster: Cluster) -> None:
    """Index, update, rebuild, remove, search, check and join, asking everything that is asked of a cluster."""
    notes = folder / "notes"
    notes.mkdir()
    with KnowledgeBase(folder / "index", engine="opensearch", cluster=cluster) as kb:
        kb.add(posts(40))
        kb.add([Post("one.md", "One", text="zebra")])
        kb.index(notes)
        kb.index(rebuild=True)
        kb.remove(["one.md"])
        assert kb.search("topic7").hits[0].id == posts(8)[7].id
        assert kb.search("", facets=("tag", "year")).total == 40
        assert kb.search("topc7 nte").total
        assert kb.related(posts(1)[0].id) is not None
        assert not kb._store.current().engine.check(kb._store.current().engine_folder)
    with KnowledgeBase(folder / "joined", create=False, cluster=cluster) as joined:
        assert [each.post.title for each in joined.posts()] == [each.title for each in posts(40)]


@pytest.mark.parametrize("service", ["es", "execute-api"])
def test_signed_requests(
    service: str, certificate: Path | None, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    """Whatever is asked of a cluster arrives with a signature that fits what arrives, compressed or not."""
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_AWS_SERVICE", service)
    received: list[Received] = []
    with front(cluster.url, aws=replace(KEYS, service=service), certificate=certificate, received=received) as url:
        use(tmp_path, replace(cluster, url=url))
    bulk = [each for each in received if each.path.endswith("/_bulk")]
    assert bulk
    assert all((each.headers.get("content-encoding") == "gzip") == (certificate is not None) for each in bulk)


def test_odd_addresses_are_signed(certificate: Path | None, cluster: Cluster):
    """A signature covers path and parameters as they travel, whatever characters they hold."""
    odd = quote("笔记 a+b&c=d/é~*'()!$,;:@", safe="")
    index = f"{cluster.name}.odd"
    with front(cluster.url, aws=KEYS, certificate=certificate) as url:
        connection = Connection(Cluster(url), Secrets.from_environment())
        connection.ask("PUT", f"/{index}/_doc/{odd}", {"text": "扩散"}, {"refresh": "true"})
        assert connection.ask("GET", f"/{index}/_doc/{odd}").body["found"]
        found = connection.ask(
            "GET", f"/{cluster.name}.*,-{cluster.name}.x*/_search", params={"q": "text:扩*", "size": 5}
        )
        assert found.body["hits"]["total"]["value"] == 1


def test_the_front_verifies(cluster: Cluster):
    """What was changed on the way, in body, path, parameters or a signed header, is refused by the front."""
    with front(cluster.url, aws=KEYS) as url:
        address, body = f"{url}/_search?size=1&from=2", b'{"query": {"match_all": {}}}'
        sign = aws_signer(KEYS.region, "es")

        def status(address: str, body: bytes, headers: dict[str, str]) -> int:
            request = urllib.request.Request(address, body, headers | {"content-type": "application/json"})
            try:
                return int(urllib.request.urlopen(request, timeout=30).status)
            except urllib.error.HTTPError as error:
                return error.code

        signed = dict(sign("POST", address, body))
        assert status(address, body, signed) == 200
        assert status(f"{url}/_search?from=2&size=1", body, signed) == 200
        assert status(address, body.replace(b"_all", b"_none"), signed) == 403
        assert status(address.replace("size=1", "size=9"), body, signed) == 403
        assert status(address.replace("_search", "_count"), body, signed) == 403
        assert status(address, body, {**signed, "X-Amz-Security-Token": "another"}) == 403
        assert status(address, body, {**signed, "X-Amz-Date": "20200101T000000Z"}) == 403
        assert status(address, body, {}) == 403


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "not-the-" + KEYS.secret),
        ("AWS_ACCESS_KEY_ID", "AKIDSOMEBODYELSE"),
        ("AWS_SESSION_TOKEN", "expired-" + KEYS.token),
        ("KBSEARCH_OPENSEARCH_AWS_REGION", "us-west-2"),
        ("KBSEARCH_OPENSEARCH_AWS_SERVICE", "s3"),
    ],
)
def test_wrong_credentials(
    variable: str, value: str, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    """Wrong keys, region or service: a message that names what to check, at once, without the secret or the token."""
    monkeypatch.setenv(variable, value)
    with front(cluster.url, aws=KEYS) as url:
        with pytest.raises(ConfigError, match=r"AWS_SECRET_ACCESS_KEY.*AWS_REGION") as refused:
            KnowledgeBase(tmp_path, create=False, cluster=replace(cluster, url=url))
        assert KEYS.secret not in str(refused.value) and KEYS.token not in str(refused.value)
        command = [sys.executable, "-m", "kbsearch", "query", "x", "--url", url, "--name", cluster.name]
        done = subprocess.run([*command, "--index-dir", str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert KEYS.secret not in done.stderr and KEYS.token not in done.stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
        {"AWS_SECRET_ACCESS_KEY": ""},
        {"AWS_PROFILE": "nobody"},
    ],
)
def test_no_credentials(environment: dict[str, str], cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """Where there are no credentials, or half of them, the message says so."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    with pytest.raises(ConfigError, match="AWS credentials"):
        Connection(cluster, Secrets.from_environment())


def test_credentials_that_cannot_be_renewed(tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """Credentials that a program gives, and gives no longer: an error about credentials, not about the cluster."""
    program = tmp_path / "credentials.sh"
    soon = '{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "2020-01-01T00:00:00Z"}'
    program.write_text(f"test -e {tmp_path}/asked && exit 1; touch {tmp_path}/asked; echo '{soon}'\n")
    (tmp_path / "config").write_text(f"[profile renewed]\ncredential_process = sh {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "renewed")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(ConfigError, match="AWS credentials"):
        Connection(cluster, Secrets.from_environment()).ask("GET", "/")


def test_serverless_is_refused(monkeypatch: pytest.MonkeyPatch):
    """A service that lacks what updates need is named at once, rather than half-way through an index."""
    with pytest.raises(ConfigError, match="Serverless"):
        Secrets.from_environment({"KBSEARCH_OPENSEARCH_AWS_SERVICE": "aoss"})


def test_api_keys(certificate: Path | None, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """The right key opens, from the environment or a file; a wrong one gives a message that names the variable."""
    monkeypatch.delenv("KBSEARCH_OPENSEARCH_AWS_REGION")
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_API_KEY", API_KEY)
    with front(cluster.url, api_key=API_KEY, certificate=certificate) as url:
        guarded = replace(cluster, url=url)
        use(tmp_path, guarded)
        (tmp_path / "key").write_text(API_KEY + "\n")
        monkeypatch.delenv("KBSEARCH_OPENSEARCH_API_KEY")
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_API_KEY_FILE", str(tmp_path / "key"))
        with KnowledgeBase(tmp_path / "third", create=False, cluster=guarded) as kb:
            assert kb.search("", limit=1).total == 40
        (tmp_path / "key").write_text("wrong-" + API_KEY)
        with pytest.raises(ConfigError, match="KBSEARCH_OPENSEARCH_API_KEY") as refused:
            KnowledgeBase(tmp_path / "fourth", create=False, cluster=guarded)
        assert API_KEY not in str(refused.value)


def test_a_missing_library_is_named(tmp_path: Path):
    """Where botocore is not installed, the message says what to install."""
    hide = (
        "import sys; sys.modules['botocore'] = None\n"
        "from kbsearch.cli import main\n"
        f"sys.argv = ['kbsearch', 'query', 'x', '--url', 'http://localhost:1', '--name', 'n', '--index-dir', {str(tmp_path)!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "kbsearch[opensearch-aws]" in done.stderr and "Traceback" not in done.stderr
