"""Every error kbsearch raises on purpose, in one tree.

::

    KbsearchError
    ├── InputError            a file or folder given by the user cannot be used
    ├── QueryError            the query cannot be understood; knows the position and a hint
    ├── NotFoundError         no post has the given id
    ├── ConfigError           a configuration, dictionary or synonym file is wrong
    ├── MissingExtraError     an optional package is needed; names the extra that brings it
    └── IndexUnusableError    the index cannot be used as it is
        ├── IndexMissingError     there is none at this place
        ├── IndexLockedError      another process is writing to it
        ├── IndexMismatchError    made by another version, engine or analyzer
        ├── IndexCorruptError     its files are damaged
        └── IndexWriteError       it cannot be written: disk full, no permission

Each message names what is concerned (a file, a position in the query), what is wrong, and what to do.
"""

from __future__ import annotations

from kbsearch.language import message

__all__ = [
    "ConfigError",
    "IndexCorruptError",
    "IndexLockedError",
    "IndexMismatchError",
    "IndexMissingError",
    "IndexUnusableError",
    "IndexWriteError",
    "InputError",
    "KbsearchError",
    "MissingExtraError",
    "NotFoundError",
    "QueryError",
]


class KbsearchError(Exception):
    """Root of the tree: catch this to catch everything kbsearch raises on purpose."""

    @property
    def message(self) -> str:
        """The text it was raised with, which :func:`kbsearch.language.translate` may know in another language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class InputError(KbsearchError):
    """A file or folder given by the user cannot be used."""


class QueryError(KbsearchError):
    """The query cannot be understood.

    Attributes:
        position: where in the query the trouble starts, in code points from 0.
        hint: what to write instead; may be empty.
    """

    def __init__(self, message: str, position: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.position = position
        self.hint = hint


class NotFoundError(KbsearchError):
    """No post has the given id."""


class ConfigError(KbsearchError):
    """A configuration, dictionary or synonym file is wrong."""


class MissingExtraError(KbsearchError):
    """An optional package is needed; the message names the extra that brings it."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            message(
                "{feature} needs an optional package: pip install 'kbsearch[{extra}]'", feature=feature, extra=extra
            )
        )
        self.extra = extra


class IndexUnusableError(KbsearchError):
    """The index cannot be used as it is."""


class IndexMissingError(IndexUnusableError):
    """There is no index at this place."""


class IndexLockedError(IndexUnusableError):
    """Another process is writing to the index."""


class IndexMismatchError(IndexUnusableError):
    """The index was made by another version, engine or analyzer."""


class IndexCorruptError(IndexUnusableError):
    """The index's files are damaged."""


class IndexWriteError(IndexUnusableError):
    """The index cannot be written: disk full, no permission, read-only."""
