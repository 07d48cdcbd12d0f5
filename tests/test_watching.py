"""Keeping an index fresh: real processes, real files, whatever happens to them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("watchfiles", reason="the extra 'watch' is not installed")

from extras import require_extra
from watcher_process import WatcherProcess, until

from kbsearch import InputError, KnowledgeBase
from kbsearch.check import check_index
from kbsearch.errors import IndexLockedError
from kbsearch.lock import WriterLock
from kbsearch.watching import WatchUpdate, watch, watch_in_background


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    _write(folder / "a.md", "# First\n\nquokka")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _found(index: Path, query: str) -> set[str]:
    with KnowledgeBase(index, create=False) as kb:
        return {hit.id for hit in kb.search(query, limit=10_000).hits}


def _is_locked(index: Path) -> bool:
    try:
        with WriterLock(index, wait=0):
            return False
    except IndexLockedError:
        return True


def _ids(index: Path) -> set[str]:
    return _found(index, "")


def test_a_save_is_found(notes: Path, index: Path) -> None:
    """Written anew, written over, saved by renaming, moved, removed: each is found as it is, soon after."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        _write(notes / "b.md", "wombat")
        watcher.until(lambda: _found(index, "wombat") == {"b.md"}, "a new file")
        _write(notes / "b.md", "numbat")
        watcher.until(lambda: _found(index, "numbat") == {"b.md"} and not _found(index, "wombat"), "written over")
        _write(notes / "b.md.tmp", "bilby")
        os.replace(notes / "b.md.tmp", notes / "b.md")
        watcher.until(lambda: _found(index, "bilby") == {"b.md"}, "saved by renaming")
        (notes / "b.md").rename(notes / "c.md")
        watcher.until(lambda: _found(index, "bilby") == {"c.md"}, "moved")
        (notes / "c.md").unlink()
        watcher.until(lambda: _ids(index) == {"a.md"}, "removed")


def test_folders_come_move_and_go(notes: Path, index: Path) -> None:
    """With all that is in them, and what is written in them later."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        _write(notes / "x/y/z.md", "one")
        watcher.until(lambda: "x/y/z.md" in _ids(index), "a new folder")
        (notes / "x").rename(notes / "w")
        watcher.until(lambda: _ids(index) == {"a.md", "w/y/z.md"}, "a folder renamed")
        _write(notes / "w/y/z.md", "platypus")
        watcher.until(lambda: _found(index, "platypus") == {"w/y/z.md"}, "a save in it")
        shutil.rmtree(notes / "w")
        watcher.until(lambda: _ids(index) == {"a.md"}, "a folder removed")


def test_a_checkout_of_a_thousand_files_is_one_update(notes: Path, index: Path) -> None:
    """And so is the way back."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")

    def git(*arguments: str) -> None:
        settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(notes), *settings, *arguments], check=True, capture_output=True)

    git("init", "-b", "few")
    git("add", ".")
    git("commit", "-m", "few")
    git("checkout", "-b", "many")
    for number in range(1_000):
        _write(notes / f"{number % 10}/{number}.md", f"# Post {number}\n\nemu")
    git("add", ".")
    git("commit", "-m", "many")
    git("checkout", "few")
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        git("checkout", "many")
        watcher.until(lambda: watcher.total("added", 1), "the checkout")
        git("checkout", "few")
        watcher.until(lambda: watcher.total("removed", 1), "the way back")
        assert [(line["added"], line["removed"]) for line in watcher.lines[1:]] == [(1_000, 0), (0, 1_000)]


def test_a_folder_that_goes_is_waited_for(notes: Path, index: Path) -> None:
    """Its posts stay; when it is back, also as another folder, it is followed again."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        notes.rename(notes.parent / "away")
        watcher.until(lambda: any("is gone" in str(line["warnings"]) for line in watcher.lines), "the warning")
        assert _ids(index) == {"a.md"}
        _write(notes.parent / "next" / "b.md", "another")
        (notes.parent / "next").rename(notes)
        watcher.until(lambda: _ids(index) == {"b.md"}, "the folder in its place")
        _write(notes / "c.md", "and a save in it")
        watcher.until(lambda: _ids(index) == {"b.md", "c.md"}, "a save in it")
        assert sum("is gone" in str(line["warnings"]) for line in watcher.lines) == 1


def test_another_writer_is_waited_for(notes: Path, index: Path) -> None:
    """It is said, and when the other is done, the update is made."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        with WriterLock(index):
            _write(notes / "b.md", "wombat")
            watcher.until(lambda: "trouble" in watcher.lines[-1], "to be told")
            assert "another process" in watcher.lines[-1]["trouble"]
        watcher.until(lambda: _found(index, "wombat"), "the update")


