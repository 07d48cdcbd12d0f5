"""No path leads out of the corpus, and nothing outside the index folder is ever written or deleted."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest

from kbsearch import InputError, KbsearchError, KnowledgeBase, NotFoundError, Post
from kbsearch.check import check_index
from kbsearch.engines import ENGINES
from kbsearch.errors import IndexCorruptError, IndexUnusableError
from kbsearch.repair import repair_index

SECRET = "绝密 secret-word"


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Notes to index, and beside them what must stay outside."""
    (tmp_path / "notes" / "sub").mkdir(parents=True)
    (tmp_path / "notes" / "a.md").write_text("扩散模型", encoding="utf-8")
    (tmp_path / "notes" / "sub" / "b.md").write_text("采样", encoding="utf-8")
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "secret.md").write_text(SECRET, encoding="utf-8")
    (tmp_path / "outside" / "deep" / "secret.md").write_text(SECRET, encoding="utf-8")
    return tmp_path


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_links_do_not_lead_out(home: Path) -> None:
    """Links to files and folders outside, at the end or in the middle of a path, absolute or with `..`, are named or
    passed over; what they lead to is never indexed.
    """
    notes, outside = home / "notes", home / "outside"
    (notes / "file.md").symlink_to(outside / "secret.md")
    (notes / "relative.md").symlink_to("../outside/secret.md")
    (notes / "folder").symlink_to(outside)
    (notes / "sub" / "middle").symlink_to(outside / "deep")
    (notes / "chain.md").symlink_to(notes / "file.md")
    (notes / "loop").symlink_to(notes / "loop")
    (notes / "self").symlink_to(notes)
    (notes / "dangling.md").symlink_to(home / "nowhere")
    with KnowledgeBase(home / "index") as kb:
        report = kb.index(notes)
        assert {stored.post.id for stored in kb.posts()} == {"a.md", "sub/b.md"}
        assert kb.search("secret-word").total == 0
        assert {"file.md", "relative.md"} <= {each.path for each in report.skipped}


def test_folder_swapped_for_a_link(home: Path) -> None:
    """A folder that becomes a link between two updates takes its posts along; those behind the link do not come in."""
    notes = home / "notes"
    with KnowledgeBase(home / "index") as kb:
        kb.index(notes)
        (notes / "sub" / "b.md").unlink()
        (notes / "sub").rmdir()
        (notes / "sub").symlink_to(home / "outside")
        kb.index(notes)
        assert {stored.post.id for stored in kb.posts()} == {"a.md"}
        with pytest.raises(KbsearchError):
            kb.index(notes / "sub" / "nowhere.md")


def test_devices_pipes_and_sockets(home: Path) -> None:
    """A pipe, a socket and a link to a device named like notes are never opened; naming one is an error or a skip."""
    notes = home / "notes"
    os.mkfifo(notes / "pipe.md")
    (notes / "zero.md").symlink_to("/dev/zero")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(notes / "s.md"))
    with server, KnowledgeBase(home / "index") as kb:
        assert kb.index(notes).added == 2
        for name in ("/dev/zero", "/dev/null", str(notes / "pipe.md")):
            with contextlib.suppress(InputError):
                assert kb.index(name).added == 0


@pytest.mark.parametrize(
    "name",
    ["../outside/secret.md", "/etc/passwd", "sub/../../outside/secret.md", "..", ".", "", "/dev/zero", "a.md\0",
     "\ud800", "file:///etc/passwd",
     "C:\\Windows\\win.ini", "\\\\server\\share", "CON", "a.md/", "./a.md", "ａ．ｍｄ", "A.MD"],
)  # fmt: skip
def test_show_knows_only_indexed_posts(home: Path, engine: str, name: str) -> None:
    """`get` looks an id up in the index; it opens no file, whatever the id looks like."""
    with KnowledgeBase(home / "index", engine=engine) as kb:
        kb.index(home / "notes")
        with pytest.raises(NotFoundError):
            kb.get(name)


def test_ids_may_be_anything(home: Path, engine: str) -> None:
    """Posts given with ids that look like paths out of the folder are kept as text, and touch no file."""
    before = _snapshot(home / "outside")
    ids = ["../outside/secret.md", "/etc/passwd", "..", "a\nb", "\x1b[31m", "é", "e\u0301", "\u202egpj.md", "x" * 5000]
    with KnowledgeBase(home / "index", engine=engine) as kb:
        kb.add([Post(id=each, text="扩散", path=each) for each in ids])
        assert {stored.post.id for stored in kb.posts()} == set(ids)
        assert all(kb.get(each).id == each for each in ids)
        assert kb.remove(ids) == len(ids)
    assert _snapshot(home / "outside") == before


