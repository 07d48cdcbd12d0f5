"""Read the YAML of front matter: mappings, lists and text, and nothing else.

Every scalar stays the text its author wrote (``1.10``, ``2024-03-05``, ``on``), except for null: what a value means is
for the key to say, not for YAML 1.1. Nothing is constructed from tags, aliases are refused, and nesting is bounded.
What is not YAML at all (``title: Python: a tour``) is read line by line, so that as much as possible is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

__all__ = ["Value", "YamlError", "read_lines", "read_yaml"]

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

_DEPTH = 32  # collections within one another
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

_KEY_LINE = re.compile(
    r"(?P<key>[^\W\d][\w.-]{0,63}(?: [\w.-]{1,32}){0,3}|\"[^\"]{1,64}\"|'[^']{1,64}')[ \t]*:(?!//)(?P<value>.*)"
    r"|(?P<ascii_key>[A-Za-z_-]{1,32})[ \t]*：(?P<ascii_value>.*)"  # a Chinese input method's colon
)
_ITEM_LINE = re.compile(r"-(?:[ \t]+(?P<value>.*))?")
_BLOCK_SCALAR = re.compile(r"[|>][+-]?\d?[+-]?")


class YamlError(ValueError):
    """The block is not YAML, or not of a kind that front matter may hold.

    Attributes:
        line: index of the block's line where it was noticed, from 0.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(block: str) -> tuple[Value, list[str]]:
    """Read a block of YAML, without its ``---`` lines.

    Returns:
        its value, and the keys that come twice in a mapping; such a key has its last value that is not null.

    Raises:
        YamlError: it is not YAML, has a key that is not text, uses an alias, or nests too deep.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _build(yaml.parse(block, Loader=loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise YamlError(error.problem or error.context or "cannot be read", line) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise YamlError(" ".join(str(error).split())) from None


def _build(events: Iterable[Any]) -> tuple[Value, list[str]]:
    """Assemble the value that a stream of PyYAML's events describes, without recursion."""
    from yaml import events as kinds

    root: Value = None
    value: Value
    stack: list[list[Value] | dict[str, Value]] = []
    keys: list[str | None] = []  # for each collection on the stack, the key whose value comes next
    repeated: dict[str, None] = {}
    documents = 0
    for event in events:
        kind = type(event)
        if kind is kinds.ScalarEvent:
            value = None if event.implicit[0] and event.value in _NULLS else event.value
        elif kind is kinds.MappingStartEvent:
            value = {}
        elif kind is kinds.SequenceStartEvent:
            value = []
        elif kind is kinds.MappingEndEvent or kind is kinds.SequenceEndEvent:
            stack.pop()
            keys.pop()
            continue
        elif kind is kinds.AliasEvent:
            raise _refused(event, f"alias *{event.anchor!s:.40} is not allowed here")
        else:
            documents += kind is kinds.DocumentStartEvent
            if documents > 1:
                raise YamlError("more than one document")
            continue
        if not stack:
            root = value
        elif isinstance(parent := stack[-1], list):
            parent.append(value)
        elif (key := keys[-1]) is None:
            if not isinstance(value, str):
                raise _refused(event, "a key that is not text")
            keys[-1] = value
            continue
        else:
            keys[-1] = None
            if key in parent:
                repeated[key] = None
            if key not in parent or value is not None:
                parent[key] = value
        if isinstance(value, (list, dict)):
            if len(stack) == _DEPTH:
                raise _refused(event, f"nested deeper than {_DEPTH}")
            stack.append(value)
            keys.append(None)
    return root, list(repeated)


def _refused(event: Any, message: str) -> YamlError:
    return YamlError(message, event.start_mark.line if event.start_mark else 0)


def read_lines(block: str) -> tuple[dict[str, Value], list[int], int]:
    """Read what looks like YAML but is not: ``key: value`` lines, with list items or indented lines under a key.

    A key that comes twice keeps its last value that is not null.

    Returns:
        what was read, the indices (from 0) of the lines that were not, and the number of lines up to and including
        the last one that was.
    """
    entries: list[tuple[str, str, list[str]]] = []  # key, text on its line, lines under it
    unread: list[int] = []
    end = 0
    for number, line in enumerate(block.split("\n")):
        stripped = line.strip()
        if not stripped or line.startswith("#"):
            continue
        if match := _KEY_LINE.fullmatch(line):
            key = (match["key"] or match["ascii_key"]).strip("\"'")
            entries.append((key, (match["value"] or match["ascii_value"] or "").strip(), []))
        elif entries and (line[0] in " \t" or (_ITEM_LINE.fullmatch(stripped) and not entries[-1][1])):
            entries[-1][2].append(stripped)
        else:
            unread.append(number)
            continue
        end = number + 1
    data: dict[str, Value] = {}
    for key, text, below in entries:
        value = _value_with_lines(text, below)
        if value is not None or key not in data:
            data[key] = value
    return data, unread, end


def _value_with_lines(text: str, below: list[str]) -> Value:
    if not below:
        return _value(text)
    if _BLOCK_SCALAR.fullmatch(text):
        return ("\n" if text[0] == "|" else " ").join(below)
    if text:
        return _value(" ".join([text, *below]))
    if _ITEM_LINE.fullmatch(below[0]):
        items = [match["value"] or "" if (match := _ITEM_LINE.fullmatch(line)) else line for line in below]
        return [_value(item) for item in items]
    inner = [_KEY_LINE.fullmatch(line) for line in below]
    if inner[0]:
        return {match["key"].strip("\"'"): _value(match["value"]) for match in inner if match and match["key"]}
    return _value(" ".join(below))


def _value(text: str) -> Value:
    text = text.strip()
    if text in _NULLS:
        return None
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text.startswith("[") and text.endswith("]") and not {"[", "]"} & set(text[1:-1]):
        return [value for part in text[1:-1].split(",") if (value := _scalar(part)) is not None]
    return text


def _scalar(text: str) -> str | None:
    value = _value(text)
    return value if isinstance(value, str) else None
