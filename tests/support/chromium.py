"""A real browser, for the tests of pages: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

__all__ = ["chromium", "missing", "watched_page"]

_SWITCHES = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update")


def missing(reason: str) -> NoReturn:
    """What a test needs is not here: it skips, but where ``CI`` is set it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser (playwright's ``Browser``), closed at the end."""
    executable = os.environ.get("KBSEARCH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        missing("playwright is not installed: pip install 'kbsearch[test]'")
    if executable is None:
        missing("no Chromium here: install chromium, or set KBSEARCH_CHROMIUM")
    switches = list(_SWITCHES)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        switches.append("--no-sandbox")  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=switches)
        yield opened
        opened.close()


@contextmanager
def watched_page(browser: Any, address: str, colours: str) -> Iterator[tuple[Any, list[str], list[str]]]:
    """A page in the colour scheme ``light`` or ``dark``; with it, filled as it goes, what its console says against it
    (errors and warnings, its policy's too) and the addresses it asks for.
    """
    context = browser.new_context(base_url=address, color_scheme=colours, locale="en-US")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    yield page, said, asked
    context.close()
