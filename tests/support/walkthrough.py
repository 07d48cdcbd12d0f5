"""Does what a page tells its reader to do, from top to bottom."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from command import environment

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)
_SAVED = re.compile(r"`([^`\n]+)`[:：]\s*\Z")  # "save it as `name`:" before a block


def run(command: str, home: Path) -> str:
    """What a command prints."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=home, capture_output=True, encoding="utf-8", env=environment(home), timeout=120
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def commands_of(page: str) -> list[str]:
    """The commands of a page's console blocks."""
    return [
        command for kind, block in _BLOCK.findall(page) if kind == "console" for command, _ in _COMMAND.findall(block)
    ]


def follow(page: str, home: Path) -> int:
    """Save the files that the page gives, run its commands, compare what they print; the number of commands."""
    count = 0
    for match in _BLOCK.finditer(page):
        kind, block = match.groups()
        if saved := _SAVED.search(page, 0, match.start()):
            path = home / saved[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
        elif kind == "console":
            for command, shown in _COMMAND.findall(block):
                pattern = ".*".join(re.escape(part) for part in shown.strip().split("…"))
                printed = run(command, home).strip()
                assert re.fullmatch(pattern, printed, re.S), f"{command}\n{printed}"
                count += 1
    return count
