"""What lint has to say of a post: what is wrong, on which line, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["KINDS", "Finding", "Kind", "LintReport", "PostFindings"]

Kind = Literal["date", "metadata", "tag", "link", "duplicate", "orphan"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    Attributes:
        kind: ``date`` (unreadable, in the future, updated before written), ``metadata`` (anything else that had to be
            mended when the file was read), ``tag`` (also written another way), ``link`` (leads to no post),
            ``duplicate`` (nearly the same as another post), ``orphan`` (no post links to it, it links to none).
        line: of the post's file, from 1.
        message: what is wrong.
        advice: what to do.
        others: ids of other posts that it is about.
    """

    kind: Kind
    line: int
    message: str
    advice: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostFindings:
    """A post and everything found in it, by line. ``path`` is empty if the post came from no file."""

    id: str
    path: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LintReport:
    """What lint found.

    Attributes:
        posts: those with findings, by id.
        checked: number of posts looked at.
        counts: number of findings of each kind; kinds without any are left out.
        notes: what is worth knowing and no fault.
    """

    posts: tuple[PostFindings, ...]
    checked: int
    counts: Mapping[Kind, int]
    notes: tuple[str, ...] = ()
