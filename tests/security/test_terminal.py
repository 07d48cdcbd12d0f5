"""What posts hold cannot steer the terminal, in answers, warnings, errors or JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post
from kbsearch.cli.terminal import safe
from kbsearch.json_form import to_json

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x90q\x9c\u202eabc\u2066\x08\x00\x7f\r\nx"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "KBSEARCH_INDEX": str(folder), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "kbsearch", *arguments]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, cwd=folder.parent)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder, notes = tmp_path / "index", tmp_path / "notes"
    notes.mkdir()
    name = os.fsencode(notes) + b"/" + "evil\x1b[31m\x9b\u202e".encode() + b"\xff.md"
    with open(name, "wb") as file:
        file.write(f"---\ntitle: x{EVIL}\ndate: nonsense{EVIL}\n---\n# h{EVIL}\n扩散模型 {EVIL} 采样".encode())
    with open(os.fsencode(notes) + b"/bin\x1b[31m.md", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n\0\0\0")
    with KnowledgeBase(folder) as kb:
        kb.index(notes)
        kb.add(
            [
                Post(id=f"id{EVIL}", title=EVIL, text=f"扩散模型 {EVIL}", category=f"c{EVIL}", tags=(f"t{EVIL}",)),
                Post(id=f"{EVIL}", text=f"{EVIL}"),
            ]
        )
    return folder


COMMANDS = (
    ["query", "扩散模型", "--facets"],
    ["query", "扩散模型", "--explain"],
    ["query", f"扩散{EVIL}".replace("\0", "")],
    ["query", f"unknownfield{EVIL}:x".replace("\0", "")],
    ["query", f"category:none{EVIL}".replace("\0", "")],
    ["latest"],
    ["categories"],
    ["tags"],
    ["status"],
    ["check"],
    ["terms"],
    ["synonyms"],
    ["lint"],
    ["lint", "--only", "orphan"],
    ["stats"],
    ["stats", "--svg", "-"],
    ["related", "id"],
    ["links", f"none{EVIL}".replace("\0", "")],
    ["show", f"none{EVIL}".replace("\0", "")],
    ["index", "--rebuild"],
    ["index", f"nowhere{EVIL}".replace("\0", "")],
    ["index", "--engine", "x\x1b[31m"],
)


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: " ".join(command[:2])[:20].encode("unicode_escape").decode()
)
def test_text_steers_nothing(index: Path, command: list[str]) -> None:
    """No command prints a control, escape or direction-changing character that is not the program's own."""
    done = _run(*command, folder=index)
    assert "Traceback" not in done.stderr, done.stderr
    for output in (done.stdout, done.stderr):
        assert not STEERING.search(output), ascii(output)


@pytest.mark.parametrize(
    "command", [["query", "扩散模型", "--facets"], ["latest"], ["tags"], ["status"], ["check"], ["lint"], ["stats"]]
)
def test_json_steers_nothing(index: Path, command: list[str]) -> None:
    """JSON is valid, says exactly what the posts hold, and prints no such character either."""
    done = _run(*command, "--json", folder=index)
    assert not STEERING.search(done.stdout)
    form = json.loads(done.stdout)
    if command[0] == "query":
        assert any(hit["title"] == EVIL for hit in form["results"])


def test_show_all_posts(index: Path) -> None:
    """Whole posts, their titles and their sections are shown without such characters."""
    with KnowledgeBase(index) as kb:
        ids = [stored.post.id for stored in kb.posts()]
    for each in ids:
        if "\0" not in each:  # an argument cannot hold it
            done = _run("show", each, folder=index)
            assert done.returncode == 0 and not STEERING.search(done.stdout), ascii(done.stdout)


def test_every_steering_character_is_known() -> None:
    """Of all characters, `safe` and JSON let none through that is a control or changes direction."""
    everything = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    assert not STEERING.search(safe(everything))
    assert not STEERING.search(to_json(everything))
    assert json.loads(to_json(everything)) == everything
    assert json.loads(to_json({"\ud800": "\udfff"})) == {"\ud800": "\udfff"}
