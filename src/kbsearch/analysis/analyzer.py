"""The analyzer: text to terms, the same for documents and queries, for every engine.

A document's terms are made in few passes: its text is narrowed and split into tokens once; all Han runs are segmented
in one call; every other token is looked up in a memory of the tokens seen before, so that words are taken apart, and
stemmed, once each. The terms come as codes (:mod:`kbsearch.analysis.coded`), which take no step of Python per term.

Field ``gram`` holds a text's *atoms* in order: for a run of n Han characters its n - 1 bigrams and then the last
character alone; for any other word its pieces (see :mod:`kbsearch.analysis.words`); and ``¶`` between title, aliases,
text and blocks, which no phrase crosses. A phrase is then some atoms at fixed distances. Since the bigram that begins a
character's place also tells the next character, the last character of a run in a phrase needs no atom of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from kbsearch.analysis.dictionary import WORDS_VERSION, Dictionary
from kbsearch.analysis.fold import folds_plainly, narrow
from kbsearch.analysis.segment import Segmenter, add_words, cut
from kbsearch.analysis.stem import english_stemmer, stemmer_version
from kbsearch.analysis.tokens import CJK_FIRST, TOKENS, all_han, scripts
from kbsearch.analysis.words import MAX_TERM, is_simple, trim, words_in
from kbsearch.values import value

if TYPE_CHECKING:
    from kbsearch.analysis.coded import Notation
    from kbsearch.model import Document

__all__ = ["SEPARATOR", "Analyzer", "QueryWord"]

VERSION = 1  # raise it whenever any text gets other terms than before
SEPARATOR = "¶"
_BREAK = "\n\n"  # what stands between blocks in a text
_MAX_REMEMBERED = 200_000  # tokens, and terms

# What is remembered of a token: the codes of its terms, of its atoms, of its stems.
_Entry: TypeAlias = tuple[bytes, bytes, bytes]


@value
class QueryWord:
    """A word of a query.

    Attributes:
        text: the word, folded: ``text[start:end]`` of the query.
        start, end: where it stands in the query, in code points.
        kind: ``han`` for Chinese (and Japanese and Korean), else ``latin``, numbers and all other scripts included.
        terms: what it may be called in the fields of words: first the form that every spelling of it shares, then
            other spellings and parts.
        stems: English stems of ``terms``, in that order, without repeats; none for ``han``.
    """

    text: str
    start: int
    end: int
    kind: Literal["han", "latin"]
    terms: tuple[str, ...]
    stems: tuple[str, ...] = ()


class Analyzer:
    """Turns text into terms. Making one is cheap: dictionaries are read when they are first needed.

    Args:
        user_dictionary: a file of the user's own words, in jieba's format.
        notation: how to write down the terms of documents, as the engine's encoder likes it best.

    Raises:
        ConfigError: the user dictionary cannot be read or understood.
    """

    def __init__(self, user_dictionary: Path | None = None, notation: type[Notation] | None = None) -> None:
        self._notation = notation
        self._user_words: dict[str, int | None] = {}
        if user_dictionary is not None:
            from kbsearch.analysis.user_words import read_user_words

            self._user_words = read_user_words(user_dictionary)

    def __getstate__(self) -> dict[str, object]:
        return {"_user_words": self._user_words, "_notation": self._notation}

    # --- what made an index ---

    @cached_property
    def identity(self) -> str:
        """Names everything that terms depend on; indexes made under another identity must be rebuilt."""
        parts = [f"{VERSION}", WORDS_VERSION, f"porter2-{stemmer_version()}"]
        if self._user_words:
            import hashlib

            parts.append(f"user-{hashlib.sha256(self.user_dictionary_text().encode()).hexdigest()[:16]}")
        return " ".join(parts)

    def user_dictionary_text(self) -> str:
        """The user's words, each with the frequency it has here.

        As a user dictionary this makes the same analyzer, and is read faster: working out a frequency takes 0.2 ms.
        """
        words = self._dictionary.added if None in self._user_words.values() else self._user_words
        return "".join(f"{word} {frequency}\n" for word, frequency in words.items())

    # --- documents ---

    def document_terms(
        self, title: str, aliases: Iterable[str], document: Document, headings: Iterable[str]
    ) -> dict[str, Sequence[str]]:
        """The terms of a post's text fields (see :data:`kbsearch.engines.base.TEXT_FIELDS`)."""
        from kbsearch.analysis.coded import CodedTerms

        if max(len(self._remembered), len(self._remembered.notation)) > _MAX_REMEMBERED:
            del self._remembered
        text = narrow(document.text)
        front = self._scan(narrow(_BREAK.join((title, *aliases))))
        body = self._scan(text)
        heading = self._scan(narrow(_BREAK.join(headings)))
        inside: dict[str, list[str]] = {"code": [], "math": [], "table": []}
        for span in document.spans:
            if span.kind in inside:
                inside[span.kind].append(text[span.start : span.end])
        notation = self._remembered.notation

        def coded(*codes: bytes) -> CodedTerms:
            return CodedTerms(b"".join(codes), notation)

        return {
            "title": coded(self._words_of(front)),
            "heading": coded(self._words_of(heading)),
            "body": coded(self._words_of(body)),
            "stem": coded(*front.stems, *body.stems),
            "gram": coded(*front.atoms, notation[SEPARATOR], *body.atoms),
            "char": "".join(front.runs + body.runs),
            "code": coded(self._distinct_words(inside["code"])),
            "math": coded(self._remembered.code(_formula_terms(inside["math"]))),
            "table": coded(self._distinct_words(inside["table"])),
        }

    def words(self, run: str) -> list[str]:
        """The words of a run of folded Han characters."""
        return self._segmenter.words(run)

    def generality(self, word: str) -> float:
        """A Chinese word's share of general writing, 0 to 1; 0 if the dictionary does not have it."""
        return self._dictionary.frequency(word) / self._dictionary.total

    def is_plain(self, text: str) -> bool:
        """Whether folding changes nothing in this text but letter case."""
        return folds_plainly(text)

    # --- queries ---

    def query_words(self, text: str) -> tuple[QueryWord, ...]:
        """The words of a query, in order. Each of their first terms is a term of every text that has the word."""
        narrowed = narrow(text)
        words: list[QueryWord] = []
        for match in TOKENS.finditer(narrowed):
            token, at = match.group(), match.start()
            if token >= CJK_FIRST:
                words += self._query_cjk(token, at)
                continue
            for start, end, terms, _ in words_in(token):
                stems = tuple(dict.fromkeys(map(self.stem, terms)))
                words.append(QueryWord(token[start:end].lower(), at + start, at + end, "latin", terms, stems))
        return tuple(words)

    def phrase_terms(self, text: str) -> tuple[tuple[str, int], ...]:
        """Terms of field ``gram`` with their distances from the first, which together mean the text as it stands.

        A single Han character at the end stands for every atom that begins with it: only the character that follows
        it in a text decides which. Elsewhere a single character is an atom of its own.
        """
        terms: list[tuple[str, int]] = []
        place = 0
        for token in TOKENS.findall(narrow(text)):
            if token >= CJK_FIRST:
                size = len(token)
                if size == 1:
                    terms.append((token, place))
                else:  # every second bigram, and the last: these hold all characters
                    terms += [(token[i : i + 2], place + i) for i in range(0, size - 2, 2)]
                    terms.append((token[-2:], place + size - 2))
                place += size
            elif token[0] != "\n":
                atoms = [atom for word in words_in(token) for atom in word.atoms]
                terms += zip(atoms, range(place, place + len(atoms)), strict=True)
                place += len(atoms)
        return tuple(terms)

    def math_terms(self, text: str) -> tuple[str, ...]:
        """Terms of field ``math`` that every formula with this fragment has."""
        from kbsearch.analysis.latex import formula_query

        return formula_query(narrow(text))

    @cached_property
    def stem(self) -> Callable[[str], str]:
        """From a word in small letters to its English stem."""
        return english_stemmer()

    # --- the parts ---

    @cached_property
    def _dictionary(self) -> Dictionary:
        dictionary = Dictionary()
        add_words(dictionary, self._user_words)
        return dictionary

    @cached_property
    def _segmenter(self) -> Segmenter:
        return Segmenter(self._dictionary)

    @cached_property
    def _remembered(self) -> _Memory:
        from kbsearch.analysis.coded import Codebook

        return _Memory(self.stem, (self._notation or Codebook)())

    def _scan(self, narrowed: str) -> _Scan:
        """One pass over a text's tokens."""
        scan = _Scan([], [], [], [])
        runs, terms, atoms, stems = scan
        remembered, code_run = self._remembered, self._remembered.notation.run
        for token in TOKENS.findall(narrowed):
            if token < CJK_FIRST:
                its_terms, its_atoms, its_stems = remembered[token]
                terms.append(its_terms)
                atoms.append(its_atoms)
                stems.append(its_stems)
            else:
                runs.append(token)
                atoms.append(code_run(token))
        return scan

    def _words_of(self, scan: _Scan) -> bytes:
        return self._remembered.code(self._run_terms(scan.runs)) + b"".join(scan.terms)

    def _distinct_words(self, texts: Sequence[str]) -> bytes:
        """The words of some stretches, each token's once, and a mark that there are such stretches."""
        if not texts:
            return b""
        tokens = dict.fromkeys(TOKENS.findall(_BREAK.join(texts)))
        runs = [token for token in tokens if token >= CJK_FIRST]
        words = [self._remembered[token][0] for token in tokens if token < CJK_FIRST]
        code = self._remembered.code
        return b"".join((code(dict.fromkeys(self._run_terms(runs))), *words, code([SEPARATOR])))

    def _run_terms(self, runs: list[str]) -> list[str]:
        if not runs:
            return []
        if all_han(" ".join(runs)):
            return self._segmenter.terms(runs)
        han: list[str] = []
        others: list[str] = []
        for run in runs:
            for start, end, is_han in scripts(run):
                (han if is_han else others).append(run[start:end])
        return self._segmenter.terms(han) + others

    def _query_cjk(self, run: str, at: int) -> Iterable[QueryWord]:
        for left, right, is_han in scripts(run):
            if not is_han:
                yield QueryWord(run[left:right], at + left, at + right, "han", (run[left:right],))
                continue
            piece = run[left:right]
            for start, end, inner in cut(piece, self._dictionary):
                word = piece[start:end]
                terms = dict.fromkeys([word, *(piece[i:j] for i, j in inner)])
                yield QueryWord(word, at + left + start, at + left + end, "han", tuple(terms))


