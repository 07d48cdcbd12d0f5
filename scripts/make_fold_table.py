"""Write src/kbsearch/analysis/data/fold.txt: which characters fold to which.

Two lines of equal length; each character of the first folds to the one below it. Sources:

- Traditional to Simplified Chinese: OpenCC's t2s (PyPI package ``OpenCC``, Apache-2.0), single characters only;
- compatibility forms (full width, half-width kana, mathematical letters, Kangxi radicals, compatibility
  ideographs): Unicode's NFKC, as Python's ``unicodedata`` has it, where it gives a single character.

Run with the packages of the test extra and OpenCC installed::

    python scripts/make_fold_table.py
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import opencc

TARGET = Path(__file__).resolve().parent.parent / "src/kbsearch/analysis/data/fold.txt"

IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
COMPATIBILITY = (
    (0x00B5, 0x00B5),  # micro sign
    (0x2126, 0x212B),  # ohm, kelvin and ångström signs
    (0x2F00, 0x2FDF),  # Kangxi radicals, which text copied from a PDF often has
    (0x3000, 0x3000),  # ideographic space
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFF01, 0xFF9D),  # full-width ASCII, half-width katakana
    (0x1D400, 0x1D7FF),  # mathematical letters and digits
)
# Chinese text's own punctuation, no variants of anything: folding it would only cost time.
KEPT = "！（），：；？"
RARE = ((0xA000, 0xABFF), (0x10000, 0x1D3FF), (0x1D800, 0x1EFFF))  # scripts in whose words capitals tell nothing
# Hyphens that stand inside words; and letters whose lower case is longer or depends on what stands beside them.
SPECIAL = {"\u2010": "-", "\u2011": "-", "İ": "i", "Σ": "σ", "ς": "σ"}


def main() -> None:
    """Write the table."""
    table = dict(_compatibility())
    table.update(_simplified())
    table.update(SPECIAL)
    table.update(
        (char, char.lower()) for low, high in RARE for char in map(chr, range(low, high + 1)) if char.isupper()
    )
    for source in table:  # one step: what a character folds to folds to itself
        while table[source] in table:
            table[source] = table[table[source]]
    sources = sorted(table)
    TARGET.write_text("".join(sources) + "\n" + "".join(table[source] for source in sources) + "\n", encoding="utf-8")
    print(f"{len(sources)} characters, {TARGET.stat().st_size} bytes: {TARGET}", file=sys.stderr)


def _simplified() -> Iterator[tuple[str, str]]:
    converter = opencc.OpenCC("t2s")
    for low, high in IDEOGRAPHS:
        for char in map(chr, range(low, high + 1)):
            simple = converter.convert(char)
            # One character beyond U+FFFF would make Python keep the whole text in four bytes a character.
            if simple != char and len(simple) == 1 and simple <= "\uffff":
                yield char, simple


def _compatibility() -> Iterator[tuple[str, str]]:
    for low, high in COMPATIBILITY:
        for char in map(chr, range(low, high + 1)):
            plain = unicodedata.normalize("NFKC", char)
            if plain != char and len(plain) == 1 and plain <= "\uffff" and char not in KEPT:
                yield char, plain


if __name__ == "__main__":
    main()
