"""Finding the files of a folder."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest
from cpu_time import assert_growth, cpu_seconds

from kbsearch.corpus.walk import Found, printable, walk
from kbsearch.files import read_regular

LIMIT = 1000


def write(root: Path, *names: str, text: str = "x") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def paths(found: Found) -> list[str]:
    return [file.path for file in found.files]


def reasons(found: Found) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in found.skipped}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def test_posts_are_found_in_order(root: Path) -> None:
    """Posts in all folders are found, sorted by path; other kinds of file and hidden ones are passed over."""
    write(
        root,
        "b.md",
        "a/c.MARKDOWN",
        "a.txt",
        "帖子/一 二.md",
        "x.jsonl",
        "y.png",
        ".h.md",
        ".git/z.md",
        "a/.b/z.md",
        "md",
    )
    found = walk(root, max_bytes=LIMIT)
    assert paths(found) == ["a.txt", "a/c.MARKDOWN", "b.md", "x.jsonl", "帖子/一 二.md"]
    assert found.skipped == []
    file = found.files[0]
    status = os.stat(root / "a.txt")
    assert (file.absolute, file.size, file.mtime_ns) == (str(root / "a.txt"), 1, status.st_mtime_ns)


def test_a_part_is_walked_alone(root: Path) -> None:
    """With a scope, only that folder or file is looked at; paths stay relative to the root; patterns above it hold."""
    write(root, "a/x.md", "a/b/y.md", "a/b/tmp.md", "c/z.md")
    write(root, ".gitignore", text="tmp.md\n")
    assert paths(walk(root, "a", max_bytes=LIMIT)) == ["a/b/y.md", "a/x.md"]
    assert paths(walk(root, "a/b", max_bytes=LIMIT)) == ["a/b/y.md"]
    assert paths(walk(root, "a/x.md", max_bytes=LIMIT)) == ["a/x.md"]
    assert reasons(walk(root, "a/gone.md", max_bytes=LIMIT)) == {
        "a/gone.md": "cannot be read (No such file or directory)"
    }


def test_gitignore_at_every_level(root: Path, tmp_path: Path) -> None:
    """Pattern files hold for their folder and below, deeper ones overrule; those above hold up to the repository."""
    write(root, "keep.md", "no.md", "a/no.md", "a/b/no.md", "out/x.md", "a/up.md", "a/b/far.md")
    write(root, ".gitignore", text="no.md\r\n/out/\r\n")
    write(root, "a/b/.gitignore", text="!no.md\n")
    write(tmp_path, ".gitignore", text="\ufeffup.md\n")
    everything = ["a/b/far.md", "a/b/no.md", "keep.md"]
    assert paths(walk(root, max_bytes=LIMIT)) == sorted([*everything, "a/up.md"])
    (tmp_path / ".git").mkdir()
    assert paths(walk(root, max_bytes=LIMIT)) == everything
    assert paths(walk(root, "a/b", max_bytes=LIMIT)) == ["a/b/far.md", "a/b/no.md"]


def test_exclude_overrules(root: Path) -> None:
    """What the user excludes is excluded whatever a pattern file says, and the other way about."""
    write(root, "a.md", "b.md", "drafts/c.md", "x/drafts/d.md")
    write(root, ".gitignore", text="!a.md\nb.md\n")
    assert paths(walk(root, exclude=["a.md", "!b.md", "/drafts/"], max_bytes=LIMIT)) == ["b.md", "x/drafts/d.md"]


def test_over_size_and_special_files_are_named(root: Path) -> None:
    """Too large files, pipes and devices are left out with the reason, and never opened."""
    write(root, "big.md", text="x" * 11)
    write(root, "fits.md", text="x" * 10)
    os.mkfifo(root / "pipe.md")
    found = walk(root, max_bytes=10)
    assert paths(found) == ["fits.md"]
    assert reasons(found) == {"big.md": "larger than 10 bytes (--max-size)", "pipe.md": "not a regular file"}
    for name, reason in (("pipe.md", "regular"), ("big.md", "larger")):
        with pytest.raises(OSError, match=reason):
            read_regular(str(root / name), 10, links="no")


def test_links_lead_nowhere_outside(root: Path, tmp_path: Path) -> None:
    """Links out of the folder are named; links to what is found anyway are passed over; cycles end."""
    write(root, "a.md", "sub/b.md", ".hidden/h.md", "data.csv")
    write(tmp_path, "secret.md", "outside/c.md", "notes-2/d.md")
    links = {
        "in.md": "a.md", "insub": "sub", "cycle": ".", "sub/up": "..",
        "out.md": "../secret.md", "outsub": "../outside", "near": "../notes-2",
        "absolute.md": str(tmp_path / "secret.md"),
        "middle.md": "outsub/c.md", "broken.md": "gone.md", "loop.md": "loop.md", "to-hidden.md": ".hidden/h.md",
        "hidden": ".hidden", "csv.md": "data.csv", "data.png": "../secret.md",
    }  # fmt: skip
    for name, target in links.items():
        (root / name).symlink_to(target)
    found = walk(root, max_bytes=LIMIT)
    assert paths(found) == ["a.md", "sub/b.md"]
    out, other = "a link that leads out of the folder", "a link to something hidden or of another kind"
    assert reasons(found) == {
        **dict.fromkeys(("out.md", "outsub", "near", "absolute.md", "middle.md"), out),
        **dict.fromkeys(("broken.md", "loop.md"), "a broken link"),
        **dict.fromkeys(("to-hidden.md", "hidden", "csv.md"), other),
    }
    with pytest.raises(OSError, match="symbolic"):
        read_regular(str(root / "in.md"), LIMIT, links="no")


def test_a_folder_replaced_by_a_link(root: Path, tmp_path: Path) -> None:
    """A file that was walked is not read if a folder above it has become a link to another place."""
    write(root, "sub/deep/a.md")
    file = walk(root, max_bytes=LIMIT).files[0]
    assert read_regular(file.absolute, LIMIT, links="no")
    (root / "sub").rename(tmp_path / "elsewhere")
    (root / "sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        read_regular(file.absolute, LIMIT, links="no")


def test_odd_names(root: Path) -> None:
    """Names with line ends, undecodable bytes or great length give paths that can be stored, shown and told apart."""
    long = "长" * 80 + ".md"
    for name in (b"a\nb.md", b"\xff.md", "é 😀　.md".encode(), long.encode(), b"\x1b[31m.md", b"-rf.md"):
        with open(os.path.join(os.fsencode(root), name), "wb") as file:
            file.write(b"x")
    found = walk(root, max_bytes=LIMIT)
    assert paths(found) == sorted(["a\\x0ab.md", "\\xff.md", "é 😀　.md", long, "\\x1b[31m.md", "-rf.md"])
    assert all(read_regular(file.absolute, LIMIT, links="no") == b"x" for file in found.files)
    assert all(printable(path) == path for path in paths(found))


def test_a_folder_that_cannot_be_read_is_no_empty_folder(root: Path) -> None:
    """A folder that cannot be listed is named, and known to be unseen; all others are walked."""
    write(root, "a.md")
    at = os.open(root, os.O_RDONLY)
    for _ in range(20):  # deeper than the system's paths are long
        os.mkdir("d" * 250, dir_fd=at)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    found = walk(root, max_bytes=LIMIT)
    assert paths(found) == ["a.md"]
    (skipped,) = found.skipped
    assert skipped.reason == "cannot be read (File name too long)"
    assert found.unreadable == [skipped.path]
    assert skipped.path.startswith("ddd")


def test_folders_of_their_own_are_not_entered(root: Path) -> None:
    """A folder that is a root itself is left to it."""
    write(root, "a.md", "own/b.md", "own-2/c.md")
    assert paths(walk(root, max_bytes=LIMIT, apart={str(root / "own")})) == ["a.md", "own-2/c.md"]


def test_an_enormous_pattern_file_is_cut_and_named(root: Path) -> None:
    """A pattern file with more patterns than are bearable works with the first, and says so."""
    write(root, "p7.md", "p9999.md")
    write(root, ".gitignore", text="".join(f"p{number}.md\n" for number in range(10_000)))
    found = walk(root, max_bytes=LIMIT)
    assert paths(found) == ["p9999.md"]
    assert reasons(found) == {".gitignore": "only its first 2,000 patterns are used"}


def test_walking_is_quick(root: Path) -> None:
    """Ten times the files take about ten times as long, patterns included, and thousands a fraction of a second."""
    for size in (300, 3000):
        for number in range(size):
            write(root, f"{size}/{number // 100}/{number}.md")
        write(root, f"{size}/.gitignore", text="*.log\n/build/\nnode_modules/\n!keep\n*~\n")
        assert len(walk(root / str(size), max_bytes=LIMIT).files) == size
    assert_growth(lambda size: partial(walk, root / str(size), max_bytes=LIMIT), 300, 3000, at_most=20)
    assert min(cpu_seconds(partial(walk, root / "3000", max_bytes=LIMIT)) for _ in range(3)) < 0.3