def test_odd_file_names(home: Path, engine: str) -> None:
    """File names that are no text, or hold escapes, direction marks or combining characters, are indexed each once."""
    notes = home / "notes"
    names = [
        b"\xff\xfe.md",
        "e\u0301.md".encode(),
        "é.md".encode(),
        "\u202etxt.md".encode(),
        b"\x1b[31m.md",
        b"a b\nc.md",
    ]
    for name in names:
        with open(os.fsencode(notes) + b"/" + name, "wb") as file:
            file.write("扩散模型".encode())
    with KnowledgeBase(home / "index", engine=engine) as kb:
        assert kb.index(notes).added == 2 + len(names)
        assert kb.search("扩散模型", limit=50).total == 1 + len(names)
        assert kb.index(notes).unchanged == 2 + len(names)
        assert all(kb.get(hit.id).path.isprintable() or "\u202e" in hit.id for hit in kb.search("扩散模型").hits)


PLACES = (
    ".lock CURRENT CURRENT.new g-000001 g-000002 g-000001/side g-000001/engine g-000001/engine/MAIN.toc.new "
    "g-000001/engine/MAIN.tmp g-000001/side/manifest-2.bin g-000001/engine/commit-pending.json.new synonyms.txt"
).split()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_planted_links(home: Path, engine: str, place: str, kind: str) -> None:
    """An index folder from someone else, with links (or pipes) in it, cannot make an update, a query or a repair
    write, empty or delete anything outside, or wait for ever.
    """
    index, outside = home / "index", home / "outside"
    with KnowledgeBase(index, engine=engine) as kb:
        kb.index(home / "notes")
    planted = index / place
    if planted.exists() or planted.is_symlink():
        planted.rename(home / "moved-away")
    if kind == "pipe":
        os.mkfifo(planted)
    else:
        planted.symlink_to(outside / "secret.md" if kind == "file" else outside)
    before = _snapshot(outside)
    for act in (
        lambda: KnowledgeBase(index, create=False).search("扩散"),
        lambda: KnowledgeBase(index).index(home / "notes"),
        lambda: KnowledgeBase(index).add([Post(id="x", text="y")]),
        lambda: check_index(index),
        lambda: repair_index(index),
        lambda: KnowledgeBase(index).index(home / "notes", rebuild=True),
    ):
        with contextlib.suppress(KbsearchError):
            act()
        assert _snapshot(outside) == before, place


def test_names_in_the_index_are_not_trusted(home: Path) -> None:
    """Tantivy's list of files to clean up cannot name the user's files: such an index is refused, nothing deleted."""
    index, secret = home / "index", home / "outside" / "secret.md"
    with KnowledgeBase(index, engine="tantivy") as kb:
        kb.index(home / "notes")
    managed = next(index.glob("g-*/engine/.managed.json"))
    managed.write_text(f'["meta.json", "{os.path.relpath(secret, managed.parent)}", "{secret}"]')
    with pytest.raises(IndexCorruptError, match="no part of an index"), KnowledgeBase(index) as kb:
        kb.add([Post(id="x", text="y")])
    assert secret.exists()
    assert check_index(index).problems
    repair_index(index)
    assert secret.exists() and check_index(index).problems == []


def test_index_that_is_no_folder(home: Path) -> None:
    """A file, a device or a pipe given as the index is an error."""
    os.mkfifo(home / "pipe")
    for place in (home / "notes" / "a.md", Path("/dev/null"), home / "pipe"):
        with pytest.raises(IndexUnusableError):
            KnowledgeBase(place, create=False).search("x")
        with pytest.raises(IndexUnusableError):
            KnowledgeBase(place).add([])


def test_huge_files(home: Path) -> None:
    """A file beyond the limit is named and not read, even one that claims a terabyte."""
    with open(home / "notes" / "huge.md", "wb") as file:
        file.truncate(1 << 40)
    with KnowledgeBase(home / "index") as kb:
        report = kb.index(home / "notes")
        assert report.added == 2 and [each.path for each in report.skipped] == ["huge.md"]


def test_notes_are_never_written(home: Path, engine: str) -> None:
    """Indexing, rebuilding, removing, checking and repairing leave the notes' bytes and times alone."""
    notes = home / "notes"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in notes.rglob("*.md")}
    with KnowledgeBase(home / "index", engine=engine) as kb:
        kb.index(notes)
        kb.remove(["a.md"])
        kb.index(notes, rebuild=True)
    (home / "index" / "CURRENT").write_bytes(b"?")
    repair_index(home / "index")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in notes.rglob("*.md")} == before
