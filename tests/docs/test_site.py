"""The documentation's site: whole, safe, and searched by kbsearch's own index."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from chromium import watched_page
from extras import require_extra

from kbsearch import KnowledgeBase
from kbsearch.engines.base import SearchRequest
from kbsearch.query.ranking import rank_words
from kbsearch.stored import decode_stored
from kbsearch.synonyms.thesaurus import Thesaurus
from kbsearch.synonyms.user_pairs import read_user_pairs

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/_site"))

require_extra("docs", "sphinx", "furo", "myst_parser")
navigation, search_index, security_policy = map(import_module, ("navigation", "search_index", "security_policy"))

QUERIES = [
    "扩散模型",
    "怎么排除一个词",
    "繁體 簡體",
    "日期范围",
    "kill -9 an update",
    "synonyms of abbreviations",
    "relevance",
    "content security policy",
    "字段 分类",
    "MAIN.toc",
    "exit code",
    "phrases in quotation marks",
    "近三个月",
    "how are lengths of fields kept in the index format",
    "jieba",
    "BM25 weights of bigrams",
    "ＪＳＯＮ ＡＰＩ",
    "安装",
    "命令行 退出码",
    "怎么备份笔记",
]


@pytest.fixture(params=["light", "dark"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page in either colour scheme; any error in its console, its policy's too, fails the test."""
    with watched_page(browser, address, request.param) as (opened, said, asked):
        yield opened
    assert not said
    assert [url for url in asked if not url.startswith((address, "data:"))] == []


def ask(page: Any, query: str) -> None:
    """Type a query into the open dialog, and wait for its answer."""
    page.fill(".kb-search input", "")
    page.wait_for_function("!document.querySelector('#kb-results li')")
    page.fill(".kb-search input", query)
    page.wait_for_selector("#kb-results li, .kb-status:not(:empty)")


@pytest.mark.parametrize(
    ("query", "where", "mark"),
    [
        ("日期 范围", "query-language.html", "日期"),
        ("排除 一个词", "query-language.html", "排除"),
        ("簡體 繁體", "query-language.html", "简体"),
        ("abbreviations", "synonyms.html", "Abbreviations"),
        ("“查询语法”", "query-language.html", "查询语法"),
        ("sigkill", "reliability.html", "SIGKILL"),
        ("Host Origin", "web.html", "Host"),
        ("ＭＡＩＮ.toc", "index-format.html", "MAIN.toc"),
        ("abbrev", "synonyms.html", "abbreviations"),
        ("安装", "tutorial.html", "Install"),
        ("環境變量", "cli.html", "environment"),
    ],
)
def test_search_finds(page: Any, query: str, where: str, mark: str) -> None:
    """Chinese, Traditional, English, quoted and unfinished queries find the section, and mark what matches in it."""
    page.goto("/")
    page.keyboard.press("/")
    ask(page, query)
    hits = page.locator("#kb-results li a")
    targets = [hits.nth(i).get_attribute("href").partition("#")[0].removeprefix("./") for i in range(hits.count())]
    assert where in targets[:3]
    marks = page.locator("#kb-results mark").all_inner_texts()
    assert mark.casefold() in {text.casefold() for text in marks}


def test_search_by_keyboard(page: Any) -> None:
    """/ opens the box, arrows choose, Enter goes to the section, Escape closes; nothing needs a mouse."""
    page.goto("/web.html")
    page.keyboard.press("Control+k")
    ask(page, "查询语法 字段")
    first = page.locator("#kb-results li[aria-selected=true] a").get_attribute("href")
    page.keyboard.press("ArrowDown")
    second = page.locator("#kb-results li[aria-selected=true] a").get_attribute("href")
    assert second != first
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/query-language.html*")
    anchor = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.evaluate("name => Boolean(document.getElementById(name))", anchor)
    page.keyboard.press("/")
    page.wait_for_selector(".kb-search[open]")
    page.keyboard.press("Escape")
    assert not page.locator(".kb-search").evaluate("dialog => dialog.open")


def test_colour_scheme_can_be_chosen(page: Any) -> None:
    """The theme's button changes the colours, and the choice outlasts the page."""
    page.goto("/")
    page.locator("button.theme-toggle:visible").first.click()
    chosen = page.evaluate("document.body.dataset.theme")
    assert chosen in ("light", "dark")
    page.goto("/web.html")
    assert page.evaluate("document.body.dataset.theme") == chosen


def test_search_from_the_address(page: Any) -> None:
    """A query in the address is asked when the page opens."""
    page.goto("/index.html?q=%E5%90%8C%E4%B9%89%E8%AF%8D+synonyms")
    page.wait_for_selector("#kb-results li")


def test_search_without_hits(page: Any) -> None:
    """A misspelt word is answered with the nearest that there is; nonsense with a plain no."""
    page.goto("/")
    page.keyboard.press("/")
    ask(page, "relevence rankking")
    if page.locator("#kb-results li").count() == 0:
        page.locator(".kb-status button").click()
        page.wait_for_selector("#kb-results li")
    ask(page, "qzxjkwv")
    assert page.locator(".kb-status").inner_text().startswith("Nothing found.")


