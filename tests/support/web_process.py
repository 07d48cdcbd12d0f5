"""``kbsearch serve`` as users start it, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["web_server"]


@contextmanager
def web_server(index: Path, *options: str) -> Iterator[str]:
    """The address, without the last slash, of a server that runs for the time being, on a port that was free."""
    command = [sys.executable, "-m", "kbsearch", "serve", "--port", "0", "--index-dir", str(index), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        address = re.search(r"http://\S+?(?=/)", process.stdout.readline() or "")
        assert address, "kbsearch serve did not say its address"
        yield address[0]
    finally:
        process.terminate()
        process.wait(20)
