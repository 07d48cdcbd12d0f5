"""Find the front matter of a post and read it: YAML, TOML or JSON, as the site generators take them.

Recognised at the start of the text, after blank lines:

* YAML between ``---`` and ``---`` or ``...``; with the opening line missing (Hexo takes that); never closed.
* TOML between ``+++`` and ``+++`` (Hugo, Zola).
* JSON: a bare object (Hugo), or an object's members, with or without braces, before a line ``;;;`` (Hexo).

A text that begins with a thematic break, or with a line that merely looks like ``key: value``, is left whole: there
must be evidence, such as keys that posts have. Nothing read here is evaluated; a block is bounded in size and depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kbsearch.corpus.metadata import KNOWN_KEYS, normal_key
from kbsearch.corpus.toml_block import read_toml
from kbsearch.corpus.yaml_block import YamlError, read_lines, read_yaml

__all__ = ["FrontMatter", "split_front_matter"]

Format = Literal["", "yaml", "toml", "json"]

_LONGEST = 65_536  # characters of a block; what is longer is no front matter

_BLANK = " \t\n\ufeff"
_YAML_OPEN = re.compile(r"---[ \t]*\n")
_YAML_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_YAML_FIRST_LINE = re.compile(r"[A-Za-z_][\w-]{0,40}[ \t]*[:：]")
_TOML_OPEN = re.compile(r"\+\+\+[ \t]*\n")
_TOML_CLOSE = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_TOML_LINE = re.compile(r"[ \t]*([\w-]{1,64})[ \t]*=(.*)")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_HEXO_JSON_OPEN = re.compile(r"(?:;;;[ \t]*\n\s*)?(?=[\"{])")
_HEXO_JSON_CLOSE = re.compile(r"^;;;[ \t]*$", re.MULTILINE)
_MACHINE_KEY = re.compile(r"[a-z_][A-Za-z0-9_-]*")
_HEADING_AFTER_GAP = re.compile(r"\n[ \t]*\n#{1,6} ")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A post's front matter and the rest of it.

    Attributes:
        data: what the block says; empty if there is none. YAML and JSON scalars are text as written.
        body: the text after the block.
        body_line: line of the text on which ``body`` begins, from 1.
        format: how the block was written; empty if there is none.
        warnings: what could not be read as it stands.
    """

    data: Mapping[str, object]
    body: str
    body_line: int = 1
    format: Format = ""
    warnings: tuple[str, ...] = ()


def split_front_matter(text: str) -> FrontMatter:
    """Part a post into front matter and body. Never raises; takes time proportional to the text."""
    start = text.rfind("\n", 0, len(text) - len(text.lstrip(_BLANK))) + 1
    start += text.startswith("\ufeff", start)
    found: FrontMatter | None = None
    if match := _YAML_OPEN.match(text, start):
        found = _yaml(text, match.end())
    elif match := _TOML_OPEN.match(text, start):
        found = _toml(text, match.end())
    elif match := _HEXO_JSON_OPEN.match(text, start):
        found = _json(text, match.end())
    elif _YAML_FIRST_LINE.match(text, start):
        found = _yaml_without_opening(text, start)
    return found or FrontMatter({}, text)


def _yaml(text: str, start: int) -> FrontMatter | None:
    close = _YAML_CLOSE.search(text, start, start + _LONGEST)
    if not close:
        return _yaml_unclosed(text, start)
    block = text[start : close.start()]
    try:
        data, repeated = read_yaml(block)
    except YamlError as error:
        return _yaml_broken(text, start, close, _not_yaml(error, text, start))
    if not block.strip():
        data = {}
    elif not isinstance(data, dict):
        problem = f"line {_line(text, start)}: front matter has no keys, perhaps for want of a space after the colon"
        return _yaml_broken(text, start, close, problem)
    elif not (_known(data) or all(map(_MACHINE_KEY.fullmatch, data))):
        return None
    elif _ends_in_heading(block):
        return _yaml_unclosed(text, start)
    return _made(data, text, close.end(), "yaml", _about_repeated(repeated))


def _yaml_broken(text: str, start: int, close: re.Match[str], problem: str) -> FrontMatter | None:
    """Read a closed block that is not YAML, if it is front matter at all rather than prose between two rules."""
    data, unread, end = read_lines(text[start : close.start()])
    if not _known(data):
        return None
    if unread and (unread[-1] >= end or len(unread) > len(data)):
        return _yaml_unclosed(text, start)
    warning = f"{problem}; read line by line"
    if unread:
        first = _line(text, start) + unread[0]
        warning += f", without line {first}" + (f" and {len(unread) - 1} more" if len(unread) > 1 else "")
    return _made(data, text, close.end(), "yaml", [warning])


