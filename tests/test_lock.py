"""One writer at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kbsearch.errors import IndexLockedError
from kbsearch.lock import WriterLock

_HOLD = """
import sys, time
from pathlib import Path
from kbsearch.lock import WriterLock
with WriterLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def _holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def test_second_writer_is_told_who_holds_it(tmp_path: Path) -> None:
    """A writer that cannot wait any longer is told which process is writing."""
    process = _holder(tmp_path)
    try:
        with pytest.raises(IndexLockedError, match=f"process {process.pid} on "), WriterLock(tmp_path, wait=0.2):
            pass
    finally:
        process.kill()
        process.wait()


def test_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    """A lock left by a killed process does not hold anyone up."""
    process = _holder(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with WriterLock(tmp_path, wait=0):
        pass


def test_second_writer_waits(tmp_path: Path) -> None:
    """A writer that may wait gets the lock as soon as the other is done."""
    process = _holder(tmp_path)
    began = time.monotonic()
    subprocess.Popen(["sh", "-c", f"sleep 0.5; kill {process.pid}"]).wait()
    with WriterLock(tmp_path, wait=10):
        assert time.monotonic() - began < 8
    process.wait()