def test_an_index_that_cannot_be_written_is_tried_again(notes: Path, index: Path) -> None:
    """Something stands in the way of the lock; once it is gone, the update is made without another event."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        (index / ".lock").unlink()
        (index / ".lock").mkdir()
        _write(notes / "b.md", "wombat")
        watcher.until(lambda: ".lock" in watcher.lines[-1].get("trouble", ""), "to be told")
        (index / ".lock").rmdir()
        watcher.until(lambda: _found(index, "wombat"), "the update")


def test_a_file_that_cannot_be_read_is_tried_again(notes: Path, index: Path) -> None:
    """Its posts stay as they were, the other files are read, and it is read when it can be."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is not bound by permissions, and there is no setpriv here to change that")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    with WatcherProcess(notes, "--index-dir", index, prefix=prefix) as watcher:
        watcher.begun()
        new = notes / "a.tmp"
        _write(new, "wombat")
        new.chmod(0)
        new.rename(notes / "a.md")
        _write(notes / "b.md", "numbat")
        watcher.until(lambda: _found(index, "numbat"), "the other file")
        watcher.until(lambda: any("a.md" in str(line.get("skipped")) for line in watcher.lines), "to be told")
        assert _found(index, "quokka") == {"a.md"}
        (notes / "a.md").chmod(0o600)
        watcher.until(lambda: _found(index, "wombat") == {"a.md"}, "the file that can be read again")


def test_trouble_in_one_file_is_told_once(notes: Path, index: Path) -> None:
    """With the file's name; the others are indexed."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        (notes / "bad.md").write_bytes(b"\0\1\2\3" * 1000)
        watcher.until(lambda: any(line["skipped"] for line in watcher.lines), "to be told")
        _write(notes / "b.md", "wombat")
        watcher.until(lambda: _found(index, "wombat"), "the other file")
        assert [line["skipped"][0]["path"] for line in watcher.lines if line["skipped"]] == ["bad.md"]


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(notes: Path, index: Path, how: signal.Signals) -> None:
    """Exit code 0, and nothing printed that looks like an accident."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        assert watcher.end(how) == 0
        assert watcher.errors == ""


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_ended_in_an_update(notes: Path, index: Path, how: signal.Signals) -> None:
    """The index holds what it held before or all of the update, and the next watcher finishes the work."""
    with WatcherProcess(notes, "--index-dir", index) as watcher:
        watcher.begun()
        for number in range(400):
            _write(notes / f"{number}.md", f"# Post {number}\n\nemu")
        watcher.until(lambda: _is_locked(index), "an update under way")
        code = watcher.end(how)
        assert code == (0 if how == signal.SIGTERM else -how)
        assert "Traceback" not in watcher.errors
    assert check_index(index).problems == []
    assert len(_ids(index)) in (1, 401)
    with WatcherProcess("--index-dir", index) as watcher:
        watcher.begun()
        watcher.until(lambda: len(_ids(index)) == 401, "the rest of the work")


def test_polling_finds_saves_too(notes: Path, index: Path) -> None:
    """For folders whose file system gives no events."""
    with WatcherProcess(notes, "--index-dir", index, "--poll", "0.1") as watcher:
        watcher.begun()
        _write(notes / "b.md", "wombat")
        watcher.until(lambda: _found(index, "wombat"), "the save")


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kbsearch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_what_cannot_be_watched_is_said(notes: Path, index: Path, tmp_path: Path) -> None:
    """No such folder, a file, no index yet: an error that says what to do, and no index is made."""
    for arguments, says in (
        (["nowhere"], "no such folder"),
        ([notes / "a.md"], "takes folders"),
        ([], "kbsearch index FOLDER"),
    ):
        result = _run("watch", *arguments, "--index-dir", index)
        assert result.returncode == 2 and says in result.stderr and "Traceback" not in result.stderr
    assert not index.exists()


