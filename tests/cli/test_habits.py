"""The habits of a terminal: a pager, links, an editor. On a real pseudo terminal."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from pseudo_terminal import Session

from kbsearch import KnowledgeBase
from kbsearch.cli.hyperlinks import terminal_has_hyperlinks, uri_of, without_hyperlinks
from kbsearch.cli.opening import editor_command
from kbsearch.cli.pager import pager_command, rows
from kbsearch.errors import ConfigError

KBSEARCH = [sys.executable, "-m", "kbsearch"]
LINK = "\x1b]8;;"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Path:
    """A folder with the sample corpus, indexed, and a pager and an editor that tell how they were called."""
    folder = tmp_path_factory.mktemp("habits")
    shutil.copytree(sample_corpus, folder / "corpus")
    with KnowledgeBase(folder / "index") as kb:
        kb.index(folder / "corpus", workers=1)
    for name, text in {
        "pager": 'echo "PAGED $#"; wc -l',
        "vim": 'printf "EDITED"; printf " <%s>" "$@"; echo',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def environment(**variables: str) -> dict[str, str]:
    dropped = (
        "KBSEARCH_",
        "LC_",
        "LANG",
        "PAGER",
        "LESS",
        "NO_COLOR",
        "FORCE_COLOR",
        "VISUAL",
        "EDITOR",
        "TERM",
        "VTE",
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**clean, "TERM": "xterm-256color", "PYTHONUTF8": "1", **variables}


def on_terminal(home: Path, *arguments: str, **variables: str) -> str:
    with Session([*KBSEARCH, *arguments], home, environment(**variables)) as session:
        return session.read_to_end()


# --- pager ---


def test_long_output_is_paged(home: Path) -> None:
    """What is longer than the screen goes to $PAGER, all of it; what fits does not, nor what --no-pager forbids."""
    pager = str(home / "pager")
    assert "PAGED 0" in on_terminal(home, "query", "扩散模型", PAGER=pager)
    assert "PAGED" not in on_terminal(home, "query", "扩散模型", "-n", "1", PAGER=pager)
    shown = on_terminal(home, "query", "扩散模型", "--no-pager", PAGER=pager)
    assert "PAGED" not in shown and "10. " in shown
    assert "10. " in on_terminal(home, "query", "扩散模型", PAGER=str(home / "no such pager"))


def test_a_pipe_is_never_paged(home: Path) -> None:
    """Nothing is paged where a program reads."""
    line = f"{sys.executable} -m kbsearch query 扩散模型 | cat"
    with Session(["sh", "-c", line], home, environment(PAGER=str(home / "pager"))) as session:
        assert "PAGED" not in session.read_to_end()


@pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")
def test_less_shows_colours_and_ends(home: Path) -> None:
    """less, the default, gets painted text and shows the first screen; q ends it and the command with it."""
    with Session([*KBSEARCH, "query", "扩散模型"], home, environment(LESS="i")) as session:
        session.wait_for("\x1b[1m")
        session.wait_for(":")
        session.send("q")
        assert "10. " not in session.read_to_end()


def test_pager_settings() -> None:
    """PAGER is an argument list; empty, cat, a dumb terminal or a pager that is not there mean none."""
    assert pager_command({"PAGER": "sh -c 'x y'"}) == ["sh", "-c", "x y"]
    for variables in ({"PAGER": ""}, {"PAGER": "cat"}, {"TERM": "dumb"}, {"PAGER": "no-such-pager"}, {"PAGER": "'"}):
        assert pager_command(variables) == []


def test_rows_of_a_terminal() -> None:
    """Long lines take several rows, wide characters two columns, escape sequences none."""
    assert rows("a\n\nb", 80) == 3
    assert rows("字" * 41, 80) == 2
    assert rows("\x1b[1m" + "x" * 80 + "\x1b[0m", 80) == 1
    assert rows(f"{LINK}file://{'x' * 200}\x1b\\a{LINK}\x1b\\", 80) == 1


# --- links ---


def test_links_where_the_terminal_has_them(home: Path) -> None:
    """Places are links on a terminal that is known to show them, and to one's editor if so set; nowhere else."""
    shown = on_terminal(home, "query", "DDPM", "-n", "1", VTE_VERSION="7200")
    assert f"{LINK}file://" in shown and "/corpus/Generative%20Model/ddpm.md\x1b\\" in shown
    shown = on_terminal(
        home, "show", "ddpm", "--pager", VTE_VERSION="7200", KBSEARCH_EDITOR_URI="vscode://file/{path}:{line}"
    )
    assert f"{LINK}vscode://file{home.as_posix()}/corpus/Generative%20Model/ddpm.md:" in shown
    for variables in ({}, {"VTE_VERSION": "4000"}, {"VTE_VERSION": "7200", "TERM": "dumb"}):
        assert LINK not in on_terminal(home, "query", "DDPM", "-n", "1", **variables)
    assert LINK not in on_terminal(home, "query", "DDPM", "-n", "1", "--hyperlinks", "never", VTE_VERSION="7200")
    assert LINK in on_terminal(home, "links", "ddpm", "--hyperlinks", "always")


