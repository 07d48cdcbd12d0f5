"""What an index remembers about its sources."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from cpu_time import cpu_seconds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbsearch.corpus.manifest import FileRecord, Manifest, Root, Scope, compare, digest
from kbsearch.corpus.walk import Found, walk
from kbsearch.errors import IndexCorruptError, InputError
from kbsearch.files import read_regular

FAR = 2**62  # a time of the last update after which no file is too fresh to trust


def write(root: Path, name: str, text: str = "x") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def update(manifest: Manifest, argument: Path) -> None:
    """The flow that :mod:`kbsearch.corpus.manifest` describes, without an index."""
    began = time.time_ns()
    (scope,) = manifest.resolve([str(argument)])
    root = scope.root
    changes = compare(scope, walk(Path(root.path), scope.path, max_bytes=1000), manifest.checked_ns)
    for path in changes.removed:
        del root.files[path]
    for file in changes.to_read:
        content = digest(read_regular(file.absolute, 1000))
        root.files[file.path] = FileRecord(file.size, file.mtime_ns, content, (root.prefix + file.path,))
    manifest.checked_ns = began


# Changes


def test_only_what_may_have_changed_is_read(tmp_path: Path) -> None:
    """Files are told apart by size and time: new and changed ones are read, gone ones removed, others left alone."""
    old = 10**18
    for name in ("same.md", "grown.md", "touched.md", "gone.md"):
        os.utime(write(tmp_path, name), ns=(old, old))
    manifest = Manifest()
    update(manifest, tmp_path)
    os.utime(write(tmp_path, "grown.md", "xy"), ns=(old, old))
    os.utime(tmp_path / "touched.md", ns=(old, old + 1))
    (tmp_path / "gone.md").unlink()
    write(tmp_path, "new.md")
    (scope,) = manifest.resolve([str(tmp_path)])
    changes = compare(scope, walk(tmp_path, max_bytes=1000), FAR)
    assert [file.path for file in changes.to_read] == ["grown.md", "new.md", "touched.md"]
    assert [file.path for file in changes.unchanged] == ["same.md"]
    assert changes.removed == ["gone.md"]


def test_a_file_just_written_is_not_trusted(tmp_path: Path) -> None:
    """Within two seconds of the last update, equal size and time prove nothing: the file is read again."""
    now = time.time_ns()
    os.utime(write(tmp_path, "a.md", "old"), ns=(now, now))
    manifest = Manifest()
    update(manifest, tmp_path)
    os.utime(write(tmp_path, "a.md", "new"), ns=(now, now))
    update(manifest, tmp_path)
    assert manifest.roots[0].files["a.md"].digest == digest(b"new")


def test_what_cannot_be_seen_is_not_removed() -> None:
    """Files in a folder that could not be read are kept; those beside it that are gone are removed."""
    record = FileRecord(1, 1, "")
    root = Root("notes", "/notes", "", files=dict.fromkeys(("a/x.md", "a/b/y.md", "ab.md", "c.md"), record))
    assert compare(Scope(root, ""), Found(unreadable=["a"]), FAR).removed == ["ab.md", "c.md"]
    assert compare(Scope(root, ""), Found(unreadable=[""]), FAR).removed == []
    assert compare(Scope(root, "a"), Found(unreadable=["a/b"]), FAR).removed == ["a/x.md"]


def test_a_part_does_not_touch_the_rest(tmp_path: Path) -> None:
    """An update of a folder or file within a root sees changes and removals there alone."""
    manifest = Manifest()
    for name in ("a/1.md", "a/2.md", "ab/3.md"):
        write(tmp_path, name)
    update(manifest, tmp_path)
    shutil.rmtree(tmp_path / "a")
    shutil.rmtree(tmp_path / "ab")
    write(tmp_path, "a/1.md")
    update(manifest, tmp_path / "a")
    assert set(manifest.roots[0].files) == {"a/1.md", "ab/3.md"}
    update(manifest, tmp_path)
    assert set(manifest.roots[0].files) == {"a/1.md"}


OPERATION = st.tuples(
    st.sampled_from(["write", "same size", "touch", "delete", "move", "folder to file", "update part"]),
    st.sampled_from(["a.md", "b.md", "x/a.md", "x/y/c.md", "z.md/d.md"]),
    st.sampled_from(["a.md", "x/n.md", "x/y/m.md", "w/o.md"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(OPERATION, max_size=6), min_size=1, max_size=4))
def test_steps_lead_to_the_same_as_starting_anew(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, str]]]
) -> None:
    """However files are written, touched, moved and deleted between updates, the manifest is as one made anew."""
    folder = tmp_path_factory.mktemp("notes")
    grown = Manifest()
    count = 0
    for operations in rounds:
        for action, name, other in operations:
            path = folder / name
            count += 1
            if action == "write" and not any(parent.is_file() for parent in path.parents) and not path.is_dir():
                write(folder, name, f"{count}" * (count % 3 + 1))
            elif action == "same size" and path.is_file():
                times = path.stat()
                path.write_text(f"{count % 10}" * times.st_size)
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
            elif action == "touch" and path.is_file():
                os.utime(path, ns=(count, count))
            elif action == "delete" and path.is_file():
                path.unlink()
            elif action == "move" and path.is_file() and not (folder / other).exists():
                (folder / other).parent.mkdir(parents=True, exist_ok=True)
                path.rename(folder / other)
            elif action == "folder to file" and path.parent != folder and path.parent.is_dir():
                shutil.rmtree(path.parent)
                path.parent.write_text("file now")
            elif action == "update part" and grown.roots and path.exists():
                update(grown, path)
        update(grown, folder)
    anew = Manifest()
    update(anew, folder)
    assert grown.roots == anew.roots
    assert Manifest.from_bytes(grown.to_bytes()) == grown
    shutil.rmtree(folder)


# Roots


def test_arguments_become_parts_of_roots(tmp_path: Path) -> None:
    """A folder is a root; what lies in a known root is a part of it; a lone file makes its folder a root."""
    write(tmp_path, "notes/sub/a.md")
    write(tmp_path, "other/b.md")
    write(tmp_path, "other/c.md")
    (tmp_path / "link").symlink_to("notes/sub")
    manifest = Manifest()
    arguments = ["notes", "notes/sub/a.md", "other/b.md", "other/c.md", "link", "notes/../notes"]
    scopes = manifest.resolve(str(tmp_path / each) for each in arguments)
    assert [(scope.root.name, scope.path) for scope in scopes] == [
        ("notes", ""),
        ("notes", "sub/a.md"),
        ("other", "b.md"),
        ("other", "c.md"),
        ("notes", "sub"),
    ]
    assert [(root.name, root.prefix, root.path) for root in manifest.roots] == [
        ("notes", "", str(tmp_path / "notes")),
        ("other", "other/", str(tmp_path / "other")),
    ]


def test_ids_of_roots_never_meet(tmp_path: Path) -> None:
    """Roots of one name get numbers, and no root is called like a folder of the first, whose ids have no prefix."""
    for name in ("kb/notes/a.md", "1/notes/a.md", "2/notes/a.md", "3/kb/a.md"):
        write(tmp_path, name)
    manifest = Manifest()
    manifest.resolve(str(tmp_path / each) for each in ("kb", "1/notes", "2/notes", "3/kb"))
    assert [root.prefix for root in manifest.roots] == ["", "notes-2/", "notes-3/", "kb-2/"]


def test_a_root_within_a_root_keeps_its_files(tmp_path: Path) -> None:
    """If a folder is indexed after one inside it, each file belongs to the innermost root."""
    write(tmp_path, "kb/deep/a.md")
    write(tmp_path, "kb/b.md")
    manifest = Manifest()
    inner, outer = manifest.resolve([str(tmp_path / "kb/deep"), str(tmp_path / "kb")])
    (part,) = manifest.resolve([str(tmp_path / "kb/deep/a.md")])
    assert (part.root, part.path) == (inner.root, "a.md")
    assert manifest.apart(outer.root) == {inner.root.path}
    assert manifest.apart(inner.root) == set()
    found = walk(Path(outer.root.path), max_bytes=1000, apart=manifest.apart(outer.root))
    assert [file.path for file in found.files] == ["b.md"]


@pytest.mark.parametrize("argument", ["gone", "a.md/b", "x" * 300, "loop", "zero\0byte"])
def test_arguments_that_do_not_exist(tmp_path: Path, argument: str) -> None:
    """An argument that cannot be used is an error that names it."""
    write(tmp_path, "a.md")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match=argument[:4]):
        Manifest().resolve([str(tmp_path / argument)])


def test_odd_names_work_as_arguments(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 or has a line end in it can be given alone, and is found again in its folder."""
    name = b"\xff\n.md"
    (tmp_path / os.fsdecode(name)).write_text("x")
    manifest = Manifest()
    update(manifest, tmp_path / os.fsdecode(name))
    assert list(manifest.roots[0].files) == ["\\xff\\x0a.md"]
    (tmp_path / os.fsdecode(name)).write_text("xy")
    update(manifest, tmp_path / os.fsdecode(name))
    assert manifest.roots[0].files["\\xff\\x0a.md"].size == 2
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


