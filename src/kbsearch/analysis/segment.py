"""Cutting runs of Han characters into words: jieba's search mode, without its hidden Markov model.

A run is cut along the path of words whose probabilities have the greatest product; words of three characters and more
give also the words of two and three characters inside them. Three ways do this with the same result (a test compares
them and jieba itself on every run of a large collection):

- :func:`cut`, here: reads only the dictionary entries that it needs. For queries, and where neither is installed.
- rjieba (jieba in Rust): faster by far once its dictionary is loaded. For documents; jieba itself where there is no
  rjieba.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from math import log
from typing import Any

from kbsearch.analysis.dictionary import Dictionary

__all__ = ["Segmenter", "add_words", "cut", "path"]


def path(run: str, dictionary: Dictionary) -> list[tuple[int, int]]:
    """The most probable way to cut a run into words, as start and end of each; linear time."""
    return _path(run, _words_at(run, dictionary), dictionary)


def cut(run: str, dictionary: Dictionary) -> list[tuple[int, int, list[tuple[int, int]]]]:
    """Words on the most probable path, each with the words inside it.

    Returns:
        start, end, and the inner words' starts and ends: those of two characters, then those of three.
    """
    words_at = _words_at(run, dictionary)
    result = []
    for start, end in _path(run, words_at, dictionary):
        inner = []
        for size in (2, 3):
            if end - start > size:
                places = range(start, end - size + 1)
                inner += [(i, i + size) for i in places if any(stop == i + size for stop, _ in words_at[i])]
        result.append((start, end, inner))
    return result


def _words_at(run: str, dictionary: Dictionary) -> list[list[tuple[int, float]]]:
    """For each place in the run, the ends of the words that begin there, with their log frequencies."""
    found = []
    for i in range(len(run)):
        lengths, words = dictionary.starting_with(run[i : i + 2])
        ends = [i + size for size in lengths if i + size <= len(run)]
        found.append([(end, words[run[i:end]]) for end in ends if run[i:end] in words])
    return found


def _path(run: str, words_at: list[list[tuple[int, float]]], dictionary: Dictionary) -> list[tuple[int, int]]:
    log_total = log(dictionary.total)
    size = len(run)
    best: list[tuple[float, int]] = [(0.0, size)] * (size + 1)
    for i in range(size - 1, -1, -1):
        choices = words_at[i] or [(i + 1, 0.0)]  # an unknown character counts as a word of frequency 1
        best[i] = max([(weight - log_total + best[end][0], end) for end, weight in choices])
    cuts = []
    start = 0
    while start < size:
        end = best[start][1]
        cuts.append((start, end))
        start = end
    return cuts


def add_words(dictionary: Dictionary, words: dict[str, int | None]) -> None:
    """Add a user's words; a word without a frequency gets the least with which it is kept whole (as in jieba)."""
    for word, frequency in words.items():
        dictionary.add(word, _suggested(word, dictionary) if frequency is None else frequency)


def _suggested(word: str, dictionary: Dictionary) -> int:
    probability = 1.0
    for start, end in path(word, dictionary):
        probability *= (dictionary.frequency(word[start:end]) or 1) / dictionary.total
    return max(int(probability * dictionary.total) + 1, dictionary.frequency(word) or 1)


class Segmenter:
    """Cuts the runs of whole documents.

    Args:
        dictionary: the words to cut into.
        pure: do not use rjieba even if it is installed.
    """

    def __init__(self, dictionary: Dictionary, *, pure: bool = False) -> None:
        self._dictionary = dictionary
        # Neither of the two can forget a word, as a frequency of 0 asks.
        self._library = None if pure or 0 in dictionary.added.values() else _rjieba(dictionary) or _jieba(dictionary)

    def words(self, run: str) -> list[str]:
        """The words of one run, without those inside them."""
        if self._library is not None:
            return list(self._library.cut(run, False))
        return [run[start:end] for start, end in path(run, self._dictionary)]

    def terms(self, runs: Sequence[str]) -> list[str]:
        """The terms of all runs, in order."""
        if self._library is not None:
            # One call for all: calls for short runs cost four times the segmentation itself.
            return [word for word in self._library.cut_for_search(" ".join(runs), False) if word != " "]
        terms: list[str] = []
        for run in runs:
            for start, end, inner in cut(run, self._dictionary):
                terms += [run[i:j] for i, j in inner]
                terms.append(run[start:end])
        return terms


class _Jieba:
    """jieba's own cutter. Its dictionary is read from the package's text: never from the cache that jieba keeps under
    a predictable name, since reading that could run code.
    """

    def __init__(self, module: Any, words: dict[str, int]) -> None:
        self._cutter = module.Tokenizer()
        self._cutter.FREQ, self._cutter.total = self._cutter.gen_pfdict(self._cutter.get_dict_file())
        self._cutter.initialized = True
        for word, frequency in words.items():
            self._cutter.add_word(word, frequency)

    def cut(self, run: str, hmm: bool) -> Iterable[str]:
        found: Iterable[str] = self._cutter.cut(run, HMM=hmm)
        return found

    def cut_for_search(self, runs: str, hmm: bool) -> Iterable[str]:
        found: Iterable[str] = self._cutter.cut_for_search(runs, HMM=hmm)
        return found


def _jieba(dictionary: Dictionary) -> _Jieba | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it imports pkg_resources, which complains
            import jieba
    except ImportError:
        return None
    return _Jieba(jieba, dictionary.added)


def _rjieba(dictionary: Dictionary) -> Any:
    try:
        import rjieba
    except ImportError:
        return None
    if not dictionary.added:
        return rjieba
    jieba = rjieba.Jieba()
    for word, frequency in dictionary.added.items():
        jieba.add_word(word, frequency, None)
    return jieba