def test_terminals_with_links() -> None:
    """Known terminals are told by what they set."""
    for variables in (
        {"TERM_PROGRAM": "iTerm.app"}, {"KITTY_WINDOW_ID": "1"}, {"WT_SESSION": "x"}, {"VTE_VERSION": "5002"},
        {"KONSOLE_VERSION": "220401"},
    ):  # fmt: skip
        assert terminal_has_hyperlinks({"TERM": "xterm-256color", **variables}), variables
    assert terminal_has_hyperlinks({"TERM": "xterm-kitty"})
    for variables in ({}, {"TERM_PROGRAM": "Apple_Terminal"}, {"KITTY_WINDOW_ID": "1", "STY": "1.x"}):
        assert not terminal_has_hyperlinks({"TERM": "xterm-256color", **variables})


def test_nothing_in_a_path_ends_a_link() -> None:
    """Control characters, spaces and signs of a path are percent-encoded; a template that is no address is refused."""
    uri = uri_of(Path("/a b/\x1b\\\x07;#?%文.md"), 3, "editor://open?file={path}&line={line}")
    assert uri == "editor://open?file=/a%20b/%1B%5C%07%3B%23%3F%25%E6%96%87.md&line=3"
    assert uri_of(Path("/x.md"), 1).startswith("file://")
    for template in ("no address {path}", "x:\x1b{path}", "x://y", "javascript:{path}"):
        with pytest.raises(ConfigError, match="KBSEARCH_EDITOR_URI"):
            uri_of(Path("/x"), 1, template)
    assert without_hyperlinks(f"a {LINK}x\x1b\\b{LINK}\x1b\\ c") == "a b c"


# --- editor ---


def test_open(home: Path) -> None:
    """--open starts the editor with the file and the line of the hit or the section."""
    vim = str(home / "vim")
    shown = on_terminal(home, "query", "DDPM", "--open", "1", EDITOR=vim)
    assert f"EDITED <+12> <{home}/corpus/Generative Model/ddpm.md>" in shown
    shown = on_terminal(home, "show", "ddpm", "--section", "1", "--open", EDITOR="none", VISUAL=vim)
    assert f"EDITED <+14> <{home}/corpus/Generative Model/ddpm.md>" in shown
    assert "set VISUAL or EDITOR" in on_terminal(home, "show", "ddpm", "--open")
    assert "cannot be started" in on_terminal(home, "show", "ddpm", "--open", EDITOR="/no/such/editor")
    assert "no such hit" in on_terminal(home, "query", "DDPM", "-n", "2", "--open", "3", EDITOR=vim)


def test_posts_without_a_file_cannot_be_opened(tmp_path: Path) -> None:
    """A post that came from no file, or whose file is gone, is an error that says so."""
    from kbsearch import Post

    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/gone.md").write_text("text", encoding="utf-8")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(tmp_path / "notes", workers=1)
        kb.add([Post(id="added", text="x")])
    (tmp_path / "notes/gone.md").unlink()
    assert "read from no file" in on_terminal(tmp_path, "show", "added", "--open", EDITOR="true")
    assert "the file is gone" in on_terminal(tmp_path, "show", "gone", "--open", EDITOR="true")


@pytest.mark.parametrize(
    ("setting", "command"),
    [
        ("vim", ["vim", "+7", "/n/a b.md"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7", "/n/a b.md"]),
        ("emacsclient -nw -a ''", ["emacsclient", "-nw", "-a", "", "+7", "/n/a b.md"]),
        ("code --wait", ["code", "--wait", "--goto", "/n/a b.md:7"]),
        ("hx", ["hx", "/n/a b.md:7"]),
        ("subl -w", ["subl", "-w", "/n/a b.md:7"]),
        ("pycharm", ["pycharm", "--line", "7", "/n/a b.md"]),
        ("unknown; rm -rf x", ["unknown;", "rm", "-rf", "x", "/n/a b.md"]),
    ],
)
def test_editors(setting: str, command: list[str]) -> None:
    """Each known editor is told the line in its own way; no shell reads the setting or the path."""
    assert editor_command(Path("/n/a b.md"), 7, {"EDITOR": setting}) == command


def test_no_editor() -> None:
    """Without an editor, or with one that cannot be read, the message says what to set."""
    for variables in ({}, {"EDITOR": ""}, {"VISUAL": "'"}):
        with pytest.raises(ConfigError, match="VISUAL or EDITOR"):
            editor_command(Path("/x"), 1, variables)
