"""Running a program on a pseudo terminal, as a user sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["Session"]

_LIMIT = 30.0  # seconds to wait for anything


class Session:
    """A program on a terminal of its own; leave the context to end it.

    ``output`` is everything it has written so far.
    """

    def __init__(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], *, rows: int = 24, columns: int = 80
    ) -> None:
        self.output = ""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:  # pragma: no cover: another process
            try:
                os.chdir(cwd)
                os.execvpe(arguments[0], list(arguments), dict(environment))
            finally:
                os._exit(127)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)  # hangs up
        os.waitpid(self._pid, 0)

    def send(self, text: str) -> None:
        """Type."""
        os.write(self._fd, text.encode())

    def wait_for(self, text: str, start: int = 0) -> str:
        """Read until the output from ``start`` on holds the text; the output from there on."""
        deadline = time.monotonic() + _LIMIT
        while text not in self.output[start:]:
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"{text!r} was never written: {self.output[start:]!r}")
        return self.output[start:]

    def read_to_end(self) -> str:
        """Read until the program ends."""
        deadline = time.monotonic() + _LIMIT
        while self._read(deadline):
            assert time.monotonic() < deadline, self.output
        return self.output

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65_536)
        except OSError:  # the program has ended
            return False
        self.output += data.decode("utf-8", "replace")
        return bool(data)
