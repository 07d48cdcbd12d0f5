"""English stems by Porter2 (Snowball's ``english``): running, runs → run.

PyStemmer (C) does the work; where it cannot be installed, snowballstemmer (Python), which gives the same stems for the
same version of Snowball.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

__all__ = ["english_stemmer", "stemmer_version"]


def english_stemmer() -> Callable[[str], str]:
    """The function from a lower-case word to its stem; words that are not English mostly stay as they are."""
    try:
        import Stemmer
    except ImportError:
        from snowballstemmer.english_stemmer import EnglishStemmer

        return lru_cache(50_000)(EnglishStemmer().stemWord)
    stem: Callable[[str], str] = Stemmer.Stemmer("english", 0).stemWord
    return stem


def stemmer_version() -> str:
    """Version of Snowball, major and minor: others may give other stems."""
    try:
        import Stemmer

        version: str = Stemmer.version()
    except ImportError:
        from importlib.metadata import version as installed_version

        version = installed_version("snowballstemmer")
    return ".".join(version.split(".")[:2])
