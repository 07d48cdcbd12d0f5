"""Reads a line of JSON for each update to make, forks a child that makes it, and says what became of the child.

``rebuild``  build anew. ``workers``: processes.
``events``   kill the child with SIGKILL at this file operation of Python in the index folder (counted from 1).
``seconds``  kill the child with SIGKILL after so long.

Gives ``seconds`` and ``events`` that the child took until its end, ``killed``, and ``error`` if it failed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

from kbsearch import KnowledgeBase, indexing, target, update  # noqa: F401
from kbsearch.engines import tantivy, whoosh  # noqa: F401
from kbsearch.engines.whoosh import merge, writer  # noqa: F401

_WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.scandir", "os.listdir"}


def _update(request: dict[str, Any], report: int) -> None:
    events = 0
    parent, index = os.getpid(), os.path.realpath(request["index"])

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal events
        if event in _WATCHED and os.getpid() == parent and arguments and str(arguments[0]).startswith(index):
            events += 1
            if events == request.get("events"):
                os.kill(parent, signal.SIGKILL)

    sys.addaudithook(hook)
    began, error = time.perf_counter(), ""
    try:
        with KnowledgeBase(index) as kb:
            kb.index(request["notes"], rebuild=request.get("rebuild", False), workers=request.get("workers", 1))
    except Exception as caught:
        error = f"{type(caught).__name__}: {caught}"
    os.write(report, json.dumps({"events": events, "seconds": time.perf_counter() - began, "error": error}).encode())


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        reading, report = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                _update(request, report)
            finally:
                os._exit(0)
        os.close(report)
        if "seconds" in request:
            time.sleep(request["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        result = json.loads(said) if said else {"events": 0, "seconds": 0.0, "error": ""}
        print(json.dumps({**result, "killed": os.WIFSIGNALED(status)}), flush=True)


if __name__ == "__main__":
    main()