@pytest.mark.parametrize("command", [["watch"], ["serve", "--watch", "--port", "0"]], ids=lambda words: words[0])
def test_the_extra_is_named(command: list[str], notes: Path, index: Path) -> None:
    """Without watchfiles the error says what to install, also of serve --watch before it serves."""
    if command[0] == "serve":
        require_extra("web", "starlette", "uvicorn")
    with KnowledgeBase(index) as kb:
        kb.index(notes)
    hide = "import sys; sys.modules['watchfiles'] = None; from kbsearch.cli import main; main()"
    paths = [str(notes)] if command[0] == "watch" else []
    result = subprocess.run(
        [sys.executable, "-c", hide, *command, *paths, "--index-dir", str(index)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 2
    assert "kbsearch[watch]" in result.stderr and "Traceback" not in result.stderr


OPERATIONS: dict[str, Callable[[Path, int], object]] = {
    "write": lambda notes, number: _write(notes / f"{number % 3}/{number}.md", f"# Text\n\nversion {number}"),
    "rewrite": lambda notes, number: _write(notes / "a.md", "word " * number),
    "remove": lambda notes, number: (notes / f"{number % 3}/{number}.md").unlink(missing_ok=True),
    "move folder": lambda notes, number: (
        (notes / f"{number % 3}").exists()
        and not (notes / f"m{number}").exists()
        and (notes / f"{number % 3}").rename(notes / f"m{number}")
    ),
    "remove folder": lambda notes, number: shutil.rmtree(notes / f"m{number}", ignore_errors=True),
    "ignore": lambda notes, number: _write(notes / ".gitignore", f"{number % 3}/\n"),
    "replace all": lambda notes, number: (shutil.rmtree(notes), _write(notes / f"{number}.md", "new")),
}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 5)), min_size=1, max_size=12))
def test_watched_equals_indexed_anew(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int]]
) -> None:
    """Whatever happens to the files, and however fast, the index ends as one made from nothing."""
    home = tmp_path_factory.mktemp("rounds")
    notes, index = home / "notes", home / "index"
    _write(notes / "a.md", "a")
    stop, begun = threading.Event(), threading.Event()

    def run() -> None:
        with KnowledgeBase(index, wait=1) as kb:
            watch(kb, [notes], stop=stop, on_update=lambda update: begun.set(), workers=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        until(begun.is_set)
        for name, number in operations:
            OPERATIONS[name](notes, number)
        with KnowledgeBase(home / "anew") as anew, KnowledgeBase(index) as watched:
            anew.index(notes, workers=1)
            wanted = {stored.post.id: stored.post.text for stored in anew.posts()}
            until(lambda: {stored.post.id: stored.post.text for stored in watched.posts()} == wanted, str(operations))
    finally:
        stop.set()
        thread.join()


def test_searches_go_on_while_it_is_updated(notes: Path, index: Path) -> None:
    """Not one fails, from one update to the next, in the process that watches."""
    with KnowledgeBase(index) as kb:
        kb.index(notes)
        updates: list[WatchUpdate] = []
        with watch_in_background(index, updates.append):
            for number in range(8):
                _write(notes / f"{number}.md", f"wombat {number}")

                def seen(number: int = number) -> bool:
                    assert kb.search("quokka").total == 1
                    return kb.search("wombat").total == number + 1

                until(seen)
        assert all(update.report is not None for update in updates)
        assert sum(update.changed for update in updates) >= 1


def test_a_server_that_watches(notes: Path, index: Path) -> None:
    """Each request is answered while saves come in, and each save is found; the server ends as ever."""
    require_extra("web", "starlette", "uvicorn")
    with KnowledgeBase(index) as kb:
        kb.index(notes)
    command = [sys.executable, "-m", "kbsearch", "serve", "--watch", "--port", "0", "--index-dir", str(index)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address is not None

        def total(query: str) -> int:
            with urllib.request.urlopen(f"{address[0]}api/search?q={query}", timeout=60) as answer:
                found: int = json.load(answer)["total"]
                return found

        for number in range(5):
            _write(notes / f"{number}.md", f"wombat {number}")
            until(lambda number=number: total("quokka") == 1 and total("wombat") == number + 1)
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=60)
        assert "1 added" in errors and "Traceback" not in errors
    finally:
        server.kill()
        server.communicate()


def test_background_errors_come_before_the_body(tmp_path: Path) -> None:
    """An index that was made from no folder cannot be kept fresh."""
    from kbsearch import Post

    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([Post(id="a", title="a", text="a")])
    with pytest.raises(InputError, match="nothing to watch"), watch_in_background(tmp_path / "index", print):
        raise AssertionError("not reached")
