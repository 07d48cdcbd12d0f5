"""What the lexer hands the parser, and the characters both go by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from kbsearch.errors import QueryError
from kbsearch.language import message
from kbsearch.query.fields import DATE_FIELDS

if TYPE_CHECKING:
    from kbsearch.query.dates import Bounds

__all__ = [
    "HAN",
    "MAY_END",
    "PUNCTUATION",
    "STOP",
    "TEXT_AFTER_A_SIGN",
    "WORD_ENDS",
    "Kind",
    "Token",
    "empty_value",
    "fold",
    "is_letter_or_digit",
    "only_separators",
]

Kind: TypeAlias = Literal[
    "text", "phrase", "prefix", "wildcard", "fuzzy", "date", "field",
    "and", "or", "not", "plus", "minus", "open", "close",
]  # fmt: skip


class Token(NamedTuple):
    """A piece of the query: where it stands (``start``, ``end``), and what it says.

    ``text`` is the text of words and quotations, the literal part of a prefix, a wildcard's pattern, or the English
    name of a field or of a date's field. ``distance`` belongs to fuzzy words, ``bounds`` to dates.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    distance: int = 0
    bounds: Bounds = (None, None)


def empty_value(field: Token) -> QueryError:
    """The error for a field without a value."""
    example = "2024-03" if field.text in DATE_FIELDS else "code" if field.text == "in" else "word"
    hint = message("write {field}:{example}; to search for the text, quote it", field=field.text, example=example)
    return QueryError(message("the field {field} has no value", field=field.text), field.start, hint)


# Full-width forms of what has a meaning, and the quotation marks, told apart by what closes them. Full-width ，；！？
# stay as they are: they are punctuation, never patterns.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "！，；？"}
_FOLD |= str.maketrans("　\ufeff\u200b\u2060„‟｢｣﹁﹂﹃﹄", "    ““「」「」『』")


def fold(query: str) -> str:
    """The query with the same number of characters, those that have a meaning here in their ASCII form."""
    return query.translate(_FOLD)


# Parts of regular expressions over folded text.
HAN = r"\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
PUNCTUATION = "，。；、！？…”」』"  # Chinese; ends a word wherever it stands
_COMMA = rf'[,;](?=[\s{PUNCTUATION}()"“「『,;]|\Z)'  # not the one in 3,000
WORD_ENDS = rf"(?=[\s){PUNCTUATION}]|{_COMMA}|\Z)"
MAY_END = '(?=["“「『(])'  # these do in some places

# Where a word ends, or, at an opening bracket or straight quotation mark, may end.
STOP = re.compile(rf'[\s{PUNCTUATION}()"“「『]|{_COMMA}')
# After a sign, a number, one letter or a setting is text: exit code -1, python -m, chmod +x, cmake -DX=1.
TEXT_AFTER_A_SIGN = re.compile(rf"(?:[0-9][0-9.,]*%?|[A-Za-z]){WORD_ENDS}|[A-Za-z][\w-]*=")
_NO_WORD = re.compile(rf"[\s{PUNCTUATION},;.!?:]*")


def only_separators(text: str) -> bool:
    """Whether a stretch of folded text holds no words, signs or brackets."""
    return _NO_WORD.fullmatch(text) is not None


def is_letter_or_digit(character: str) -> bool:
    """Whether a character is a letter or digit of a script that puts spaces between words."""
    return character.isalnum() and character < "\u2e80"
