"""``kbsearch watch --json`` in a process of its own, and waiting until something holds."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["WatcherProcess", "until"]

_PATIENCE = 60.0  # seconds; no test waits that long unless it fails


def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait until something holds.

    Raises:
        AssertionError: it does not in time.
    """
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what or "it never came about"
        time.sleep(0.02)


class WatcherProcess:
    """A context manager around the process. ``lines`` are the objects it printed so far, ``errors`` its other output."""

    def __init__(self, *arguments: str | Path, prefix: Sequence[str] = ()) -> None:
        command = [*prefix, sys.executable, "-m", "kbsearch", "watch", "--json", *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[dict[str, Any]] = []
        self.errors = ""
        self._readers = [threading.Thread(target=self._read_lines), threading.Thread(target=self._read_errors)]

    def __enter__(self) -> WatcherProcess:
        for reader in self._readers:
            reader.start()
        return self

    def begun(self) -> WatcherProcess:
        """Wait for the first update."""
        self.until(lambda: any("added" in line for line in self.lines), "it never began")
        return self

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds, and fail at once if the process ends."""
        until(lambda: holds() or self.process.poll() is not None, f"{what}: {self.lines} {self.errors}")
        assert holds(), f"{what}; it ended: {self.process.returncode} {self.lines} {self.errors}"

    def total(self, name: str, since: int = 0) -> int:
        """A count added up over the lines from number ``since`` on."""
        return sum(line.get(name, 0) for line in self.lines[since:])

    def end(self, signal: int) -> int:
        """Send a signal, and wait for the exit code."""
        self.process.send_signal(signal)
        code = self.process.wait(_PATIENCE)
        for reader in self._readers:
            reader.join()
        return code

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()

    def _read_lines(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line