def _formula_terms(formulas: list[str]) -> list[str]:
    if not formulas:
        return []
    from kbsearch.analysis.latex import formula_terms

    return [*formula_terms(formulas), SEPARATOR]


class _Scan(NamedTuple):
    """The CJK runs of a text; the codes of terms, atoms and stems of its other words; ``atoms`` has the runs' too."""

    runs: list[str]
    terms: list[bytes]
    atoms: list[bytes]
    stems: list[bytes]


class _Memory(dict[str, _Entry]):
    """What tokens other than CJK runs give; worked out when first asked for."""

    def __init__(self, stem: Callable[[str], str], notation: Notation) -> None:
        self._stem, self.notation = stem, notation

    def code(self, terms: Iterable[str]) -> bytes:
        """The codes of some terms in a row."""
        return b"".join(map(self.notation.__getitem__, terms))

    def __missing__(self, token: str) -> _Entry:
        core = trim(token)
        if is_simple(core):
            entry = self._simple(core.lower()) if core.lower() == token else self[core.lower()]
        else:
            entry = self._any(token) if core == token else self[core]
        if len(token) <= MAX_TERM:
            self[token] = entry
        return entry

    def _simple(self, term: str) -> _Entry:
        code = self.notation[term]
        return code, code, self.notation[self._stem(term)]

    def _any(self, token: str) -> _Entry:
        code = self.code
        if token[:1] == "\n":
            return b"", code([SEPARATOR]), b""
        words = words_in(token)
        if len(words) == 1:
            ((_, _, terms, atoms),) = words
            return code(terms), code(atoms), code(dict.fromkeys(map(self._stem, terms)))
        return (
            code(term for word in words for term in word.terms),
            code(atom for word in words for atom in word.atoms),
            code(stem for word in words for stem in dict.fromkeys(map(self._stem, word.terms))),
        )
