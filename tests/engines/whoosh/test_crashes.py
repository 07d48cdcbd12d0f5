"""Updates that are killed, and systems that refuse: the index is as before or as after, always whole."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time

import pytest
from contract_cases import make_post

from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.encode import encode
from kbsearch.engines.whoosh.toc import read_toc
from kbsearch.engines.whoosh.writer import WhooshWriter
from kbsearch.errors import IndexMissingError, IndexWriteError
from kbsearch.query.plan import All, Term

KILLS = int(os.environ.get("KBSEARCH_KILLS", "40"))
ENGINE = WhooshEngine()

# One update in a process of its own: posts added, replaced and removed, spilled to disk and merged with old segments.
UPDATE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from contract_cases import make_post
from kbsearch.engines.whoosh.encode import encode
from kbsearch.engines.whoosh.writer import WhooshWriter
folder, number = Path(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
writer = WhooshWriter(folder, memory=20_000)
for n in range(number % 7, 60, 7):
    writer.add(encode([make_post(n, seed=number)]))
writer.remove([make_post(number % 60).key])
writer.commit({"update": number})
"""


def start_update(folder, number):
    contract = os.path.join(os.path.dirname(__file__), "..", "contract")
    return subprocess.Popen(
        [sys.executable, "-c", UPDATE, contract, str(folder), str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def state(folder):
    """All that a reader gives: the meta, and each post's bytes in order."""
    reader = ENGINE.reader(folder)
    return dict(reader.meta), [(reader.stored(ref), reader.source(ref)) for ref in reader.refs()]


def expected_after(posts, number):
    """The posts after an update, in order."""
    posts = dict(posts)
    for n in range(number % 7, 60, 7):
        post = make_post(n, seed=number)
        posts.pop(post.key, None)
        posts[post.key] = post
    posts.pop(make_post(number % 60).key, None)
    return posts


def test_killed_at_any_moment(tmp_path):
    """SIGKILL at points spread over an update: the index answers as before or as after, and the next update works."""
    ENGINE.create(tmp_path)
    posts: dict = {}
    rnd = random.Random(5)
    seconds = 0.3
    outcomes = {False: 0, True: 0}
    number = 0
    while sum(outcomes.values()) < KILLS:
        number += 1
        process = start_update(tmp_path, number)
        assert process.stdout.readline() == "ready\n"
        begun = time.monotonic()
        process.stdin.write("\n")
        process.stdin.flush()
        time.sleep(rnd.random() * seconds)
        process.send_signal(signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        if not killed:
            seconds = max(0.02, (time.monotonic() - begun) * 0.9)
        else:
            seconds *= 1.02
        after = expected_after(posts, number)
        meta, found = state(tmp_path)
        committed = meta.get("update") == number
        assert committed or killed
        posts = after if committed else posts
        assert found == [(post.stored, post.source) for post in posts.values()]
        assert ENGINE.check(tmp_path) == []
        reader = ENGINE.reader(tmp_path)
        assert reader.search(SearchRequest(All())).total == len(posts)
        hits = reader.search(SearchRequest(Term("body", "only"), limit=100)).total
        assert hits == sum("only" in post.terms["body"] for post in posts.values())
        outcomes[committed] += 1
    writer = WhooshWriter(tmp_path)
    writer.add(encode([make_post(99)]))
    writer.commit({})
    named = {"MAIN.toc", *(info.file for info in read_toc(tmp_path).segments)}
    assert set(os.listdir(tmp_path)) == named  # nothing is left of the updates that were killed
    assert outcomes[False] > KILLS / 5


def test_readers_race_with_a_writer(tmp_path):
    """Readers opened all the time while another process commits never fail and never see half an update."""
    ENGINE.create(tmp_path)
    posts: dict = {}
    states = {0: []}
    for number in range(1, 9):
        posts = expected_after(posts, number)
        states[number] = [(post.stored, post.source) for post in posts.values()]
    seen = set()
    for number in range(1, 9):
        process = start_update(tmp_path, number)
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        while process.poll() is None:
            meta, found = state(tmp_path)
            assert found == states[meta.get("update", 0)]
            seen.add(meta.get("update", 0))
        assert process.returncode == 0
    meta, found = state(tmp_path)
    assert meta["update"] == 8
    assert found == states[8]
    assert len(seen) > 3


def in_child(work) -> None:
    """Run a check in a forked process, so that what it does to itself stays there."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("limit", [0, 100, 5_000, 20_000, 30_000])
@pytest.mark.parametrize("memory", [0, 1 << 28])
def test_no_room(tmp_path, limit, memory):
    """When the system allows no more bytes, the update fails with a clear error and the old index stands."""
    ENGINE.create(tmp_path)
    writer = WhooshWriter(tmp_path)
    writer.add(encode([make_post(n) for n in range(10)]))
    writer.commit({"n": 1})
    before = state(tmp_path)

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        with pytest.raises(IndexWriteError, match="as it was"):
            fill(tmp_path, memory)
        assert state(tmp_path) == before
        assert ENGINE.check(tmp_path) == []
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        fill(tmp_path, memory)
        assert ENGINE.reader(tmp_path).count() == 40

    in_child(work)


def fill(folder, memory: int) -> None:
    writer = WhooshWriter(folder, memory)
    try:
        for n in range(40):
            writer.add(encode([make_post(n, seed=1)]))
        writer.commit({"n": 2})
    finally:
        writer.cancel()


def test_no_permission(tmp_path):
    """A folder that may not be written: queries work, an update says so."""
    ENGINE.create(tmp_path)
    fill(tmp_path, 0)
    before = state(tmp_path)
    tmp_path.chmod(0o555)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.getuid() and parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(0o755)

    def work() -> None:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        assert state(tmp_path) == before
        with pytest.raises(IndexWriteError, match="permission"):
            WhooshWriter(tmp_path)
        with pytest.raises(IndexWriteError, match="permission"):
            ENGINE.create(tmp_path)

    try:
        in_child(work)
    finally:
        tmp_path.chmod(0o755)


def test_folder_gone(tmp_path):
    """A folder that vanishes under a writer is an error like any other."""
    folder = tmp_path / "index"
    folder.mkdir()
    ENGINE.create(folder)
    writer = WhooshWriter(folder)
    writer.add(encode([make_post(1)]))
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(IndexWriteError):
        writer.commit({})
    writer.cancel()
    with pytest.raises(IndexMissingError):
        ENGINE.reader(folder)
    assert ENGINE.reader(tmp_path / "elsewhere").count() == 0


def test_copied_index(tmp_path):
    """An index copied or moved elsewhere is the same index."""
    folder = tmp_path / "index"
    folder.mkdir()
    ENGINE.create(folder)
    fill(folder, 0)
    before = state(folder)
    folder.rename(tmp_path / "moved")
    assert state(tmp_path / "moved") == before
    fill(tmp_path / "moved", 0)
    assert ENGINE.check(tmp_path / "moved") == []