def test_text_of_a_query_stays_text(page: Any) -> None:
    """Nothing in a query is taken for HTML or a pattern."""
    page.goto("/")
    page.keyboard.press("/")
    for query in (
        "<img src=x onerror=alert(1)>",
        "a(b[c{d*e+f?g\\",
        "__proto__ constructor",
        "\ud83d\ude00 型",
        "-",
        '"',
    ):
        page.fill(".kb-search input", query)
    ask(page, "<b>phrases</b>")
    assert page.locator("#kb-results b, .kb-status b").count() == 0


def test_results_on_a_phone(browser: Any, address: str) -> None:
    """At 360 pixels nothing sticks out of the page, with and without the search open."""
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740}, locale="zh-CN")
    opened = context.new_page()
    opened.goto("/index-format.html?q=checksum")
    opened.wait_for_selector("#kb-results li")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_ranks_as_kbsearch_does(browser: Any, address: str, site: Path, tmp_path: Path) -> None:
    """The site's search gives the sections, in the order and with the scores, that an index of them gives.

    Only a query with dictionary words that stand nowhere on the site may be cut otherwise; of these queries, few are.
    """
    head = json.loads((site / "search/head.json").read_text(encoding="utf-8"))
    pages = [search_index.Page(url, title, _source(url)) for url, title in head["pages"]]
    parts = search_index.parts_of(pages)
    context = browser.new_context(base_url=address)
    opened = context.new_page()
    opened.goto("/")
    found = opened.evaluate(
        """async queries => {
            const { Engine } = await import(new URL("_static/engine.js", location.href));
            const engine = await Engine.open(async name => (await fetch("search/" + name)).json());
            const answers = [];
            for (const query of queries) {
                const scores = new Float64Array(engine.index.count);
                const words = await engine.analyzer.words(query);
                const { hits } = await engine.ranker.rank(query, words, scores);
                const ranked = [...hits].map(hit => [hit, scores[hit]]).sort((a, b) => b[1] - a[1]);
                answers.push([words.map(word => word.text), ranked]);
            }
            return answers;
        }""",
        QUERIES,
    )
    context.close()
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([part.post for part in parts])
        number = {part.post.id: i for i, part in enumerate(parts)}
        index = kb._last.open()
        names = Thesaurus(b"", read_user_pairs(search_index.SYNONYMS))
        alike = 0
        for query, (words, answer) in zip(QUERIES, found, strict=True):
            if words != [word.text for word in index.corpus.analyzer.query_words(query)]:
                continue
            alike += 1
            ranked = rank_words(query, index.corpus.analyzer, index.reader, names)
            assert ranked is not None
            hits = index.reader.search(SearchRequest(ranked.node, limit=len(parts))).hits
            wanted = {number[decode_stored(index.reader.stored(ref)).post.id] for ref, _ in hits}
            assert wanted == {hit for hit, _ in answer}, query
            assert [score for _, score in answer[:10]] == pytest.approx([score for _, score in hits[:10]], rel=2e-3), (
                query
            )
        assert alike >= 0.8 * len(QUERIES)


def _source(url: str) -> str:
    """The Markdown of a page of the site, as the generator saw it."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from build_docs import staged_text

    return staged_text(url.removesuffix(".html"))


def test_every_page_is_in_the_navigation(site: Path) -> None:
    """Each page of docs/ is a page of the site, with a link to it from the front page."""
    front = (site / "index.html").read_text(encoding="utf-8")
    for source in (ROOT / "docs").glob("*.md"):
        assert (site / f"{source.stem}.html").exists()
        assert source.stem == "index" or f'href="{source.stem}.html"' in front
    named = [name for group in navigation.GROUPS.values() for name in group]
    assert len(named) == len(set(named))
    assert "new-page" in navigation.navigation({"index", "tutorial", "new-page"})


def test_the_generators_own_search_is_off(site: Path) -> None:
    """The site has one search: ours."""
    assert not list(site.rglob("searchindex.js")) and not (site / "search.html").exists()
    assert not (site / "_static/searchtools.js").exists() or "searchtools.js" not in (site / "index.html").read_text()
    assert (site / "search/head.json").exists()


def test_policy(site: Path) -> None:
    """Every page forbids what is not its own, and needs none of it."""
    for path in site.glob("*.html"):
        page = path.read_text(encoding="utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert not re.findall(r'<[^>]+ (?:style|on\w+)="', page)
    assert security_policy.with_policy('<meta charset="utf-8"><script>alert(1)</script>').count("'sha256-") == 1


def test_a_query_reads_little(site: Path) -> None:
    """The index is in small files: what every query reads is under 100 kB, each further file under 60 kB."""
    sizes = {path.name: path.stat().st_size for path in (site / "search").iterdir()}
    assert sizes.pop("head.json") < 100_000
    assert max(size for name, size in sizes.items() if name.startswith("terms-")) < 60_000