# Bytes

TEXT = st.text(max_size=8)
RECORDS = st.builds(
    FileRecord,
    size=st.integers(0, 2**63),
    mtime_ns=st.integers(-(2**63), 2**63),
    digest=TEXT,
    ids=st.lists(TEXT, max_size=3).map(tuple),
    listing=st.booleans(),
    skipped=TEXT,
    warnings=st.lists(TEXT, max_size=2).map(tuple),
)
ROOTS = st.builds(
    Root,
    name=TEXT,
    path=TEXT,
    prefix=TEXT,
    exclude=st.lists(TEXT, max_size=2).map(tuple),
    drafts=st.booleans(),
    max_bytes=st.integers(0, 2**40),
    files=st.dictionaries(TEXT, RECORDS, max_size=3),
)
MANIFESTS = st.builds(Manifest, roots=st.lists(ROOTS, max_size=3), checked_ns=st.integers(0, 2**63))


@given(MANIFESTS)
def test_bytes_and_back(manifest: Manifest) -> None:
    """What is written is what is read."""
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


@given(MANIFESTS, st.data())
def test_damage_is_told(manifest: Manifest, data: st.DataObject) -> None:
    """Bytes that are no manifest are called damaged; nothing else is raised."""
    good = manifest.to_bytes()
    form = json.loads(good)
    place = data.draw(st.sampled_from(["bytes", "cut", "version", "roots", "checked_ns", "a root", "a row"]))
    if place == "bytes":
        damaged = data.draw(st.binary(max_size=40))
    elif place == "cut":
        damaged = good[: data.draw(st.integers(0, len(good) - 1))]
    else:
        if place == "a root":
            form["roots"].append(data.draw(JSON))
        elif place == "a row":
            files = {"a": data.draw(JSON)}
            form["roots"].append(
                {"name": "", "path": "", "prefix": "", "exclude": [], "drafts": False, "max_bytes": 0, "files": files}
            )
        else:
            form[place] = data.draw(JSON)
        damaged = json.dumps(form).encode()
    try:
        again = Manifest.from_bytes(damaged)
    except IndexCorruptError as error:
        assert "kbsearch" in str(error)
    else:
        assert Manifest.from_bytes(again.to_bytes()) == again


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b"1" * 5000, b'{"version":1,"checked_ns":Infinity,"roots":[]}', b"\xff"]
)
def test_hostile_bytes(data: bytes) -> None:
    """Deep, long, infinite and undecodable bytes are called damaged too."""
    with pytest.raises(IndexCorruptError):
        Manifest.from_bytes(data)


def test_ten_thousand_files_are_remembered_quickly() -> None:
    """The manifest of 10,000 files is small, and read and compared in a fraction of a second."""
    root = Root("notes", "/notes", "")
    for number in range(10_000):
        path = f"folder-{number // 100}/post-{number}.md"
        root.files[path] = FileRecord(number, 10**18 + number, digest(path.encode()), (path,))
    data = Manifest([root]).to_bytes()
    assert len(data) < 1_200_000
    assert len(Manifest.from_bytes(data).roots[0].files) == 10_000
    assert min(cpu_seconds(lambda: Manifest.from_bytes(data)) for _ in range(3)) < 0.25
