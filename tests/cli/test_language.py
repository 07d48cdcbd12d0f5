"""Output in Chinese and English."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch.cli.terminal import columns

HAN = re.compile("[一-鿿]")


def run(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing but these variables saying the language."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KBSEARCH_", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env={**clean, "COLUMNS": "80", **variables},
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with posts of the sample corpus, indexed."""
    folder = tmp_path_factory.mktemp("language")
    shutil.copytree(Path(__file__).parents[2] / "corpus" / "Python", folder / "corpus")
    assert run("index", "corpus", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("variables", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_TW"}, True),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, False),
        ({"LANG": "C", "LC_MESSAGES": "C", "LC_ALL": "zh_CN"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
        ({"LC_ALL": "zh_CN.UTF-8", "KBSEARCH_LANG": "en"}, False),
        ({"LC_ALL": "C", "KBSEARCH_LANG": "zh"}, True),
    ],
)
def test_the_environment_decides(home: Path, variables: dict[str, str], chinese: bool) -> None:
    """KBSEARCH_LANG, LC_ALL, LC_MESSAGES and LANG decide, the first that is set; in output, help and errors."""
    for arguments in (["status"], ["query", "--help"], ["query", "titel:x"], ["query", "--nonsense"]):
        done = run(*arguments, cwd=home, **variables)
        output = re.sub("标题|标签|分类|日期|近三个月|扩散模型|采样", "", done.stdout + done.stderr)
        assert bool(HAN.search(output)) == chinese, output


def test_the_flag_decides(home: Path) -> None:
    """--lang wins, before the command or after it."""
    for arguments in (["--lang", "zh", "status"], ["status", "--lang", "zh"], ["--lang", "zh", "--help"]):
        assert HAN.search(run(*arguments, cwd=home, KBSEARCH_LANG="en").stdout)
    assert not HAN.search(run("status", "--lang", "en", cwd=home, KBSEARCH_LANG="zh").stdout)
    done = run("status", "--lang", "fr", cwd=home)
    assert done.returncode == 2
    assert "'en', 'zh'" in done.stderr


def test_commands_in_chinese(home: Path) -> None:
    """What commands say is Chinese: summaries, notes, hints, errors, usage."""

    def said(*arguments: str) -> str:
        done = run(*arguments, cwd=home, KBSEARCH_LANG="zh")
        return done.stdout + done.stderr

    assert re.match(r"python：共 \d+ 篇，第 1–2 篇 · \d+ 毫秒\n", said("query", "python", "-n", "2"))
    assert "注意：没有文章包含“zzzqqq”\n没有找到“zzzqqq”\n" in said("query", "zzzqqq")
    assert said("query", "titel:x").endswith(
        "kbsearch: 没有“titel”这个字段\n  提示：您想写的可能是 title:；如果要搜索这段文字本身，请加引号\n"
    )
    assert "新增 0，更新 0，移除 0，未变" in said("index", "corpus")
    assert said("query", "x", "--index-dir", "none") == "kbsearch: none：这里没有索引；请先建立：kbsearch index 目录\n"
    assert "错误：没有选项 --nonsense。" in said("query", "--nonsense")
    assert "的值无效：0 不在范围 1<=x<=10000 内。" in said("query", "x", "-n", "0")
    assert "标签" in said("query", "python", "--facets")
    assert "没有 id 为“nope”的文章" in said("show", "nope")


def test_json_is_the_same(home: Path) -> None:
    """JSON has the same keys and values in both languages, warnings included."""
    for arguments in (["query", "python 非", "--facets"], ["query", "zzzqqq"], ["latest"], ["tags"]):
        english, chinese = (
            json.loads(run(*arguments, "--json", "--lang", each, cwd=home).stdout) for each in ("en", "zh")
        )
        for form in (english, chinese):
            if isinstance(form, dict):
                form.pop("took_ms", None)
        assert english == chinese


def test_columns_are_aligned(home: Path) -> None:
    """Values begin in the same column whatever the width of their labels; help keeps within the terminal."""
    rows = run("status", cwd=home, KBSEARCH_LANG="zh").stdout.splitlines()
    starts = {columns(re.match(r"\S+\s+", row)[0]) for row in rows}  # type: ignore[index]  # every row has a label
    assert len(starts) == 1
    for command in ("query", "index", "config", "serve"):
        help = run(command, "--help", cwd=home, KBSEARCH_LANG="zh").stdout
        assert "选项：" in help
        assert all(columns(line) <= 80 for line in help.splitlines()), help
