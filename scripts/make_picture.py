"""Make docs/images/terminal.svg: what kbsearch prints on a terminal, run on the sample corpus.

The commands run under a pseudo-terminal; what they print is drawn cell by cell, so that wide characters stand where a
terminal puts them. The picture follows the reader's colour scheme. Times are left out; all else is as printed, and a
test holds the picture against what the program prints today.

Run ``python scripts/make_picture.py`` after changing what results look like.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kbsearch.cli.terminal import columns

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/images/terminal.svg"
COMMANDS = (
    "kbsearch index corpus/",
    "kbsearch query '怎么加速扩散模型的采样？' -n 2",
    "kbsearch query 'kuosan moxing' --sort newest -n 1",
    "kbsearch query '\\mathcal{N} 標籤：Diffusion -DDIM' -n 1",
)
WIDTH = 84  # columns
_CELL, _LINE, _SIZE, _MARGIN, _BAR = 8.4, 20, 14, 20, 36  # pixels: a column, a line, the type, the edges, the title bar
_DOTS = ("#ff5f57", "#febc2e", "#28c840")  # of the title bar
_CLASSES = {"1": "b", "2": "d", "4": "u", "32": "g", "33": "y", "34": "l", "36": "c"}
_TIMES = re.compile(r" · \d+ ms| in [\d.]+ s(?:, [\d.]+ MB/s)?(?=;)")
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)")

_STYLE = """\
text{font:14px ui-monospace,'SF Mono','Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono','Noto Sans Mono CJK SC',
'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',monospace;fill:#24292f;white-space:pre}
.h{font-size:16.5px}.w{fill:#fff;stroke:#d0d7de}.t{fill:#f6f8fa}.b{font-weight:700}.d{fill:#6e7781}.u{text-decoration:underline}
.g{fill:#1a7f37}.y{fill:#9a6700}.l{fill:#0969da}.c{fill:#1b7c83}.p{fill:#8250df;font-weight:700}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.w{fill:#0d1117;stroke:#30363d}.t{fill:#161b22}.d{fill:#8b949e}
.g{fill:#56d364}.y{fill:#e3b341}.l{fill:#79c0ff}.c{fill:#56d4dd}.p{fill:#d2a8ff}}"""


class Run(NamedTuple):
    """Text in one style, from a column on."""

    column: int
    text: str
    classes: str


def printed(commands: tuple[str, ...] = COMMANDS) -> list[tuple[str, str]]:
    """Each command with what it prints on a terminal, escape sequences included, times left out."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        shutil.copytree(ROOT / "corpus", home / "corpus")
        return [(command, _TIMES.sub("", _on_terminal(command, home))) for command in commands]


def _on_terminal(command: str, home: Path) -> str:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 200, WIDTH, 0, 0))
    ours = ("KBSEARCH_", "LC_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment = {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PAGER": "cat", "KBSEARCH_HYPERLINKS": "never"}
    shell = command.replace("kbsearch", f"{sys.executable} -m kbsearch", 1)
    process = subprocess.Popen(
        ["sh", "-c", shell], cwd=home, stdin=follower, stdout=follower, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(follower)
    chunks = []
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(leader)
    process.wait(60)
    return b"".join(chunks).decode("utf-8").replace("\r\n", "\n").rstrip("\n")


def runs_of(line: str) -> Iterator[Run]:
    """The pieces of a printed line, each in its style and at its column."""
    column, at, classes = 0, 0, ""
    for match in _ESCAPE.finditer(line):
        yield from _placed(line[at : match.start()], column, classes)
        column += columns(line[at : match.start()])
        at = match.end()
        if match[2] == "m":
            codes = match[1].split(";")
            classes = " ".join(_CLASSES[code] for code in codes if code in _CLASSES)
    yield from _placed(line[at:], column, classes)


def _placed(text: str, column: int, classes: str) -> Iterator[Run]:
    """Stretches of characters of one width, so that none is longer than its columns, whatever the font."""
    for (width, blank), chars in groupby(text, lambda char: (columns(char), char.isspace())):
        stretch = "".join(chars)
        if not blank:
            yield Run(column, stretch, f"{classes} h".strip() if width == 2 else classes)
        column += columns(stretch)


def picture(sessions: list[tuple[str, str]]) -> str:
    """The commands and what they printed, as an SVG."""
    lines: list[list[Run]] = []
    for command, output in sessions:
        lines.append([Run(0, "$", "p"), *_placed(command, 2, "b")])
        lines += [list(runs_of(line)) for line in output.split("\n")]
        lines.append([])
    lines.pop()
    width, height = WIDTH * _CELL + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN + _BAR
    drawn = []
    for number, line in enumerate(lines):
        y = _BAR + _MARGIN + number * _LINE + _SIZE
        for run in line:
            size = columns(run.text)
            style = f' class="{run.classes}"' if run.classes else ""
            place = f'x="{_MARGIN + run.column * _CELL:.1f}" y="{y}" textLength="{size * _CELL:.1f}"'
            drawn.append(f"<text {place}{style}>{escape(run.text)}</text>")
    said = " ".join(command for command, _ in sessions)
    dots = "".join(f'<circle cx="{20 + 20 * i}" cy="18" r="6" fill="{fill}"/>' for i, fill in enumerate(_DOTS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" '
        f'height="{height}" role="img">\n<title>{escape(f"kbsearch in a terminal: {said}")}</title>\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="w" x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1}" rx="10"/>\n'
        f'<path class="t" d="M1 {_BAR}V11a10 10 0 0 1 10-10h{width - 22:.0f}a10 10 0 0 1 10 10v{_BAR - 11}z"/>\n'
        + dots
        + "\n"
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(printed()), encoding="utf-8")
