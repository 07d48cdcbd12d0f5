"""Defaults of a project: ``kbsearch.toml`` beside the corpus (docs/configuration.md).

``settings.py`` lists what may stand in the file, ``read.py`` reads and checks it, ``trust.py`` keeps the user's word
for files that lead out of their folder. Where there is no file, only the search here runs.
"""

from __future__ import annotations

import os

__all__ = ["FILE_NAME", "find_config"]

FILE_NAME = "kbsearch.toml"


def find_config() -> str | None:
    """Where the nearest ``kbsearch.toml`` is: in this folder or above, not beyond a repository's root or home."""
    try:
        folder = os.getcwd()
    except OSError:  # it has been deleted
        return None
    home = os.path.realpath(os.path.expanduser("~"))
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.lexists(path):
            return path
        parent = os.path.dirname(folder)
        if parent == folder or folder == home or os.path.lexists(os.path.join(folder, ".git")):
            return None
        folder = parent
