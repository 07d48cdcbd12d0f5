"""The Chinese forms of what people read are complete, and say the same."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import kbsearch
from kbsearch.cli import COMMANDS, cli
from kbsearch.cli.examples import EXAMPLES
from kbsearch.cli.help import paragraphs
from kbsearch.language import _TABLES, set_language, t, tn, translate
from kbsearch.web.wording import wording

SOURCES = Path(kbsearch.__file__).parent
TABLES: dict[str, dict[str, str]] = {
    name: import_module(f"kbsearch.language.chinese.{name}").CHINESE for name in _TABLES
}
EVERYTHING = {english: chinese for table in TABLES.values() for english, chinese in table.items()}
# Functions whose argument of that number is a text to be said: t("…"), tn("… post", "… posts", n), message("…").
SAYING = {"t": 0, "tn": 1, "message": 0}
PASSING_ON = {"cli/frame.py", "cli/help.py", "web/wording.py", "language/__init__.py"}  # texts that come from elsewhere


def said() -> Iterator[tuple[str, str]]:
    """Each text that the program says, with the file that does."""
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in SAYING:
                continue
            text = node.args[SAYING[node.func.id]]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value, name
            else:
                assert name in PASSING_ON, f"{name}:{node.lineno}: a text that no test can find"


def helped() -> Iterator[tuple[str, str]]:
    """Each text of the help, with the command it is of."""
    context = click.Context(cli)
    yield "Examples:", ""
    yield from ((each, "") for each in paragraphs((cli.help or "") + "\n\n" + (cli.epilog or "")))
    for name, (_, short) in COMMANDS.items():
        yield short, name
        command = cli.get_command(context, name)
        assert command is not None
        yield from ((meaning, name) for _, meaning in EXAMPLES.get(name, ()))
        for text in (command.help, command.epilog):
            yield from ((each, name) for each in paragraphs(text or ""))
        for param in command.params:
            if isinstance(param, click.Option) and not param.hidden:
                assert param.help, f"{name} {param.name} has no help"
                yield param.help, name


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_a_chinese_form() -> None:
    """Whatever the program says with t, tn or message, its help and its pages, has a Chinese form."""
    missing = [f"{name}: {text!r}" for text, name in (*said(), *helped()) if text not in EVERYTHING]
    assert not missing, "\n".join(missing)


def test_no_form_is_left_over() -> None:
    """Every text of the tables is said somewhere, and stands in one table only."""
    texts = {text for text, _ in (*said(), *helped())} | set(wording("en").values())
    from_click = set(TABLES["click"])
    assert set(EVERYTHING) - from_click <= texts, sorted(set(EVERYTHING) - from_click - texts)
    assert len(EVERYTHING) == sum(map(len, TABLES.values()))


def test_pages_have_chinese_forms() -> None:
    """Every phrase of the web pages has a Chinese form with the same placeholders."""
    english, chinese = wording("en"), wording("zh")
    assert english.keys() == chinese.keys()
    for key in english.keys() - {"language"}:
        assert english[key] in EVERYTHING, key
        assert fields(english[key]) == fields(chinese[key])


@pytest.mark.parametrize("name", _TABLES)
def test_placeholders_are_the_same(name: str) -> None:
    """A Chinese form has exactly its English text's placeholders."""
    for english, chinese in TABLES[name].items():
        assert fields(english) == fields(chinese), english


@pytest.mark.parametrize("name", _TABLES)
def test_chinese_is_set_as_chinese(name: str) -> None:
    """Han characters are set apart from Latin letters and digits by a space, and followed by no ASCII punctuation."""
    for chinese in TABLES[name].values():
        text = re.sub(r"\{[^}]*\}", "", chinese)
        for before, after in zip(text, text[1:], strict=False):
            kinds = {_kind(before), _kind(after)}
            assert kinds != {"han", "latin"} or "年" in (before, after) or "月" in (before, after), chinese
            assert not (_kind(before) == "han" and after in ",;!?"), chinese


def _kind(char: str) -> str:
    if char.isascii() and char.isalnum():
        return "latin"
    return "han" if unicodedata.category(char) == "Lo" else "other"


def test_the_reader_chooses() -> None:
    """Texts are said in the language that was set; a message can be said in any language, other text stays."""
    from kbsearch.language import message

    error = message("{path}: cannot be read ({reason})", path="a.md", reason=message("no permission to write there"))
    assert error == "a.md: cannot be read (no permission to write there)"
    assert translate(error, "zh") == "a.md：无法读取（没有写入权限）"
    assert translate(error, "en") == error
    assert translate("synonym", "zh") == "synonym"
    try:
        set_language("zh")
        assert t("synonym") == "同义词"
        assert tn("{count} post", "{count} posts", 1) == "1 篇"
        assert t("no such text {n}", n=1) == "no such text 1"
    finally:
        set_language("en")
    assert tn("{count} post", "{count} posts", 1) == "1 post"
    assert tn("{count} post", "{count} posts", 2) == "2 posts"
