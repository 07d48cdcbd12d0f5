from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from kbsearch import KnowledgeBase


def test_front_page_lists_latest_by_date_with_category(client: TestClient, kb: KnowledgeBase) -> None:
    """LATEST UPDATES: newest first, twelve a page, each with day, category, title, beginning."""
    page = client.get("/").text
    shown = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', page)
    expected = [hit.title for hit in kb.latest(limit=12).hits]
    assert [unescape(title) for title in shown] == expected
    assert "LATEST UPDATES" in page and "Generative Model" in page
    days = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)"', page)
    assert days == sorted(days, reverse=True) and days


def test_front_page_turns_pages_and_narrows_to_a_category(client: TestClient) -> None:
    """Pages are numbered links; a category's page holds only its posts."""
    assert 'href="/?page=2"' in client.get("/").text
    assert 'aria-current="page">2<' in client.get("/?page=2").text
    page = client.get("/?category=NLP").text
    assert set(re.findall(r'<p class="kicker">(.*?)</p>', page)) == {"NLP"}


def test_results_mark_matches_and_say_how_they_matched(client: TestClient) -> None:
    """Marks in title and excerpt; each hit says how it matched."""
    page = client.get("/search?q=扩散模型", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
    assert "<mark>扩散模型</mark>" in page and "全部词" in page
    assert '<html lang="zh-CN">' in page
    assert "all words" in client.get("/search?q=扩散模型", headers={"accept-language": "en"}).text


def test_facets_are_links_that_narrow_and_let_go(client: TestClient, kb: KnowledgeBase) -> None:
    """Following a facet narrows; the same link then lets go; other categories stay to choose."""
    page = client.get("/search?q=模型").text
    href = unescape(re.search(r'href="(/search\?[^"]*category=Python[^"]*)"', page)[1])  # type: ignore[index]
    narrowed = client.get(href).text
    expected = kb.search("模型", categories=["Python"]).total
    assert f"<b>{expected} post" in narrowed
    assert 'class="chosen"' in narrowed and "category=NLP" in narrowed
    assert 'href="/search?q=%E6%A8%A1%E5%9E%8B"' in narrowed


def test_chart_counts_hits_by_year(client: TestClient, kb: KnowledgeBase) -> None:
    """One bar a year, with the facet's count, leading to that year; no inline style."""
    page = client.get("/search?q=模型").text
    bars = dict(re.findall(r'aria-label="(\d{4}): (\d+) posts?"', page))
    counts = kb.search("模型", facets=("year",)).facets["year"]
    assert {year: int(count) for year, count in bars.items()} == dict(counts)
    assert "since=2023&amp;until=2023" in page
    assert "style=" not in page


def test_sort_and_pages(client: TestClient, kb: KnowledgeBase) -> None:
    """The order and the page are those of the library."""
    page = client.get("/search?q=模型&sort=oldest&limit=5&page=2").text
    shown = [unescape(re.sub("<.*?>", "", title)) for title in re.findall(r"<h2><a[^>]*>(.*?)</a></h2>", page)]
    assert shown == [hit.title for hit in kb.search("模型", sort="oldest", limit=5, offset=5).hits]
    assert '<ol class="hits" start="6">' in page


def test_fragment_is_the_results_alone(client: TestClient) -> None:
    """What the script fetches is the inside of the page's results."""
    fragment = client.get("/results?q=模型").text
    assert "<html" not in fragment and 'class="hits"' in fragment


@pytest.mark.parametrize("query", ["foo:bar", "date:notadate", '"', "((((", "AND OR", "*" * 50, "的", " ", "x" * 9_000])
def test_odd_queries_get_a_clear_page(client: TestClient, query: str) -> None:
    """A query error is a page with status 400 that shows the place; nothing is a server error."""
    answer = client.get("/search", params={"q": query})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert 'role="alert"' in answer.text and 'class="caret"' in answer.text


def test_post_page_has_formulas_code_contents_links(client: TestClient) -> None:
    """Formulas as MathML, code in colour, contents with anchors that exist, links to posts, what links here."""
    page = client.get("/post/Generative Model/ddpm.md").text
    assert "<math" in page and 'class="latex"' not in page and "$$" not in page
    assert '<pre tabindex="0" data-language="python">' in page and 'class="kn"' in page
    anchors = set(re.findall(r'<h\d id="([^"]+)"', page))
    linked = {unescape(a) for a in re.findall(r'<li class="depth\d"><a href="#([^"]+)"', page)}
    from urllib.parse import unquote

    assert linked and {unquote(anchor) for anchor in linked} == anchors
    assert 'class="internal" href="/post/Generative%20Model/%E9%87%8D' in page
    assert "Linked from" in page and "Related" in page and 'rel="prev"' in page


def test_every_sample_post_renders(client: TestClient, kb: KnowledgeBase) -> None:
    """Each with its title, no formula left as LaTeX, no dead link."""
    for stored in kb.posts():
        if stored.post.id in ("evil.md", "../odd//id?x#y.md"):
            continue
        answer = client.get("/post", params={"id": stored.post.id})
        assert answer.status_code == 200, stored.post.id
        assert 'class="latex"' not in answer.text, stored.post.id
        assert 'class="dead"' not in answer.text, stored.post.id


def test_post_reached_from_a_search_has_its_matches_marked(client: TestClient) -> None:
    """All of them, and a way back."""
    page = client.get("/post/Generative Model/ddpm.md?q=采样").text
    body = page[page.index('class="prose"') :]
    assert body.count("<mark>采样</mark>") >= 3
    assert 'href="/search?q=%E9%87%87%E6%A0%B7"' in page


def test_section_links_of_results_exist_on_the_post_page(client: TestClient, kb: KnowledgeBase) -> None:
    """The anchor that a hit names is an anchor of the page."""
    for hit in kb.search("采样 模型 梯度", limit=20).hits:
        if hit.section.anchor and hit.id != "evil.md":
            page = client.get("/post", params={"id": hit.id}).text
            assert f'id="{hit.section.anchor}"' in page, (hit.id, hit.section.anchor)


def test_odd_ids_have_an_address(client: TestClient) -> None:
    """An id that browsers would change in a path goes into a parameter."""
    page = client.get("/search?q=wombat").text
    href = unescape(re.search(r'<h2><a href="([^"]+)"', page)[1])  # type: ignore[index]
    assert href.startswith("/post?id=")
    assert "An odd id" in client.get(href).text


@pytest.mark.parametrize("address", ["/post/none.md", "/post", "/none", "/image/none.png", "/image/Python/pdb.md"])
def test_what_is_not_there_is_a_page(client: TestClient, address: str) -> None:
    """404 with a page in the reader's language."""
    answer = client.get(address)
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")


def test_unknown_parameters_are_refused(client: TestClient) -> None:
    """Also on pages: a misspelt filter must not show everything."""
    for address in ("/?categry=NLP", "/search?q=a&tags=b", "/post/evil.md?x=1", "/search?q=a&q=b", "/search?limit=0"):
        assert client.get(address).status_code == 400
