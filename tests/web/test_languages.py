"""Pages in the reader's language."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
ENGLISH = {"accept-language": "en"}


def test_errors_and_hints(client: TestClient) -> None:
    """What is wrong with a query or an address, and what to do, is said in the reader's language; JSON stays English."""
    page = client.get("/search?q=titel:x", headers=CHINESE)
    assert page.status_code == 400
    assert "没有“titel”这个字段" in page.text
    assert "您想写的可能是 title:" in page.text
    assert "there is no field “titel”" in client.get("/search?q=titel:x", headers=ENGLISH).text
    assert "sort 不能是" in client.get("/search?q=x&sort=y", headers=CHINESE).text
    assert (
        client.get("/api/search?q=titel:x", headers=CHINESE).json()["error"]["message"] == "there is no field “titel”"
    )


def test_notes(client: TestClient) -> None:
    """Notes about a search are said in the reader's language."""
    assert "没有文章包含" in client.get("/search?q=zzzqqqxxx", headers=CHINESE).text
    assert "no post has" in client.get("/search?q=zzzqqqxxx", headers=ENGLISH).text


def test_values_are_escaped_in_both(client: TestClient) -> None:
    """A query that comes back in a message is escaped, whatever the language."""
    for headers in (CHINESE, ENGLISH):
        page = client.get("/search", params={"q": '"<b>x</b>~9zz"~5 <script>:1', "sort": "<i>"}, headers=headers).text
        assert not re.search("<script>|<i>|<b>x", page)
