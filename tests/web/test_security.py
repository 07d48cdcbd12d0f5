from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from web_dangers import HOSTILE, dangers

from kbsearch.web.security import allowed_hosts

PAGES = [
    "/",
    "/search?q=quokka",
    "/results?q=quokka",
    "/post/evil.md",
    "/post/evil.md?q=quokka",
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/search?q=a&category=%22%3E%3Cscript%3E",
    "/search?q=a&since=%3Cscript%3E",
    "/search?q=foo:%3Cscript%3E",
    "/search?%3Cscript%3E=1",
    "/post/%3Cscript%3E",
    "/%3Cscript%3Ealert(1)%3C/script%3E",
]


@pytest.mark.parametrize("address", PAGES)
def test_nothing_from_posts_or_addresses_becomes_markup(client: TestClient, address: str) -> None:
    """Titles, tags, texts, formulas, code and queries with HTML in them come out as text."""
    page = client.get(address).text
    assert dangers(page) == []
    assert page.count("<script") == page.count('<script src="/static/search.js" defer></script>')


def test_hostile_title_is_shown_as_written(client: TestClient) -> None:
    """Escaping loses nothing: the title reads as its author wrote it."""
    from html import unescape

    assert HOSTILE in unescape(client.get("/post/evil.md").text)


@pytest.mark.parametrize("address", [*PAGES, "/static/style.css", "/api/search?q=a", "/api/none", "/openapi.json"])
def test_every_answer_carries_the_headers(client: TestClient, address: str) -> None:
    """Pages, files, JSON and errors alike."""
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_own_names_are_answered(client: TestClient, host: str) -> None:
    """Every name of this machine's loopback, at any port."""
    assert client.get("/api/posts", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "192.168.1.5"]
)
def test_foreign_names_are_refused(client: TestClient, host: str) -> None:
    """A name that someone made to point here (DNS rebinding) gets nothing."""
    answer = client.get("/api/search?q=a", headers={"host": host})
    assert answer.status_code == 421
    assert "results" not in answer.json()


def test_bound_to_all_addresses_only_names_are_refused() -> None:
    """A literal address cannot be rebound; names need --allow-host."""
    hosts = allowed_hosts("0.0.0.0", ["notes.example"])
    assert {"*ip", "notes.example", "localhost"} <= hosts
    assert "*ip" not in allowed_hosts("127.0.0.1")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9000"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
def test_other_sites_pages_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    """Another origin, another port included, can neither fetch nor embed."""
    assert client.get("/api/search?q=a", headers=headers).status_code == 403


def test_own_page_and_links_from_elsewhere_are_answered(client: TestClient) -> None:
    """The page's own requests, and following a link that stands on another site."""
    assert client.get("/results?q=a", headers={"origin": "http://localhost:8000"}).status_code == 200
    linked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=linked).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading(client: TestClient, method: str) -> None:
    """Nothing but GET and HEAD."""
    assert client.request(method, "/api/search?q=a").status_code == 405
    assert client.head("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/image/../../etc/passwd"]
)
def test_no_path_leads_out_of_what_is_served(client: TestClient, path: str) -> None:
    """Neither static files nor images."""
    assert client.get(path).status_code == 404
