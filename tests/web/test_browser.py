"""The pages in a real browser, served by a real server on a loopback port.

Without Chromium these tests skip, but where ``CI`` is set a missing browser is a failure.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import chromium, watched_page
from web_process import web_server

from kbsearch import KnowledgeBase


@pytest.fixture(scope="module")
def server(kb: KnowledgeBase) -> Iterator[str]:
    """``kbsearch serve`` in a process of its own; its address."""
    with web_server(kb.folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(params=["light", "dark"])
def page(browser: Any, server: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of either colour scheme; whatever the console says against it fails the test."""
    with watched_page(browser, server, request.param) as (opened, said, asked):
        yield opened
    assert [text for text in said if "400 (Bad Request)" not in text] == []
    assert [url for url in asked if not url.startswith(server)] == [], "a page asked another site for something"


def test_results_come_as_one_types(page: Any) -> None:
    """On the front page too; the address follows; going back leads back."""
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("diffusion model", delay=15)
    page.wait_for_selector(".hits .hit mark")
    page.wait_for_url("**/search?q=diffusion+model")
    page.keyboard.type(" zzz")
    page.wait_for_url("**/search?q=diffusion+model+zzz")
    page.go_back()
    page.wait_for_selector("h1.latest")


def test_keyboard_moves_through_hits_and_opens(page: Any) -> None:
    """Down from the box to the hits, up again, Enter opens, matches marked."""
    page.goto("/search?q=采样")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    focused = "document.activeElement.closest('.hit')?.querySelector('h2')?.textContent"
    first = page.evaluate(focused)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(focused)
    assert first and second and first != second
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == first
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.className") == "box"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("article.post")
    assert page.locator("article.post h1").inner_text() == first
    assert page.locator(".prose mark").count() > 0


def test_filters_change_the_page_without_a_reload(page: Any) -> None:
    """A click on a facet narrows and ticks it; another lets go; the typed query stays."""
    page.goto("/search?q=模型")
    page.evaluate("window.same = true")
    count = page.locator(".summary b").inner_text()
    page.click(".facets a:has-text('NLP')")
    page.wait_for_selector(".facets a.chosen")
    assert "category=NLP" in page.url and page.locator(".summary b").inner_text() != count
    page.click(".chart a[aria-label^='2024']")
    page.wait_for_url("**since=2024**")
    page.go_back()
    page.wait_for_selector(".chart a.chosen", state="detached")
    page.click(".facets li a.chosen")
    page.wait_for_selector(".facets li a.chosen", state="detached")
    assert page.locator(".summary b").inner_text() == count
    assert page.evaluate("window.same") is True


def test_input_methods_are_left_alone(page: Any) -> None:
    """While Chinese is being composed, the half-written text is not searched for."""
    page.goto("/search")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    session = page.context.new_cdp_session(page)
    page.focus(".box")
    session.send("Input.imeSetComposition", {"text": "kuo san", "selectionStart": 7, "selectionEnd": 7})
    page.wait_for_timeout(400)
    assert not [url for url in asked if "/results" in url]
    session.send("Input.insertText", {"text": "扩散"})
    page.wait_for_selector(".hits .hit mark")
    assert page.locator(".hits mark").first.inner_text() == "扩散"


def test_posts_show_formulas_and_hostile_ones_do_nothing(page: Any) -> None:
    """MathML has a size; nothing in a post that means harm runs, loads or covers the page."""
    page.goto("/post/Generative%20Model/ddpm.md")
    assert page.locator("math").count() > 10
    assert page.locator("math[display=block]").first.bounding_box()["height"] > 15
    page.on("dialog", lambda dialog: pytest.fail("a script of a post ran"))
    page.goto("/post/evil.md")
    page.wait_for_timeout(300)
    assert page.locator(".prose").is_visible() and page.locator("iframe, form[action*=evil], base").count() == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_overflows(page: Any, width: int) -> None:
    """No page scrolls sideways, on a phone or elsewhere."""
    page.set_viewport_size({"width": width, "height": 800})
    for address in (
        "/",
        "/search?q=扩散模型",
        "/post/Generative%20Model/ddpm.md",
        "/post/evil.md",
        "/search?q=foo:bar",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_works_without_javascript(browser: Any, server: str) -> None:
    """Searching, filtering, paging and reading are links and a form."""
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill(".box", "模型")
    page.press(".box", "Enter")
    page.wait_for_selector(".hits .hit")
    page.click(".facets a:has-text('NLP')")
    page.wait_for_selector(".facets a.chosen")
    page.fill(".box", "词向量")
    page.click(".ask button")
    assert "category=NLP" in page.url and page.locator(".facets a.chosen").count() == 1
    page.click(".hit h2 a")
    page.wait_for_selector("article.post")
    context.close()


def test_server_answers_many_at_once(server: str) -> None:
    """Fifty threads with one question each: every answer is whole."""
    from concurrent.futures import ThreadPoolExecutor
    from urllib.parse import quote

    def ask(n: int) -> int:
        query = quote(["扩散模型", "attention", "生成器", "梯度", "模型 采样"][n % 5])
        with urllib.request.urlopen(f"{server}/api/search?q={query}", timeout=60) as answer:
            return int(answer.status)

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(ask, range(100))) == {200}
