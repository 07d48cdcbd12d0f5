"""What docs/mcp.md says is what happens."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from code_blocks import code_blocks
from extras import require_extra

from kbsearch import KnowledgeBase

require_extra("mcp", "mcp.client")

from mcp import Client, StdioServerParameters  # noqa: E402

from kbsearch.cli.mcp import mcp as command  # noqa: E402
from kbsearch.mcp.arguments import MAX_FETCHED, input_schema  # noqa: E402
from kbsearch.mcp.tools import TOOLS  # noqa: E402

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mcp.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Path:
    """A folder with an index, and a ``kbsearch`` to be found on the path."""
    folder = tmp_path_factory.mktemp("docs")
    with KnowledgeBase(folder / "index") as kb:
        kb.index(sample_corpus, workers=1)
    (folder / "bin").mkdir()
    program = folder / "bin" / "kbsearch"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kbsearch "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def start(command: str, arguments: list[str], home: Path) -> list[dict[str, Any]]:
    """Start a server as a client would, with this machine's paths in the place of the page's, and search with it."""
    own = {"/home/me/.venv/bin/kbsearch": str(home / "bin" / "kbsearch"), "/home/me/notes/index": str(home / "index")}
    server = StdioServerParameters(command=own[command], args=[own.get(a, a) for a in arguments], cwd="/")

    async def search() -> list[dict[str, Any]]:
        async with Client(server) as client:
            found = await client.call_tool("search", {"query": "扩散模型"})
            results: list[dict[str, Any]] = found.structured_content["results"]
            return results

    return anyio.run(search)


def test_desktop_configuration_starts_a_server(home: Path) -> None:
    """The JSON of the page, as a desktop client reads it."""
    (block,) = code_blocks(PAGE, "json")
    (server,) = json.loads(block)["mcpServers"].values()
    assert start(server["command"], server["args"], home)


def test_coding_agents_line_starts_a_server(home: Path) -> None:
    """What stands after ``--`` is the command that the agent runs."""
    line = shlex.split(code_blocks(PAGE, "sh")[0])
    name, *arguments = line[line.index("--") + 1 :]
    assert start(name, arguments, home)


def test_http_lines_agree_with_the_command() -> None:
    """The options exist, and the address is that of the defaults."""
    served, added = code_blocks(PAGE, "sh")[1].splitlines()
    defaults = {parameter.name: parameter.default for parameter in command.params}
    assert f"http://{defaults['host']}:{defaults['port']}/mcp" in added
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", served)) <= options
    assert set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.M)) <= options


def test_example_program_runs(home: Path) -> None:
    """As it stands, in a folder with an index."""
    (block,) = code_blocks(PAGE, "python")
    environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=home, env=environment, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert " — " in done.stdout and done.stdout.endswith("code points more\n")


def test_table_names_every_tool_and_parameter() -> None:
    """Those of the program, in its order; the limits too."""
    rows = re.findall(r"^\| `([a-z]+)` \|([^|]*)\|", PAGE, re.M)
    shown = [(name, re.findall(r"`([a-z]+)`", parameters)) for name, parameters in rows]
    schemas = [(tool.name, input_schema(tool.arguments)["properties"]) for tool in TOOLS]
    assert [name for name, _ in shown] == [name for name, _ in schemas]
    for (_, names), (_, properties) in zip(shown, schemas, strict=True):
        assert sorted(names) == sorted(properties)
    assert f"{MAX_FETCHED:,} code points" in PAGE
    assert "at most 50 posts" in PAGE and schemas[0][1]["limit"]["maximum"] == 50
    assert "10,000 if not asked" in PAGE and schemas[1][1]["limit"]["default"] == 10_000
