"""Write src/kbsearch/analysis/data/words.txt: jieba's Chinese words with their frequencies, sorted for bisection.

Source: dict.txt of the PyPI package ``jieba`` (MIT). Only words of Han characters are kept, since only runs of these
are segmented; the total of all frequencies, which probabilities refer to, counts the others too. The file is plain
text: comment lines, one line ``total N``, and lines ``word frequency`` in the order of their bytes. ::

    python scripts/make_word_list.py
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/kbsearch/analysis/data/words.txt"
HEADER = """\
# Chinese words with their frequencies, sorted by their UTF-8 bytes. Made by scripts/make_word_list.py
# from the dictionary of jieba 0.42.1, (c) 2013 Sun Junyi, MIT licence (see NOTICE).
"""
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


def main() -> None:
    """Write the list."""
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        sys.exit("jieba is not installed: pip install jieba==0.42.1")
    total = 0
    words: dict[str, int] = {}
    for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        total += int(frequency)
        words[word] = int(frequency)
    lines = sorted(f"{word} {frequency}\n".encode() for word, frequency in words.items() if HAN.fullmatch(word))
    TARGET.write_bytes(HEADER.encode() + f"total {total}\n".encode() + b"".join(lines))
    print(f"{len(lines)} words, {TARGET.stat().st_size} bytes: {TARGET}", file=sys.stderr)


if __name__ == "__main__":
    main()
