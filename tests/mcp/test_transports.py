"""How the server is started, reached, guarded and ended."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from extras import require_extra

require_extra("mcp", "mcp.client")

import httpx2  # noqa: E402

COMMAND = [sys.executable, "-m", "kbsearch", "mcp"]
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def request(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


SEARCH = request("tools/call", name="search", arguments={"query": "扩散模型", "limit": 1})


def test_requests_of_this_machine_are_answered(http_address: str) -> None:
    """Under any of its names, with or without an Origin of its own."""
    port = http_address.rsplit(":", 1)[1].partition("/")[0]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "[::1]"):
        for origin in ({}, {"origin": f"http://{host}"}):
            answer = httpx2.post(http_address, json=SEARCH, headers={**HEADERS, "host": host, **origin})
            assert answer.status_code == 200
            assert answer.json()["result"]["structuredContent"]["results"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, 403),
        ({"content-type": "text/plain"}, 400),
    ],
)
def test_other_sites_pages_are_refused(http_address: str, headers: dict[str, str], status: int) -> None:
    """A foreign Host (DNS rebinding) or Origin gets nothing, nor does a body a page may send unasked."""
    answer = httpx2.post(http_address, json=SEARCH, headers={**HEADERS, **headers})
    assert answer.status_code == status and "results" not in answer.text
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
def test_only_post_is_served(http_address: str, method: str) -> None:
    """No stream is kept open, no session deleted, no preflight answered."""
    assert httpx2.request(method, http_address, headers=HEADERS).status_code == 405


def test_enormous_request_is_refused(http_address: str) -> None:
    """Before it is read."""
    body = request("tools/call", name="search", arguments={"query": "x" * 2_000_000})
    assert httpx2.post(http_address, json=body, headers=HEADERS).status_code == 413


def test_only_mcp_is_served(http_address: str) -> None:
    """Nothing else is at the address."""
    root = http_address.removesuffix("/mcp")
    for path in ("/", "/mcp/../etc/passwd", "/api/search"):
        assert httpx2.post(root + path, json=SEARCH, headers=HEADERS).status_code == 404


def test_standard_output_holds_messages_only(index: Path) -> None:
    """Each line is one message, whatever comes in, and the server ends when its input does."""
    sent = [
        request("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"}),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        SEARCH | {"id": 2},
    ]
    lines = [json.dumps(sent[0]), "not json", "[]", "\x00\xff", '{"jsonrpc": "2.0", "id": "\\ud800"}']
    lines += [json.dumps(message) for message in sent[1:]]
    with subprocess.Popen(
        [*COMMAND, "--index-dir", str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write("".join(line + "\n" for line in lines).encode())
        process.stdin.flush()
        answers = []
        while 2 not in [answer.get("id") for answer in answers]:
            answers.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stdout.read() == b"" and b"Traceback" not in process.stderr.read()
    assert answers[-1]["result"]["structuredContent"]["results"]


@pytest.mark.parametrize("options", [(), ("--http", "--port", "0")])
def test_interrupt_ends_it(index: Path, options: tuple[str, ...]) -> None:
    """At once and without a traceback, though a client is still connected."""
    with subprocess.Popen(
        [*COMMAND, "--index-dir", str(index), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        if options:
            process.stdout.readline()
        else:
            process.stdin.write(json.dumps(request("ping")).encode() + b"\n")
            process.stdin.flush()
            process.stdout.readline()
        time.sleep(0.3)  # the server is up; give its loop the time to settle
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130, -signal.SIGINT)
        assert b"Traceback" not in process.stderr.read()


def test_missing_index_is_said_at_the_start(tmp_path: Path) -> None:
    """On standard error, for whoever looks there; the tools say it too."""
    done = subprocess.run(
        [*COMMAND, "--index-dir", str(tmp_path / "none")], input="", capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0 and "kbsearch index" in done.stderr and done.stdout == ""


def test_missing_extra_is_named(index: Path) -> None:
    """Without the SDK the error says what to install."""
    hide = (
        "import sys; sys.modules['mcp'] = None;"
        f"from kbsearch.cli import main; sys.argv = ['kbsearch', 'mcp', '--index-dir', {str(index)!r}]; main()"
    )
    done = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "kbsearch[mcp]" in done.stderr and "Traceback" not in done.stderr


def test_other_commands_load_nothing_of_it() -> None:
    """The extra costs nothing where it is not used."""
    check = (
        "import sys; import kbsearch.cli, kbsearch.cli.query, kbsearch.knowledge_base;"
        "print([m for m in ('mcp', 'pydantic', 'anyio', 'kbsearch.web') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
