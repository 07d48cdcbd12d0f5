"""A front before a real OpenSearch, as a company has one: it asks for a password, and has bad moments."""

from __future__ import annotations

import base64
import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Mood = Literal["well", "busy", "gone", "lost"]  # lost: the request is carried out, its answer never arrives


@contextmanager
def front(
    url: str,
    *,
    user: str = "",
    password: str = "",
    mood: Callable[[int, str], Mood] = lambda number, path: "well",
    certificate: Path | None = None,
) -> Iterator[str]:
    """The address of a front to ``url``.

    Args:
        mood: given the number of the request and its path, how it is treated.
        certificate: a PEM file with key and certificate, to speak TLS.
    """
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    behind = urlsplit(url)
    numbers = iter(range(1 << 60))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            with lock:
                treated = mood(next(numbers), self.path)
            if user and self.headers.get("authorization") != wanted:
                return self.answer(401, b"Unauthorized", "text/plain")
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
