"""How often corrections are right: errors made at random in words and phrases of an index's own titles.

As a program it prints tables for an index::

    python tests/correction/correction_accuracy.py INDEX [NUMBER_OF_WORDS] [OTHER_INDEX …]

and, for each other index, how many titles of the first one (all of them right, but foreign) get a proposal there.
"""

from __future__ import annotations

import random
import re
import string
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kbsearch import KnowledgeBase
from kbsearch.analysis.fold import fold
from kbsearch.correction.corrector import Corrector, Proposal
from kbsearch.correction.counts import index_evidence, index_words
from kbsearch.correction.pieces import Evidence
from kbsearch.correction.pinyin import pinyin
from kbsearch.correction.vocabulary import HAN_FIRST, Vocabulary

try:  # knows how characters are read in words; not needed to run the tests
    from pypinyin import lazy_pinyin
except ImportError:

    def lazy_pinyin(text: str, **_: object) -> list[str]:
        return [pinyin().syllables(character)[0] for character in text]


@dataclass(frozen=True)
class Case:
    typed: str
    meant: str


@dataclass
class Row:
    cases: int = 0
    first: int = 0
    third: int = 0
    none: int = 0
    seconds: list[float] | None = None


class Subject:
    """An index with a corrector over it."""

    def __init__(self, base: KnowledgeBase) -> None:
        opened = base._last.open()
        self.reader, self.analyzer = opened.corpus.reader, opened.corpus.analyzer
        self.corrector = Corrector(Vocabulary.of(*index_words(self.reader)))
        self.titles = sorted({stored.post.title for stored in base.posts()})

    def evidence(self) -> Evidence:
        return index_evidence(self.reader, self.analyzer)

    def corrections(self, query: str) -> list[Proposal]:
        return self.corrector.corrections(query, self.evidence(), folded=fold(query))


def spell(text: str) -> list[str]:
    """The syllables of Han text, without tones."""
    return [syllable.replace("ü", "v") for syllable in lazy_pinyin(text, v_to_u=False)]


