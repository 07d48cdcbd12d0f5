"""Make many posts out of some real ones, for measuring how time and memory grow.

    python benchmarks/mutate.py POSTS OUT --count 20000 --bytes 300000000

Each new post takes a real one and swaps, doubles, drops and mixes in lines of another, so that no two are alike, the
vocabulary is a real one, and it goes on growing as real collections do (a few new words a post). The same arguments
always give the same posts.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

_SUFFIXES = {".md", ".markdown"}


def mutate(lines: list[str], others: list[str], number: int, size: int) -> str:
    """A new post of about ``size`` bytes out of the lines of two."""
    rng = random.Random(number)
    body = [line for line in lines if rng.random() > 0.05]
    for _ in range(len(body) // 10):
        i, j = rng.randrange(len(body)), rng.randrange(len(body))
        body[i], body[j] = body[j], body[i]
    text = "\n".join(body)
    while len(text.encode()) < size:
        begin = rng.randrange(max(1, len(others)))
        text += "\n\n" + "\n".join(others[begin : begin + 40] or lines)
    text = text.encode()[: int(size * 1.1)].decode("utf-8", "ignore")
    words = " ".join(f"nw{number}x{rng.randrange(10**6)}" for _ in range(4))
    return f"---\ntitle: 第 {number} 篇\ndate: {2010 + number % 15}-03-0{1 + number % 9}\n---\n{text}\n\n{words}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("posts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=300_000_000)
    arguments = parser.parse_args()
    real = sorted(path for path in arguments.posts.rglob("*") if path.suffix in _SUFFIXES)
    texts = [path.read_text(encoding="utf-8", errors="replace").splitlines() for path in real]
    mean = arguments.bytes / arguments.count
    for number in range(arguments.count):
        rng = random.Random(f"size {number}")
        size = int(mean * rng.choice([0.2, 0.5, 0.8, 1.0, 1.2, 2.3]))
        lines, others = texts[number % len(texts)] or ["空"], rng.choice(texts)
        path = arguments.out / f"{number % 100:02}" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(mutate(lines, others, number, size), encoding="utf-8")


if __name__ == "__main__":
    main()
