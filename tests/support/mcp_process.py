"""``kbsearch mcp`` as users start it, in a process of its own, and the SDK's client connected to it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import anyio.from_thread
    from mcp_types import CallToolResult, Tool

__all__ = ["Connection", "connected", "http_server"]

COMMAND = [sys.executable, "-m", "kbsearch", "mcp"]


class Connection:
    """A connected client, for tests without async."""

    def __init__(self, portal: anyio.from_thread.BlockingPortal, client: Any) -> None:
        self._portal = portal
        self.client = client

    def tools(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in self._portal.call(self.client.list_tools).tools}

    def call(self, tool: str, **arguments: object) -> CallToolResult:
        result: CallToolResult = self._portal.call(self.client.call_tool, tool, arguments)
        return result

    def answer(self, tool: str, **arguments: object) -> dict[str, Any]:
        """The structured answer of a call that must succeed."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        answer: dict[str, Any] = result.structured_content
        return answer

    def error(self, tool: str, **arguments: object) -> str:
        """The message of a call that must be refused."""
        result = self.call(tool, **arguments)
        assert result.is_error and result.structured_content is None
        (content,) = result.content
        assert content.type == "text"
        return content.text

    def at_once(self, calls: list[tuple[str, dict[str, Any]]]) -> list[CallToolResult]:
        futures = [self._portal.start_task_soon(self.client.call_tool, *call) for call in calls]
        return [future.result(60) for future in futures]


@contextmanager
def http_server(index: Path, *options: str) -> Iterator[str]:
    """The address of a server that runs for the time being, on a port that was free."""
    process = subprocess.Popen(
        [*COMMAND, "--http", "--port", "0", "--index-dir", str(index), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        said = process.stdout.readline()
        address = re.search(r"http://\S+/mcp", said)
        assert address, said + process.stderr.read()
        yield address[0]
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
        assert "Traceback" not in errors, errors


@contextmanager
def connected(transport: str, index: Path, mode: str = "auto", options: Sequence[str] = ()) -> Iterator[Connection]:
    """A client connected to a new server over ``stdio`` or ``http``."""
    import anyio.from_thread
    from mcp import Client, StdioServerParameters

    with anyio.from_thread.start_blocking_portal() as portal:
        if transport == "stdio":
            arguments = [*COMMAND[1:], "--index-dir", str(index), *options]
            server = StdioServerParameters(command=COMMAND[0], args=arguments)
            with portal.wrap_async_context_manager(Client(server, mode=mode)) as client:
                yield Connection(portal, client)
        else:
            with (
                http_server(index, *options) as address,
                portal.wrap_async_context_manager(Client(address, mode=mode)) as client,
            ):
                yield Connection(portal, client)
