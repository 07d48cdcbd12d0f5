"""kbsearch.toml, environment variables and flags, as commands take them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from kbsearch import KnowledgeBase
from kbsearch.cli import COMMANDS, cli
from kbsearch.config.settings import SETTINGS

CORPUS = Path(__file__).parents[2] / "corpus"
FILE = """\
index = ".kb"
paths = ["corpus"]
exclude = ["NLP/"]
limit = 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a configuration file, and a home beside it."""
    folder = tmp_path / "project"
    shutil.copytree(CORPUS, folder / "corpus")
    (folder / "kbsearch.toml").write_text(FILE, encoding="utf-8")
    return folder


def run(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a home of its own."""
    home = cwd.parent / "home"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KBSEARCH_", "LC_", "XDG_"))}
    environment = {**clean, "HOME": str(home), "USERPROFILE": str(home), "APPDATA": str(home), "LANG": "C", **variables}
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
    )


def effective(cwd: Path, *arguments: str, **variables: str) -> dict[str, tuple[object, str, str]]:
    """The settings in effect: value, kind of source, name of the source."""
    form = json.loads(run("config", *arguments, "--json", cwd=cwd, **variables).stdout)
    return {key: (each["value"], each["source"], each["from"]) for key, each in form["settings"].items()}


def test_index_without_arguments(project: Path) -> None:
    """`kbsearch index` indexes the file's paths into the file's index; queries from a folder below use that."""
    done = run("index", cwd=project)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("44 added")
    assert done.stdout.rstrip().endswith("44 posts in .kb")
    below = project / "corpus" / "Python"
    found = json.loads(run("query", "模型", "--json", cwd=below).stdout)
    assert len(found["results"]) == 3
    assert run("status", cwd=below).returncode == 0
    with KnowledgeBase.from_config(project / "kbsearch.toml", create=False) as kb:
        assert kb.status().posts == 44


def test_flags_over_variables_over_the_file(project: Path) -> None:
    """A flag wins over an environment variable, which wins over the file, which wins over the default."""
    file = str(project / "kbsearch.toml")
    assert effective(project)["limit"] == (3, "file", file)
    assert effective(project, KBSEARCH_LIMIT="7")["limit"] == (7, "environment", "KBSEARCH_LIMIT")
    assert effective(project, "--limit", "9", KBSEARCH_LIMIT="7")["limit"] == (9, "flag", "--limit")
    assert effective(project)["sort"] == ("relevance", "default", "")
    assert effective(project, KBSEARCH_INDEX="elsewhere")["index"] == ("elsewhere", "environment", "KBSEARCH_INDEX")
    assert effective(project, KBSEARCH_PATHS=os.pathsep.join("ab"))["paths"][0] == ["a", "b"]
    assert effective(project, KBSEARCH_EXCLUDE="a/ *.tmp.md")["exclude"][0] == ["a/", "*.tmp.md"]
    below = project / "corpus"
    assert effective(below)["index"] == (os.path.join("..", ".kb"), "file", file)
    assert effective(below, "--config", "")["index"] == ("index", "default", "")


def test_language_has_the_same_order(project: Path) -> None:
    """--lang wins over KBSEARCH_LANG, that over the file, and the file over the locale."""
    assert effective(project, LANG="zh_CN.UTF-8")["lang"] == ("zh", "environment", "LANG")
    assert effective(project, LANG="zh_CN.UTF-8", LC_ALL="C")["lang"] == ("en", "environment", "LC_ALL")
    (project / "kbsearch.toml").write_text('lang = "zh"', encoding="utf-8")
    assert effective(project, LANG="C")["lang"] == ("zh", "file", str(project / "kbsearch.toml"))
    assert effective(project, KBSEARCH_LANG="en")["lang"] == ("en", "environment", "KBSEARCH_LANG")
    assert effective(project, "--lang", "zh", KBSEARCH_LANG="en")["lang"] == ("zh", "flag", "--lang")


def test_another_file(project: Path) -> None:
    """--config names another file, before the command or after it; '' means none."""
    other = project / "other.toml"
    other.write_text("limit = 5", encoding="utf-8")
    assert effective(project, "--config", "other.toml")["limit"] == (5, "file", "other.toml")
    assert effective(project, KBSEARCH_CONFIG="other.toml")["limit"][0] == 5
    assert effective(project, "--config", "")["limit"] == (10, "default", "")
    assert run("--config", "other.toml", "config", cwd=project).stdout.startswith("Settings from other.toml")
    done = run("query", "x", "--config", "missing.toml", cwd=project)
    assert done.returncode == 2
    assert "missing.toml: cannot be read" in done.stderr


def test_mistakes_stop_every_command(project: Path) -> None:
    """With a mistake in the file, commands say what it is and do nothing; `config` shows the rest too."""
    (project / "kbsearch.toml").write_text("limits = 3", encoding="utf-8")
    for command in (["query", "x"], ["index", "corpus"], ["status"], ["config"]):
        done = run(*command, cwd=project)
        assert done.returncode == 2
        assert "there is no setting “limits”; perhaps limit is meant" in done.stderr
        assert "Traceback" not in done.stderr
    assert "relevance" in run("config", cwd=project).stdout
    assert sorted(path.name for path in project.iterdir()) == ["corpus", "kbsearch.toml"]


def test_the_users_word(project: Path) -> None:
    """A file that leads out of its folder is refused until `config trust`, which shows what it leads to."""
    outside = project.parent / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("# 甲\n外面的文章", encoding="utf-8")
    (project / "kbsearch.toml").write_text('paths = ["../outside"]', encoding="utf-8")
    refused = run("index", cwd=project)
    assert refused.returncode == 2
    assert "if you trust the file, run: kbsearch config trust" in refused.stderr
    assert not (project / "index").exists()
    trusted = run("config", "trust", cwd=project)
    assert trusted.returncode == 0, trusted.stderr
    assert f"paths: {outside}" in trusted.stdout
    assert run("index", cwd=project).stdout.startswith("1 added")
    assert run("config", "distrust", cwd=project).returncode == 0
    assert run("index", cwd=project).returncode == 2


def test_flags_are_the_users_own(project: Path) -> None:
    """What the user writes on the command line or in the environment may lead anywhere."""
    outside = project.parent / "outside.index"
    done = run("index", str(CORPUS / "Python"), "--index-dir", str(outside), cwd=project)
    assert done.returncode == 0, done.stderr
    assert run("query", "python", "--index-dir", str(outside), cwd=project).returncode == 0


def test_every_setting_is_an_option() -> None:
    """Each setting is a parameter of the commands it names, with KBSEARCH_ and the setting's name as its variable."""
    context = click.Context(cli)
    for key, setting in SETTINGS.items():
        for command, name in setting.parameters.items():
            found = cli.get_command(context, "query" if command == "*" else command)
            assert found is not None
            (parameter,) = [each for each in found.params if each.name == name]
            assert parameter.envvar == f"KBSEARCH_{key.upper()}"
            if isinstance(parameter.type, click.IntRange | click.FloatRange):
                assert (parameter.type.min, parameter.type.max) == (setting.least, setting.most)
            if isinstance(parameter.type, click.Choice):
                assert tuple(parameter.type.choices) == setting.choices


def test_every_command_knows_the_index() -> None:
    """Every command that opens an index takes --index-dir with its variable, and all take --lang and --config."""
    context = click.Context(cli)
    for name, (module, _) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        names = {each.name for each in command.params}
        assert {"lang", "config"} <= names
        if "index_dir" in vars(import_module(module)):
            assert "index_dir" in names
