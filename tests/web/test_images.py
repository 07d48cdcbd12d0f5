from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra 'web' is not installed")

from starlette.testclient import TestClient

from kbsearch import KnowledgeBase
from kbsearch.web import create_app
from kbsearch.web.images import image_path, read_image

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "a" / "img").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "a" / "post.md").write_text("![one](img/x.png) ![two](../y.svg) ![out](../../secret.png)", "utf-8")
    (folder / "a" / "img" / "x.png").write_bytes(PNG)
    (folder / "y.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "utf-8")
    (folder / ".git" / "z.png").write_bytes(PNG)
    (folder / "key.txt").write_text("secret", "utf-8")
    (tmp_path / "secret.png").write_bytes(PNG)
    return folder


def test_images_of_posts_are_served_as_images_only(notes: Path, tmp_path: Path) -> None:
    """With their type, nosniff, and a policy under which an SVG can run nothing; images outside are dead."""
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes, workers=1)
        with TestClient(create_app(kb), base_url="http://localhost") as client:
            page = client.get("/post/a/post.md").text
            assert 'src="/image/a/img/x.png"' in page and 'src="/image/y.svg"' in page
            assert "secret.png" not in page.replace("out", "")
            assert client.get("/image/a/img/x.png").content == PNG
            answer = client.get("/image/y.svg")
            assert answer.headers["content-type"] == "image/svg+xml"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in answer.headers["content-security-policy"]
            for path in ("../secret.png", "%2e%2e/secret.png", "..%2fsecret.png", "a/post.md", "key.txt", ".git/z.png"):
                assert client.get(f"/image/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "path",
    ["../secret.png", "a/../../secret.png", "/etc/x.png", "a//img/x.png", "./y.svg", "a\\img\\x.png", "a/img/x.png\0",
     "C:/x.png",
     ".git/z.png", "key.txt", "a", "", "nul.png", "a/img"],
)  # fmt: skip
def test_no_path_leads_out(notes: Path, path: str) -> None:
    """Dots, absolute paths, other separators, hidden folders, other types: nothing."""
    assert read_image([("", notes)], path) is None


def test_links_are_not_followed(notes: Path, tmp_path: Path) -> None:
    """Neither as the file nor in the middle of the path, wherever they lead; nor is anything but a file read."""
    (notes / "link.png").symlink_to(tmp_path / "secret.png")
    (notes / "inside.png").symlink_to(notes / "a" / "img" / "x.png")
    (notes / "folder").symlink_to(tmp_path)
    os.mkfifo(notes / "pipe.png")
    for path in ("link.png", "inside.png", "folder/secret.png", "pipe.png"):
        assert read_image([("", notes)], path) is None, path
    assert read_image([("", notes)], "a/img/x.png") == (PNG, "image/png")


def test_second_folder_has_its_name_before_it(notes: Path, tmp_path: Path) -> None:
    """As ids of its posts have."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "o.png").write_bytes(PNG)
    roots = [("", notes), ("other/", other)]
    assert read_image(roots, "other/o.png") == (PNG, "image/png")
    assert read_image(roots, "o.png") is None


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("x.png", "a/x.png"),
        ("../x.png", "x.png"),
        ("../../x.png", ""),
        ("/x.png", "x.png"),
        ("b%20c.JPG?raw=1#f", "a/b c.JPG"),
        ("x.html", ""),
        ("..\\x.png", ""),
        ("%2e%2e/%2e%2e/x.png", ""),
    ],
)
def test_addresses_in_posts(address: str, path: str) -> None:
    """Relative to the post's folder, never above the indexed one."""
    assert image_path("a/post.md", address) == path
