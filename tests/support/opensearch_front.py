"""A front before a real OpenSearch, as a company or AWS has one: it asks who is there, and has bad moments."""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from aws_signature import AwsKeys, why_refused

Mood = Literal["well", "busy", "gone", "lost"]  # lost: the request is carried out, its answer never arrives


class Received(NamedTuple):
    """A request as it arrived; ``headers`` by their names in lower case, ``body`` perhaps compressed."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def front(
    url: str,
    *,
    user: str = "",
    password: str = "",
    api_key: str = "",
    aws: AwsKeys | None = None,
    mood: Callable[[int, str], Mood] = lambda number, path: "well",
    certificate: Path | None = None,
    received: list[Received] | None = None,
) -> Iterator[str]:
    """The address of a front to ``url``.

    Args:
        user, password, api_key: what it lets in; by default everybody.
        aws: lets in only what these keys have signed.
        mood: given the number of the request and its path, how it is treated.
        certificate: a PEM file with key and certificate, to speak TLS.
        received: where to note each request.
    """
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else f"ApiKey {api_key}"
    behind = urlsplit(url)
    numbers = iter(range(1 << 60))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for its headers to be acknowledged

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                treated = mood(next(numbers), self.path)
                if received is not None:
                    received.append(Received(self.command, self.path, headers, body))
            if (user or api_key) and self.headers.get("authorization") != wanted:
                return self.answer(401, b"Unauthorized", "text/plain")
            if aws and (refused := why_refused(aws, self.command, self.path, headers, body)):
                return self.answer(403, json.dumps({"message": refused}).encode(), "application/json")
            if treated in ("busy", "gone"):
                return self.answer(429 if treated == "busy" else 503, b"come again", "text/plain")
            link = http.client.HTTPConnection(behind.hostname or "", behind.port or 80, timeout=60)
            kept = {name: self.headers[name] for name in ("content-type", "content-encoding") if name in self.headers}
            link.request(self.command, self.path, body, kept)
            answer = link.getresponse()
            data = answer.read()
            link.close()
            if treated == "lost":
                self.close_connection = True
                return self.connection.close()
            return self.answer(answer.status, data, answer.getheader("content-type") or "application/json")

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

        def answer(self, status: int, data: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for ``localhost`` that nobody vouches for, alone and with its key, as PEM files."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is needed to make a certificate")
    key, pem, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    extra = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([*command.split(), *extra], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + pem.read_bytes())
    return pem, both
