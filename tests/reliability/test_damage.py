"""An index whose files are damaged answers as before, or says so; and is mended."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from reliability_library import World, answers, contents, kbsearch
from slow import SLOW

from kbsearch import KnowledgeBase
from kbsearch.check import check_index
from kbsearch.errors import IndexCorruptError, IndexMissingError, IndexUnusableError, KbsearchError
from kbsearch.repair import repair_index

FLIPS = 2_000 if SLOW else 75  # for each engine and each test below


def _files(index: Path) -> list[Path]:
    return sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)


def _damage(index: Path, rng: random.Random) -> str:
    """Change one byte, cut a file short, or lengthen it; large and small files alike."""
    path = rng.choice(_files(index))
    data = bytearray(path.read_bytes())
    kind = rng.choice(["flip"] * 6 + ["cut", "grow"])
    at = rng.randrange(len(data))
    if kind == "flip":
        data[at] ^= rng.choice([1, 2, 4, 8, 16, 32, 64, 128, 255])
    elif kind == "cut":
        del data[at:]
    else:
        data += bytes([rng.randrange(256)])
    path.write_bytes(data)
    return f"{kind} at {at} of {path.relative_to(index)}"


def test_any_byte(world: World, tmp_path: Path, rng: random.Random) -> None:
    """Whatever byte is changed: opening, searching, showing, listing and status answer exactly as before or fail
    with an error of ours.
    """
    expected = answers(world.index)
    failed = 0
    for _ in range(FLIPS):
        index = Path(shutil.copytree(world.index, tmp_path / "index"))
        what = _damage(index, rng)
        try:
            found = answers(index)
        except KbsearchError:
            failed += 1
        else:
            assert found == expected, what
        shutil.rmtree(index)
    assert 0 < failed <= FLIPS


def test_any_byte_one_question_at_a_time(world: World, tmp_path: Path, rng: random.Random) -> None:
    """The same for each question by itself, since one that fails could hide what another would have answered."""
    questions = {
        "search": lambda kb: [(h.id, round(h.score, 4), h.excerpt) for h in kb.search("扩散模型 采样").hits],
        "phrase": lambda kb: [(h.id, round(h.score, 4), h.excerpt) for h in kb.search('"权重衰减"').hits],
        "latest": lambda kb: [(h.id, h.date, h.excerpt) for h in kb.latest(limit=50).hits],
        "show": lambda kb: kb.get("2/post-2.md"),
        "tags": lambda kb: kb.tags(),
    }
    with KnowledgeBase(world.index) as kb:
        expected = {name: ask(kb) for name, ask in questions.items()}
    for _ in range(FLIPS):
        index = Path(shutil.copytree(world.index, tmp_path / "index"))
        what = _damage(index, rng)
        name = rng.choice(sorted(questions))
        try:
            with KnowledgeBase(index, create=False) as kb:
                assert questions[name](kb) == expected[name], f"{name}: {what}"
        except KbsearchError:
            pass
        shutil.rmtree(index)


def test_check_sees_any_byte(world: World, tmp_path: Path, rng: random.Random) -> None:
    """Whatever byte is changed in a file that matters, `check` says that something is wrong."""
    for _ in range(FLIPS):
        index = Path(shutil.copytree(world.index, tmp_path / "index"))
        what = _damage(index, rng)
        try:
            wrong = bool(check_index(index).problems)
        except IndexUnusableError:
            wrong = True
        unimportant = any(name in what for name in (".lock", ".managed.json"))
        assert wrong or unimportant, what
        shutil.rmtree(index)


def test_update_of_a_damaged_index(world: World, tmp_path: Path, rng: random.Random) -> None:
    """An update of a damaged index works or fails with an error of ours, and never makes matters worse unnoticed."""
    for _ in range(FLIPS // 5):
        index = Path(shutil.copytree(world.index, tmp_path / "index"))
        what = _damage(index, rng)
        try:
            with KnowledgeBase(index) as kb:
                kb.index(world.notes, workers=1)
            assert contents(index) == world.after, what
        except KbsearchError:
            pass
        shutil.rmtree(index)


def test_damaged_while_open(index: Path) -> None:
    """A long-lived reader of an index that is swapped for a damaged one says so at the next search."""
    with KnowledgeBase(index) as kb:
        assert kb.search("扩散模型").total
        current = index / "CURRENT"
        current.write_bytes(current.read_bytes().replace(b"g-", b"h-"))
        with pytest.raises(IndexCorruptError, match="check --repair"):
            kb.search("扩散模型")


def test_command_says_what_is_wrong(index: Path, world: World) -> None:
    """`check` prints what is wrong and exits 1, `check --repair` mends it and exits 0, then `check` exits 0."""
    assert kbsearch("check", "--index-dir", str(index)).returncode == 0
    largest = max(_files(index), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    found = kbsearch("check", "--index-dir", str(index))
    assert found.returncode == 1
    assert largest.name in found.stdout and "--repair" in found.stdout
    asked = kbsearch("query", "扩散模型", "--index-dir", str(index))
    assert "Traceback" not in asked.stderr and asked.returncode in (0, 2)
    mended = kbsearch("check", "--repair", "--index-dir", str(index))
    assert "Traceback" not in mended.stderr and "rebuilt" in mended.stdout
    assert kbsearch("check", "--index-dir", str(index)).returncode == 0
    assert {key: text for key, text in contents(index).items() if not key.startswith("given")} == {
        key: text for key, text in world.after.items() if not key.startswith("given")
    }


def test_repair_after_any_byte(world: World, tmp_path: Path, rng: random.Random) -> None:
    """Whatever byte was changed, a repair leaves a sound index with every post that has a file; of the posts without
    one it loses none in silence.
    """
    for _ in range(FLIPS // 5):
        index = Path(shutil.copytree(world.index, tmp_path / "index"))
        what = _damage(index, rng)
        report = repair_index(index)
        assert check_index(index).problems == [], what
        posts = contents(index)
        if report.rebuilt and not report.lost:
            assert posts == world.after, what
        elif not report.rebuilt:
            assert posts == world.before, what
        elif any("indexed folders" in each for each in report.lost):
            assert set(posts) <= set(world.before) | {"given-3"}, what  # deleted posts may be back, and it says so
        else:
            assert {k for k in posts if not k.startswith("given")} == {
                k for k in world.after if not k.startswith("given")
            }, what
        shutil.rmtree(index)


def test_repair_keeps_posts_without_files(index: Path, world: World) -> None:
    """CURRENT lost or damaged, the manifest damaged: every post is still there after a repair."""
    for break_it in (_drop_current, _damage_current, _damage_manifest):
        break_it(index)
        if break_it is _drop_current:
            with pytest.raises(IndexMissingError):
                check_index(index)
            with KnowledgeBase(index) as kb:
                kb.add([])
        else:
            assert check_index(index).problems
            repair_index(index)
        assert check_index(index).problems == []
        assert {key for key in contents(index) if key.startswith("given")} == {"given-0", "given-1", "given-2"}


def _drop_current(index: Path) -> None:
    (index / "CURRENT").unlink()


def _damage_current(index: Path) -> None:
    (index / "CURRENT").write_bytes(os.urandom(100))


def _damage_manifest(index: Path) -> None:
    manifest = next(index.glob("g-*/side/manifest-*"))
    manifest.write_bytes(manifest.read_bytes()[:-5])