def one_edit(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    letter = rng.choice(string.ascii_lowercase)
    kind = rng.choice(("change", "add", "leave out", "double", "swap", "swap"))
    if kind == "change":
        return word[:place] + letter + word[place + 1 :]
    if kind == "add":
        return word[:place] + letter + word[place:]
    if kind == "leave out":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def phrases(subject: Subject) -> tuple[dict[str, list[str]], list[str]]:
    """From the titles: Han phrases of one to three words and two to six characters, with their words; Latin words."""
    han: dict[str, list[str]] = {}
    latin: dict[str, None] = {}
    for title in subject.titles:
        words = subject.analyzer.query_words(title)
        for index in range(len(words)):
            for count in (1, 2, 3):
                run = words[index : index + count]
                text = "".join(word.text for word in run)
                touching = all(a.end == b.start for a, b in pairwise(run))
                if touching and all(w.kind == "han" and len(w.text) > 1 for w in run) and 2 <= len(text) <= 6:
                    han[text] = [word.text for word in run]
        latin.update(dict.fromkeys(re.findall("[a-z]{4,}", fold(title))))
    return han, list(latin)


def make_cases(subject: Subject, number: int, seed: int = 7) -> dict[str, list[Case]]:
    """Queries with errors, by kind; only such as are no words or phrases of the index themselves."""
    rng = random.Random(seed)
    han, latin = phrases(subject)
    evidence = subject.evidence()
    common = Counter(c for word, _ in subject.corrector.vocabulary for c in word if "\u4e00" <= c <= "\u9fff")
    cases: defaultdict[str, list[Case]] = defaultdict(list)

    def unknown(word: str) -> bool:
        return not subject.reader.frequency("body", word) and not subject.reader.frequency("title", word)

    def other(characters: np.ndarray, character: str) -> list[str]:
        return [c for c in map(chr, np.flatnonzero(characters) + HAN_FIRST) if common[c] > 10 and c != character]

    for word in rng.sample(latin, min(number, len(latin))):
        once = one_edit(word, rng)
        twice = one_edit(once, rng) if len(once) > 1 else word
        for kind, typed in (("typo, one edit", once), ("typo, two edits", twice)):
            if typed != word and unknown(typed):
                cases[kind].append(Case(typed, word))
    for text in rng.sample(sorted(han), min(number, len(han))):
        syllables = spell(text)
        place = rng.randrange(len(text))
        same = pinyin().sounding(syllables[place])
        near = pinyin().near(syllables[place]) & ~same
        for kind, characters in (("homophone", same), ("near homophone", near)):
            if choice := other(characters, text[place]):
                typed = text[:place] + rng.choice(choice) + text[place + 1 :]
                if unknown(typed) and not evidence.phrase(typed):
                    cases[kind].append(Case(typed, text))
        spelt, at = [], 0
        for word in han[text]:
            spelt.append("".join(syllables[at : at + len(word)]))
            at += len(word)
        if unknown("".join(spelt)):
            cases["pinyin, spaced"].append(Case(" ".join(spelt), text))
            cases["pinyin, joined"].append(Case("".join(spelt), text))
        initials = "".join(syllable[0] for syllable in syllables)
        if len(initials) > 2 and unknown(initials):
            cases["initials"].append(Case(initials, text))
        if len(spelt) > 1:
            index = rng.randrange(len(spelt))
            mixed = "".join(s if i == index else w for i, (s, w) in enumerate(zip(spelt, han[text], strict=True)))
            cases["pinyin among Han"].append(Case(mixed, text))
    return dict(cases)


def measure(subject: Subject, cases: Iterable[Case], show: int = 0) -> Row:
    row = Row(seconds=[])
    for case in cases:
        began = time.perf_counter()
        proposals = subject.corrections(case.typed)
        row.seconds.append(time.perf_counter() - began)
        texts = [proposal.text.replace(" ", "") for proposal in proposals]
        row.cases += 1
        row.first += texts[:1] == [case.meant]
        row.third += case.meant in texts
        row.none += not texts
        if texts[:1] != [case.meant] and show:
            show -= 1
            print("   ", case, [(p.text, round(p.score, 1)) for p in proposals])
    return row


def proposals_for(subject: Subject, titles: Iterable[str]) -> list[tuple[str, Proposal]]:
    """Titles, which are right as they stand, that get a proposal all the same."""
    return [(title, found[0]) for title in titles if (found := subject.corrections(title))]


def main(index: str, number: str = "500", *others: str, show: int = 0) -> None:
    with KnowledgeBase(index, create=False) as base:
        subject = Subject(base)
        print(f"{'kind':18}{'cases':>6}{'@1':>7}{'@3':>7}{'none':>7}{'wrong':>7}{'p50 ms':>8}{'p95 ms':>8}")
        for kind, cases in make_cases(subject, int(number)).items():
            row = measure(subject, cases, show)
            n, times = row.cases, sorted(row.seconds or ())
            shares = (row.first / n, row.third / n, row.none / n, (n - row.first - row.none) / n)
            speeds = (times[n // 2] * 1000, times[n * 95 // 100] * 1000)
            print(f"{kind:18}{n:6}" + "".join(f"{s:7.3f}" for s in shares) + "".join(f"{s:8.1f}" for s in speeds))
        for path in (index, *others):
            with KnowledgeBase(path, create=False) as other_base:
                other = subject if path == index else Subject(other_base)
                known = set(other.titles) if path != index else set()
                titles = [title for title in subject.titles if title not in known]
                found = proposals_for(other, titles)
                kinds = dict(Counter(proposal.kind for _, proposal in found))
                print(f"{path}: {len(found)} proposals for {len(titles)} titles, {len(found) / len(titles):.2%}", kinds)
                for title, proposal in found[:show]:
                    print("   ", title, "→", proposal.text, round(proposal.score, 1))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(*[a for a in arguments if not a.startswith("--")], show=12 if "--show" in arguments else 0)
