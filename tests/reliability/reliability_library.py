"""An index with a history, what it must answer, and a process that updates it and can be killed at any point."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbsearch import KnowledgeBase, Post

QUERIES = (
    "扩散模型",
    "采样 速度",
    "self_attention",
    '"权重衰减"',
    "tag:ddpm",
    "in:code python",
    "的",
    "nothing",
)
Answers = dict[str, Any]


def write_post(folder: Path, number: int, version: int = 0) -> None:
    """A post that is always the same for the same numbers."""
    path = folder / f"{number % 5}" / f"post-{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    words = " ".join(f"词{(number * 7 + i * version + i) % 97} model{(number + i) % 13}" for i in range(60))
    path.write_text(
        f"---\ntitle: 第 {number} 篇，第 {version} 版\ndate: 20{10 + number % 15}-0{1 + number % 9}-11\n"
        f"tags: [{'ddpm' if number % 3 else 'sde'}, t{number % 4}]\n---\n"
        f"# 扩散模型 {number}\n\n采样速度与权重衰减 {version}。"
        f"{words}\n\n```python\nself_attention(x{number})\n```\n\n公式 $10^{{-{number}}}$。\n",
        encoding="utf-8",
    )


def answers(folder: Path) -> Answers:
    """All that an index gives: its answers, its posts whole, its newest posts, its counts."""
    with KnowledgeBase(folder, create=False) as kb:
        found: Answers = {
            query: [
                (hit.id, hit.title, round(hit.score, 4), hit.excerpt, hit.section.title, hit.match)
                for hit in kb.search(query, limit=100).hits
            ]
            for query in QUERIES
        }
        found["latest"] = [hit.id for hit in kb.latest(limit=100).hits]
        found["posts"] = {stored.post.id: (stored.post, stored.document.text) for stored in kb.posts()}
        found["facets"] = (kb.categories(), kb.tags())
        found["one"] = kb.get("1/post-1.md")
        status = kb.status()
        found["status"] = (status.posts, status.engine, status.updated, status.roots)
    return found


def contents(folder: Path) -> dict[str, str]:
    """Every post with its text, which is what must never be lost."""
    with KnowledgeBase(folder, create=False) as kb:
        return {stored.post.id: stored.post.title + stored.post.text for stored in kb.posts()}


@dataclass
class World:
    """An index of ``notes`` as they were; the notes have moved on since.

    ``before`` and ``after`` are the posts of the index as it is, and as the next update must leave it.
    """

    engine: str
    home: Path
    before: dict[str, str]
    after: dict[str, str]

    @property
    def notes(self) -> Path:
        return self.home / "notes"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @classmethod
    def make(cls, home: Path, engine: str) -> World:
        notes, index = home / "notes", home / "index"
        for number in range(40):
            write_post(notes, number)
        with KnowledgeBase(index, engine=engine) as kb:
            kb.index(notes, workers=1)
            for number in range(0, 40, 7):
                write_post(notes, number, 1)
            kb.index(notes, workers=1)
            kb.add([Post(id=f"given-{n}", title=f"给的 {n}", text=f"扩散模型 没有文件 {n}") for n in range(4)])
            kb.remove(["given-3"])
        before = contents(index)
        for number in range(0, 40, 4):
            write_post(notes, number, 2)
        for number in range(40, 70):
            write_post(notes, number)
        for number in (3, 9, 21):
            (notes / f"{number % 5}" / f"post-{number}.md").unlink()
        copy = Path(shutil.copytree(index, home / "copy"))
        with KnowledgeBase(copy) as kb:
            kb.index(notes, workers=1)
        return cls(engine, home, before, contents(copy))


class Updater:
    """A process that imports kbsearch once and forks a child for each update it is asked for."""

    def __enter__(self) -> Updater:
        script = Path(__file__).with_name("updater_process.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def run(self, index: Path, notes: Path, **how: Any) -> dict[str, Any]:
        """Update an index in a child; see updater_process.py for ``how`` and for what comes back."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"index": str(index), "notes": str(notes), **how}) + "\n")
        self._process.stdin.flush()
        result: dict[str, Any] = json.loads(self._process.stdout.readline())
        return result


def kbsearch(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own."""
    environment = {**os.environ, "NO_COLOR": "1", **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        **options,
    )
