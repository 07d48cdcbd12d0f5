"""What may stand in ``kbsearch.toml``: each setting's kind, and the option of each command that it is a default for.

Only what is here can be set, and nothing here names a program, an address to listen on, a host or a cluster. Paths are
confined to the file's folder (``read.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from kbsearch.engines import CLUSTER_ENGINES, ENGINES
from kbsearch.language import LANGUAGES, Message, message
from kbsearch.values import value

__all__ = ["SETTINGS", "Setting"]

Kind = Literal["flag", "count", "seconds", "choice", "texts", "path", "paths"]


@value
class Setting:
    """One setting.

    Attributes:
        kind: what its value is.
        parameters: command to the name of its parameter; ``*`` stands for every command.
        least, most: bounds of a count, or of seconds.
        choices: the values of a choice.
    """

    kind: Kind
    parameters: Mapping[str, str]
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()

    def parameter(self, command: str) -> str | None:
        """The name of a command's parameter that this is a default for; ``config`` shows all settings."""
        if command == "config":
            return next(iter(self.parameters.values()))
        return self.parameters.get(command) or self.parameters.get("*")

    @property
    def allowed(self) -> Message:
        """What its value may be, in words."""
        match self.kind:
            case "flag":
                return message("true or false")
            case "count":
                return message("a whole number from {least:,} to {most:,}", least=self.least, most=self.most)
            case "seconds":
                return message("a number of seconds from {least:,} to {most:,}", least=self.least, most=self.most)
            case "choice":
                return message("one of {choices}", choices=", ".join(f'"{each}"' for each in self.choices))
            case "texts":
                return message("a list of texts in quotes, such as {example}", example='["archive/", "*.tmp.md"]')
            case "path":
                return message("a path in quotes, such as {example}", example='"notes/words.txt"')
            case "paths":
                return message("a list of paths in quotes, such as {example}", example='["notes", "blog/posts"]')

    def fits(self, given: object) -> bool:
        """Whether a value is of this kind and within its bounds."""
        match self.kind:
            case "flag":
                return isinstance(given, bool)
            case "count":
                return isinstance(given, int) and not isinstance(given, bool) and self.least <= given <= self.most
            case "seconds":
                number = isinstance(given, int | float) and not isinstance(given, bool)
                return number and self.least <= given <= self.most  # type: ignore[operator]  # it is a number
            case "choice":
                return given in self.choices
            case "path":
                return isinstance(given, str) and given != ""
            case "texts" | "paths":
                return isinstance(given, list) and all(isinstance(each, str) and each != "" for each in given)


SETTINGS: Mapping[str, Setting] = {
    "index": Setting("path", {"*": "index_dir"}),
    "paths": Setting("paths", {"index": "paths", "watch": "paths"}),
    "exclude": Setting("texts", {"index": "exclude", "watch": "exclude"}),
    "drafts": Setting("flag", {"index": "drafts", "watch": "drafts"}),
    "max_size": Setting("count", {"index": "max_size", "watch": "max_size"}, 1, 1_000_000_000),
    "engine": Setting("choice", {"index": "engine"}, choices=(*ENGINES, *CLUSTER_ENGINES)),
    "dictionary": Setting("path", {"index": "user_dict"}),
    "synonyms": Setting("path", {"query": "synonyms", "serve": "synonyms", "mcp": "synonyms", "synonyms": "file"}),
    "workers": Setting("count", {"index": "workers", "watch": "workers"}, 1, 64),
    "wait": Setting("seconds", {"index": "wait"}, 0, 86_400),
    "limit": Setting("count", {"query": "limit", "latest": "limit"}, 1, 10_000),
    "sort": Setting("choice", {"query": "sort"}, choices=("relevance", "newest", "oldest")),
    "facets": Setting("flag", {"query": "facets"}),
    "port": Setting("count", {"serve": "port"}, 0, 65_535),
    "lang": Setting("choice", {"*": "lang"}, choices=LANGUAGES),
}