def _yaml_unclosed(text: str, start: int) -> FrontMatter | None:
    """Take the lines up to the first blank one, or one that cannot belong to a block, as the block."""
    lines = text[start : start + _LONGEST].split("\n")
    if len(text) > start + _LONGEST:
        lines.pop()  # cut in the middle
    stop = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    data, unread, end = read_lines("\n".join(lines[:stop]))
    if unread and unread[0] < end:
        data, _, end = read_lines("\n".join(lines[: unread[0]]))
    if not _surely_a_post(data):
        return None
    warning = f"front matter is not closed by a line ---; it was taken to end at line {_line(text, start) + end - 1}"
    body = start + sum(len(line) + 1 for line in lines[:end])
    try:
        value, _ = read_yaml("\n".join(lines[:end]))
        data = value if isinstance(value, dict) else data
    except YamlError:
        pass
    return FrontMatter(data, text[body:], _line(text, body), "yaml", (warning,))


def _yaml_without_opening(text: str, start: int) -> FrontMatter | None:
    """Read a block whose opening line is missing: closed by ``---``, and made of the keys that posts have.

    One line and ``---`` is also how Markdown writes a heading.
    """
    close = _YAML_CLOSE.search(text, start, start + _LONGEST)
    if not close or text.startswith(".", close.start()):
        return None
    block = text[start : close.start()]
    try:
        data, repeated = read_yaml(block)
        warnings = _about_repeated(repeated)
    except YamlError as error:
        data, unread, _ = read_lines(block)
        if unread:
            return None
        warnings = [f"{_not_yaml(error, text, start)}; read line by line"]
    if not isinstance(data, dict) or _ends_in_heading(block):
        return None
    if not _surely_a_post(data):
        return None
    return _made(data, text, close.end(), "yaml", warnings)


def _toml(text: str, start: int) -> FrontMatter | None:
    close = _TOML_CLOSE.search(text, start, start + _LONGEST)
    if not close:
        return None
    block = text[start : close.start()]
    try:
        return _made(read_toml(block, parse_float=str), text, close.end(), "toml")
    except ValueError as error:
        data = _toml_lines(block)
        if not _known(data):
            return None
        return _made(
            data,
            text,
            close.end(),
            "toml",
            [f"front matter from line {_line(text, start)} is not valid TOML: {error}; read line by line"],
        )


def _toml_lines(block: str) -> dict[str, object]:
    """Read ``key = value`` lines: quoted text, one-line lists of it, or anything else as the text it is."""
    data: dict[str, object] = {}
    for line in block.split("\n"):
        if not (match := _TOML_LINE.fullmatch(line)):
            continue
        key, value = match[1], match[2].strip()
        quoted = [double or single for double, single in _QUOTED.findall(value)]
        if value.startswith("["):
            data[key] = quoted
        else:
            data[key] = quoted[0] if value[:1] in {"'", '"'} and quoted else value
    return data


def _json(text: str, start: int) -> FrontMatter | None:
    block = text[start : start + _LONGEST]
    close = _HEXO_JSON_CLOSE.search(block)
    if block.startswith('"'):
        if not close:
            return None
        block = "{" + block[: close.start()] + "}"
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    try:
        data, end = decoder.raw_decode(block)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not _known(data):
        return None
    if text.startswith('"', start):
        end = close.end() if close else 0
    elif close and not block[end : close.start()].strip():
        end = close.end()
    elif block[end:].split("\n", 1)[0].strip():
        return None  # something else follows on the same line
    return _made(data, text, start + end, "json")


def _ends_in_heading(block: str) -> bool:
    """Tell a heading from a comment: it comes after the last key and a blank line, so the block's end was forgotten."""
    match = _HEADING_AFTER_GAP.search(block)
    return match is not None and block.count("\n", 0, match.start()) >= read_lines(block)[2] - 1


def _surely_a_post(data: Mapping[str, object]) -> bool:
    """Tell a block that is not properly fenced from prose: two keys that posts have, or ``title`` as Hexo writes it."""
    return "title" in data or _known(data) >= 2


def _not_yaml(error: YamlError, text: str, start: int) -> str:
    return f"line {_line(text, start) + error.line}: front matter is not valid YAML: {error}"


def _about_repeated(keys: Iterable[str]) -> list[str]:
    """Warnings about keys that come twice, if they are keys that matter."""
    return [f"key {key!r} comes twice; the last one counts" for key in keys if normal_key(key) in KNOWN_KEYS]


def _known(data: Mapping[str, object]) -> int:
    """Number of keys that posts have."""
    return sum(normal_key(key) in KNOWN_KEYS for key in data)


def _made(
    data: Mapping[str, object], text: str, end: int, kind: Format, warnings: list[str] | None = None
) -> FrontMatter:
    """Front matter whose closing line ends at ``end``; the body begins on the next line."""
    newline = text.find("\n", end)
    body = len(text) if newline < 0 else newline + 1
    return FrontMatter(data, text[body:], _line(text, body), kind, tuple(warnings or ()))


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
