"""The pictures of the README show what the program does today."""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kbsearch.cli.terminal import columns

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

make_picture = pytest.importorskip("make_picture", reason="there are no pseudo-terminals here")

SVG = (ROOT / "docs/images/terminal.svg").read_text(encoding="utf-8")


def test_the_picture_is_what_the_program_prints() -> None:
    """The committed picture is, but for times, what its commands print now; scripts/make_picture.py makes it anew."""
    assert make_picture.picture(make_picture.printed()) == SVG


def test_each_cell_has_its_place() -> None:
    """Text is as wide as its columns, wide characters two, and nothing overlaps or leaves the picture."""
    text = r'<text x="([\d.]+)" y="(\d+)" textLength="([\d.]+)"[^>]*>([^<]*)</text>'
    drawn = [(float(x), int(y), float(length), unescape(said)) for x, y, length, said in re.findall(text, SVG)]
    assert len(drawn) > 50
    end, line = 0.0, 0
    for x, y, length, said in drawn:
        assert length == pytest.approx(columns(said) * 8.4, abs=0.06)
        assert y > line or x >= end - 0.2
        end, line = x + length, y
        assert end <= 84 * 8.4 + 20.1


def test_the_picture_is_plain() -> None:
    """It is well-formed, has a title for those who cannot see it, runs nothing and loads nothing, and has both schemes."""
    root = ElementTree.fromstring(SVG)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {"svg", "title", "style", "rect", "path", "circle", "text"}
    assert "kbsearch query" in (root.findtext("{http://www.w3.org/2000/svg}title") or "")
    assert "prefers-color-scheme:dark" in SVG and "url(" not in SVG and "\x1b" not in SVG


def test_escape_sequences_become_styles() -> None:
    """Colours end where they end, links are left out, and columns count wide characters twice."""
    link = "\x1b]8;;file:///x\x1b\\"
    runs = list(make_picture.runs_of(f"{link}\x1b[1;33m扩散\x1b[0m a<b"))
    assert runs == [(0, "扩散", "b y h"), (5, "a<b", "")]


def test_the_web_picture_is_small() -> None:
    """The picture of the web page is a PNG of at most 200 kB."""
    data = (ROOT / "docs/images/web.png").read_bytes()
    assert data.startswith(b"\x89PNG") and len(data) <= 200_000
