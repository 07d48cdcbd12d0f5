"""Make src/kbsearch/correction/data/pinyin.txt, the table of how each Han character is read.

Needs the package pypinyin-dict (any 0.9), which is not a dependency of kbsearch::

    pip download --no-deps pypinyin-dict==0.9.0 && unzip pypinyin_dict-*.whl -d FOLDER
    PYTHONPATH=FOLDER python scripts/make_pinyin.py

Readings come from three dictionaries in Unihan, the most modern first: a character of the table of standard
characters (2013) has the readings given there, with its most common one first; others those of the dictionary of
modern Chinese (1983); the rest of U+4E00 to U+9FFF, which are rare, one reading each. Tones are left out.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

from pypinyin_dict.pinyin_data import kmandarin_8105, ktghz2013, kxhc1983, pinyin

TARGET = Path(__file__).resolve().parent.parent / "src" / "kbsearch" / "correction" / "data" / "pinyin.txt"
HEADER = """\
# How Han characters are read: syllable, characters whose usual reading it is, those also read so; parted by tabs.
# Made by scripts/make_pinyin.py from pypinyin-dict 0.9.0 (MIT License, Copyright (c) 2016 mozillazg), which holds the
# properties kTGHZ2013, kXHC1983 and kMandarin of the Unihan Database (Copyright (c) Unicode, Inc., Unicode License v3).
"""
# Interjections without a vowel of their own, and dialect: nobody types these for a word.
LEFT_OUT = {"m", "n", "ng", "hm", "hng", "ê", "cei", "tei", "fiao", "nun", "biang", "bong", "din", "len", "nia", "wong"}
TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))


def plain(reading: str) -> str:
    """A reading without its tone, ü written v: ``lǜ`` → ``lv``."""
    bare = unicodedata.normalize("NFD", reading).translate(TONES)
    return unicodedata.normalize("NFC", bare).replace("ü", "v")


def readings(code: int) -> list[str]:
    """The syllables of a character, the usual one first."""
    if code in ktghz2013.pinyin_dict:
        found = f"{kmandarin_8105.pinyin_dict.get(code, '')},{ktghz2013.pinyin_dict[code]}".split(",")
    elif code in kxhc1983.pinyin_dict:
        found = kxhc1983.pinyin_dict[code].split(",")
    else:
        found = pinyin.pinyin_dict.get(code, "").split(",")[:1]
    return [s for s in dict.fromkeys(map(plain, found)) if s and s not in LEFT_OUT]


def main() -> None:
    """Write the table."""
    usual: defaultdict[str, list[str]] = defaultdict(list)
    other: defaultdict[str, list[str]] = defaultdict(list)
    for code in range(0x4E00, 0xA000):
        for number, syllable in enumerate(readings(code)):
            (other if number else usual)[syllable].append(chr(code))
    lines = [f"{s}\t{''.join(usual[s])}\t{''.join(other[s])}\n" for s in sorted(usual | other)]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{TARGET}: {len(lines)} syllables, {sum(map(len, usual.values()))} characters")


if __name__ == "__main__":
    main()
