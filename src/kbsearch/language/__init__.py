"""What people read, in English or Chinese. In commands::

    from kbsearch.language import t, tn

    click.echo(t("nothing links to {id}", id=safe(id)))
    click.echo(tn("{count} post", "{count} posts", count))          # English has a singular

The English text is the key; its Chinese form stands in one of the tables of ``kbsearch/language/chinese/``
(``output.py`` for what commands print, ``notes.py`` for those about links, lint and statistics, ``messages.py`` for
errors and warnings, ``cluster.py`` for those about a cluster, ``help.py``, ``pages.py``). A text without one is said in
English; ``tests/language`` fails then, and also if placeholders differ. Write whole sentences with placeholders, never
sentences put together from pieces: Chinese puts them in another order. ``t`` takes literal texts only, so that the test
finds them; names that come from posts, files or JSON keys are not translated.

The library does not know who reads, so it never calls ``t``: its errors and warnings are plain English strings made by
:func:`message`, which remember what they were made of, and a face (command line, page) says them with
:func:`translate`.

Why not gettext: its catalogues are binary files that a build step has to make, and opening one costs a query more than
a table does, which Python has compiled already and only Chinese readers load.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Literal

__all__ = [
    "LANGUAGES",
    "VARIABLES",
    "Language",
    "Message",
    "language",
    "language_of",
    "message",
    "set_language",
    "t",
    "tn",
    "translate",
]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
VARIABLES = ("KBSEARCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
# Each is loaded when it is looked into: those that a search needs come first.
_TABLES = ("output", "click", "messages", "notes", "help", "examples", "pages", "cluster")

_language: Language = "en"


class Message(str):
    """An English text that can be said in another language.

    Attributes:
        template: the text with its placeholders.
        values: what stands in their place; a value may be a message too.
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]


def message(template: str, **values: object) -> Message:
    """The English text of a template as a plain string that can be translated later."""
    made = Message(template.format(**values) if values else template)
    made.template = template
    made.values = values
    return made


def set_language(chosen: Language) -> None:
    """Say which language :func:`t` speaks in this process."""
    global _language
    _language = chosen


def language() -> Language:
    """The language that :func:`t` speaks."""
    return _language


def language_of(environment: Mapping[str, str]) -> tuple[Language, str]:
    """The language that the first of ``VARIABLES`` that is set asks for, and its name; without any, English."""
    for name in VARIABLES:
        if environment.get(name):
            return ("zh" if environment[name].lower().startswith("zh") else "en"), name
    return "en", ""


def t(template: str, **values: object) -> str:
    """A text in the reader's language, its placeholders filled in."""
    return _say(template, values, _language)


def tn(one: str, many: str, count: int, **values: object) -> str:
    """A text about a number of things, which it may show as ``{count}``; the tables have the form for many."""
    if _language == "en" and count == 1:
        many = one
    return _say(many, {"count": count, **values}, _language)


def translate(text: str, chosen: Language | None = None) -> str:
    """A message of the library in the given language, or the reader's; any other text stays as it is."""
    if isinstance(text, Message):
        return _say(text.template, text.values, chosen or _language)
    return text


def _say(template: str, values: Mapping[str, object], chosen: Language) -> str:
    if chosen == "zh":
        template = _chinese(template)
        values = {name: translate(each, chosen) if isinstance(each, str) else each for name, each in values.items()}
    return template.format(**values) if values else template


def _chinese(template: str) -> str:
    for name in _TABLES:
        table: Mapping[str, str] = import_module(f"kbsearch.language.chinese.{name}").CHINESE
        if template in table:
            return table[template]
    return template
