from __future__ import annotations

import pytest
from correction_accuracy import Subject, make_cases, measure, proposals_for

FLOORS = {
    "typo, one edit": (0.75, 0.80),
    "typo, two edits": (0.60, 0.60),
    "homophone": (0.90, 0.90),
    "near homophone": (0.65, 0.70),
    "pinyin, spaced": (0.85, 0.95),
    "pinyin, joined": (0.85, 0.95),
    "pinyin among Han": (0.85, 0.95),
    "initials": (0.75, 0.80),
}


@pytest.mark.parametrize("kind", FLOORS)
def test_made_errors_are_understood(kind: str, subject: Subject) -> None:
    """Of errors made at random in the sample corpus's titles, so many are put right by the first (third) proposal."""
    row = measure(subject, make_cases(subject, 100)[kind])
    assert row.cases >= 20
    assert (row.first / row.cases, row.third / row.cases) >= FLOORS[kind]
    assert row.third / row.cases >= FLOORS[kind][1]


def test_titles_need_no_correction(subject: Subject) -> None:
    """No title of the corpus gets a proposal."""
    assert proposals_for(subject, subject.titles) == []
