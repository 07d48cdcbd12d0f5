"""The user's word that a ``kbsearch.toml`` may lead out of its folder.

It is one line a file in ``~/.config/kbsearch/trusted``: the SHA-256 of the file's bytes and its resolved path. So the
word holds for what the user has seen: whoever changes the file afterwards (a pull, say) has to be trusted anew.
"""

from __future__ import annotations

import os
from pathlib import Path

from kbsearch.errors import ConfigError
from kbsearch.files import read_regular
from kbsearch.language import message

__all__ = ["distrust", "is_trusted", "trust", "trusted_list"]

_MAX_LIST = 1_000_000  # bytes


def trusted_list() -> Path:
    """Where the user's list lies: in ``$XDG_CONFIG_HOME``, ``%APPDATA%`` on Windows, or ``~/.config``."""
    folder = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if not os.path.isabs(folder):
        folder = os.path.join(os.path.expanduser("~"), ".config")
    return Path(folder) / "kbsearch" / "trusted"


def is_trusted(path: str, data: bytes) -> bool:
    """Whether the user has trusted the file at this resolved path with these bytes."""
    lines = _lines()
    return bool(lines) and _line(path, data) in lines


def trust(path: str, data: bytes) -> None:
    """Trust the file at this resolved path as long as it has these bytes.

    Raises:
        ConfigError: the list cannot be read or written.
    """
    if "\n" in path:
        raise ConfigError(message("{path}: a path with a line end cannot be trusted", path=path))
    _write([*_others(path), _line(path, data)])


def distrust(path: str) -> None:
    """Take the word for this file back.

    Raises:
        ConfigError: the list cannot be read or written.
    """
    _write(_others(path))


def _line(path: str, data: bytes) -> bytes:
    import hashlib  # slow to load, and most users have no list

    return hashlib.sha256(data).hexdigest().encode() + b"  " + os.fsencode(path)


def _others(path: str) -> list[bytes]:
    return [line for line in _lines() if line.partition(b"  ")[2] != os.fsencode(path)]


def _lines() -> list[bytes]:
    try:
        return read_regular(trusted_list(), _MAX_LIST).split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(error) from error


def _write(lines: list[bytes]) -> None:
    path = trusted_list()
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        with draft.open("xb") as file:
            file.writelines(line + b"\n" for line in lines)
        os.replace(draft, path)
    except OSError as error:
        raise _unusable(error) from error


def _unusable(error: OSError) -> ConfigError:
    reason = error.strerror or error
    return ConfigError(
        message("{path}: the list of trusted files cannot be used ({reason})", path=trusted_list(), reason=reason)
    )
