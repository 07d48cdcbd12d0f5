"""Completion in real shells: the script that kbsearch prints, and what it proposes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import command
import pytest
from pseudo_terminal import Session

from kbsearch import KnowledgeBase, Post

POSTS = [
    Post("Generative Model/ddpm.md", "DDPM", category="Generative Model", tags=("Diffusion",)),
    Post("Generative Model/ddim.md", "DDIM", category="Generative Model", tags=("采样",)),
    Post("词/向量 $HOME.md", "词向量", category="NLP", tags=("a b",)),
    Post("plain.md", "plain", category="NLP"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index."""
    folder = tmp_path_factory.mktemp("completion")
    with KnowledgeBase(folder / "index") as kb:
        kb.add(POSTS)
    return folder


def environment(home: Path) -> dict[str, str]:
    return {**command.environment(home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(kbsearch completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u -D; eval "$(kbsearch completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "kbsearch completion fish | source"),
}
LINES = [
    ("kbsearch show dd", "p", r"Generative\ Model/ddpm.md"),  # the name alone
    (r"kbsearch show Generative\ Model/ddp", "", r"Generative\ Model/ddpm.md"),
    ('kbsearch show "Generative Model/ddp', "", '"Generative Model/ddpm.md"'),
    ("kbsearch query x -c Ge", "", r"-c Generative\ Model"),
    ("kbsearch query x --tag diff", "", "Diffusion"),
    ("kbsearch rel", "", "kbsearch related"),
    ("kbsearch show 词/", "", r"词/向量\ \$HOME.md"),
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_bash(home: Path, line: tuple[str, str, str]) -> None:
    """Bash completes names of posts, categories, tags and commands, with what the shell would read escaped."""
    _complete(home, "bash", *line)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(home: Path, shell: str) -> None:
    """Zsh and fish complete an id with a space in it from the name of its file."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    arguments, _ = SHELLS[shell]
    if shell == "zsh":
        _complete(home, shell, *LINES[0])
        return
    line = "kbsearch completion fish | source; complete --do-complete 'kbsearch show Generative\\ Model/ddp'"
    done = subprocess.run(
        [arguments[0], "--no-config", "-c", line], cwd=home, env=environment(home), capture_output=True, timeout=60
    )
    assert done.stdout.decode().strip() == "Generative Model/ddpm.md"


def _complete(home: Path, shell: str, line: str, rest: str, expected: str) -> None:
    """Type a line, the tabulator, and an end that makes the shell print what it has made of the line."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    arguments, setup = SHELLS[shell]
    with Session(arguments, home, environment(home), columns=200) as session:
        session.send(f"PS1='> '; {setup}; echo re''ady\n")
        session.wait_for("ready")
        start = len(session.output)
        session.send(f"{line}{rest}\t")
        session.wait_for(expected, start)
        session.send("\x15exit\n")


@pytest.mark.parametrize("words", ["show ", "query x -c ", "query x -t "])
@pytest.mark.parametrize("damage", ["missing", "broken"])
def test_nothing_is_said_of_errors(tmp_path: Path, words: str, damage: str) -> None:
    """Without an index, or with a damaged one, nothing is proposed and nothing is said."""
    if damage == "broken":
        with KnowledgeBase(tmp_path / "index") as kb:
            kb.add(POSTS)
        for path in (tmp_path / "index").rglob("*"):
            if path.is_file():
                path.write_bytes(b"\0" * 50)
    done = _ask(tmp_path, words, tmp_path)
    assert (done.stdout.strip(), done.stderr) == (b"", b"")


def test_proposals(home: Path) -> None:
    """Proposals begin with what was typed, as it is or in any case; options complete to files where they take one."""
    assert _proposed(home, "show gen") == ["Generative Model/ddim.md", "Generative Model/ddpm.md"]
    assert _proposed(home, "show plain") == ["plain.md"]
    assert _proposed(home, "query x -t ") == ["Diffusion", "a b", "采样"]
    assert _proposed(home, "show nothing") == []


def _proposed(home: Path, words: str) -> list[str]:
    lines = _ask(home, words, home, "fish_complete").stdout.decode().splitlines()
    return sorted(line.partition(",")[2] for line in lines if line)


def _ask(cwd: Path, words: str, home: Path, how: str = "bash_complete") -> subprocess.CompletedProcess[bytes]:
    line = f"kbsearch {words}"
    last = words.split(" ")[-1]
    variables = {
        "_KBSEARCH_COMPLETE": how,
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1) if how.startswith("bash") else last,
    }
    program = "import sys; sys.argv = ['kbsearch']; from kbsearch.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        env={**environment(home), **variables},
        capture_output=True,
        timeout=60,
    )
