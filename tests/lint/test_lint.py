"""What lint finds in posts, where, and what it advises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post
from kbsearch.lint import Finding, LintReport

LONG = "一段足够长的文字，" * 3 + "".join(map(chr, range(0x4E00, 0x4E00 + 900)))
FILES = {
    "good.md": "---\ntitle: 好\ndate: 2024-01-05\ntags: [PyTorch, 机器学习]\n---\n见 [另一篇](b/dates.md)。\n",
    "b/dates.md": "---\ntitle: 坏\ndate: 05/03/2024\nupdated: 2031-01-01\ntags:\n  - pytorch\n  - NLP\n---\n文 #機器學習 字\n",
    "b/back.md": "---\ndate: 2024-05-05\nupdated: 2023-01-01\n---\n[好](../good.md)\n\n再见 [没有](gone.md) 和 [[Nothing]]。\n",
    "copy-1.md": f"---\ndate: 2024-01-01\n---\n{LONG}\n[好](good.md)\n",
    "copy-2.md": f"---\ndate: 2024-02-02\n---\n{LONG}\n[好](good.md)\n",
    "more.md": '---\ntags: [PyTorch, 机器学习]\n---\n[好](good.md)\n[站](/tags/x/) [首页](/) [图](a.png) [短]({{< relref "x" >}})\n',
    "alone.md": "孤零零的一篇",
}
TODAY = dt.date(2026, 1, 1)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def findings(notes: Path, **options: object) -> tuple[LintReport, dict[str, list[Finding]]]:
    with KnowledgeBase(notes / "index") as kb:
        kb.index(notes / "notes", workers=1)
        report = kb.lint(today=TODAY, **options)  # type: ignore[arg-type]
    return report, {post.id: list(post.findings) for post in report.posts}


def test_everything(notes: Path) -> None:
    """Each post is listed once with all that is wrong in it, by line; posts without a fault are not listed."""
    report, found = findings(notes)
    places = {id: [(finding.kind, finding.line) for finding in each] for id, each in found.items()}
    assert places == {
        "alone.md": [("orphan", 1)],
        "b/back.md": [("date", 3), ("link", 7), ("link", 7)],
        "b/dates.md": [("date", 3), ("date", 4), ("tag", 6), ("tag", 9)],
        "copy-2.md": [("duplicate", 4)],
    }
    assert report.counts == {"date": 3, "tag": 2, "link": 2, "duplicate": 1, "orphan": 1}
    assert report.checked == 7
    assert all(finding.message and finding.advice for each in found.values() for finding in each)


def test_what_is_said(notes: Path) -> None:
    """A finding names the value that is wrong, and what to write instead."""
    _, found = findings(notes)
    unreadable, future, case, script = found["b/dates.md"]
    assert "05/03/2024" in unreadable.message and "YYYY-MM-DD" in unreadable.advice
    assert "2031-01-01" in future.message
    assert "pytorch" in case.message and "PyTorch" in case.advice
    assert "機器學習" in script.message and "机器学习" in script.advice
    assert found["copy-2.md"][0].others == ("copy-1.md",)
    assert {link.message for link in found["b/back.md"][1:]} == {
        "the link to gone.md leads to no post",
        "the link to Nothing leads to no post",
    }


def test_kinds(notes: Path) -> None:
    """Only the kinds asked for are looked for; orphans asked for are listed however many there are."""
    report, found = findings(notes, kinds=["link"])
    assert set(found) == {"b/back.md"} and set(report.counts) == {"link"}


def test_orphans_are_usual_where_nobody_links(tmp_path: Path) -> None:
    """Where most posts have no links, lint says so once instead of naming each; asked for, it names them."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([Post(id=f"{number}.md", text=f"第 {number} 篇") for number in range(5)])
        report = kb.lint()
        assert report.posts == () and "5 posts" in report.notes[0]
        assert len(kb.lint(kinds=["orphan"]).posts) == 5


def test_files_that_are_gone(notes: Path) -> None:
    """Without the files, findings are the same, on the first line if the front matter is needed for it."""
    with KnowledgeBase(notes / "index") as kb:
        kb.index(notes / "notes", workers=1)
        (notes / "notes/b/dates.md").unlink()
        report = kb.lint(today=TODAY)
    (dates,) = [post for post in report.posts if post.id == "b/dates.md"]
    assert [finding.line for finding in dates.findings] == [1, 1, 1, 1]


def test_an_empty_index(tmp_path: Path) -> None:
    """An index without posts has nothing to mend."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([])
        assert kb.lint() == LintReport((), 0, {})


def test_sample_corpus_is_clean(tmp_path: Path, sample_corpus: Path) -> None:
    """The sample posts have nothing that wants mending."""
    with KnowledgeBase(tmp_path) as kb:
        kb.index(sample_corpus, workers=1)
        assert kb.lint().posts == ()


def test_real_duplicates(tmp_path: Path, shared_data: Path) -> None:
    """Among real pages, those left untranslated and an old draft are found, and pages of one template are not."""
    names = [
        *(f"cloudwego/content/{language}/cooperation/semir.md" for language in ("en", "zh")),
        "hexo-vra/tsn-install.md", "hexo-vra/tsn-usage.md",
        "tidb-zh/tiup/tiup-component-cluster-restart.md", "tidb-zh/tiup/tiup-component-dm-restart.md",
        "tidb-zh/develop/dev-guide-sample-application-python-pymysql.md",
        "tidb-zh/develop/dev-guide-sample-application-python-mysql-connector.md",
    ]  # fmt: skip
    with KnowledgeBase(tmp_path) as kb:
        paths = [shared_data / "posts" / name for name in names]
        kb.add([Post(id=name, text=path.read_text(encoding="utf-8")) for name, path in zip(names, paths, strict=True)])
        found = {(post.id, *finding.others) for post in kb.lint(kinds=["duplicate"]).posts for finding in post.findings}
    assert found == {(names[1], names[0]), (names[3], names[2])}
