"""Reading ``kbsearch.toml``: what it sets, checked, with its paths resolved.

The file may come with a project that others wrote. So it must be a regular file of bounded size that belongs to the
user (or root), and its paths must lie in its own folder once links are resolved. The user may say otherwise: by naming
the file it may belong to anyone, by trusting it (``trust.py``) its paths may lead anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

from kbsearch.config import trust
from kbsearch.config.settings import SETTINGS
from kbsearch.corpus.toml_block import read_toml
from kbsearch.errors import ConfigError
from kbsearch.files import read_regular
from kbsearch.language import message
from kbsearch.query.fields import suggestion
from kbsearch.values import value

__all__ = ["Config", "distrust_file", "read_config", "trust_file"]

_MAX_BYTES = 65_536
_LONGEST_PATH = 4_096  # code points
_DEFAULT_INDEX = "index"
# What Windows opens by these names, in any folder and whatever the suffix.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")}


@value
class Config:
    """What a file sets.

    Attributes:
        path: the file.
        trusted: the user has trusted it, so its paths may lie anywhere.
        given: the settings that stand in the file.
        values: their values, and ``index``: without one it is the folder of that name beside the file. Paths are
            absolute and resolved.
    """

    path: Path
    trusted: bool
    given: frozenset[str]
    values: Mapping[str, Any]

    def defaults(self, command: str) -> dict[str, object]:
        """Default values for the parameters of a command, by their names; paths from the working directory on."""
        defaults: dict[str, object] = {}
        for key, setting in self.values.items():
            if name := SETTINGS[key].parameter(command):
                defaults[name] = _from_here(setting) if SETTINGS[key].kind in ("path", "paths") else setting
        return defaults


def read_config(path: Path, *, named: bool = False) -> Config:
    """Read and check a file.

    Args:
        path: the file; its folder is the project's.
        named: the user named it, so it may be a link and may belong to another user.

    Raises:
        ConfigError: it cannot be read, is not TOML, sets what does not exist or to what cannot be, or leads out of its
            folder without being trusted.
    """
    real, data = _read(path, named=named)
    trusted = trust.is_trusted(real, data)
    try:
        table = read_toml(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(message("{path}: not UTF-8 (byte {at})", path=path, at=error.start)) from error
    except ValueError as error:
        raise ConfigError(message("{path}: not valid TOML: {reason}", path=path, reason=str(error)[:200])) from error
    values: dict[str, Any] = {"index": _DEFAULT_INDEX, **table}
    for key, given in values.items():
        _check(path, key, given)
        if SETTINGS[key].kind in ("path", "paths"):
            values[key] = _resolved(path, real, key, given, trusted=trusted)
    return Config(path, trusted, frozenset(table), values)


def trust_file(path: Path) -> None:
    """Take the user's word that this file, as it is now, may lead out of its folder.

    Raises:
        ConfigError: it cannot be read, or the word cannot be kept.
    """
    trust.trust(*_read(path, named=True))


def distrust_file(path: Path) -> None:
    """Take that word back; the file need not exist any more.

    Raises:
        ConfigError: the list of trusted files cannot be changed.
    """
    trust.distrust(os.path.realpath(path))


def _read(path: Path, *, named: bool) -> tuple[str, bytes]:
    """The resolved path and the bytes."""
    real = os.path.realpath(path)
    owners = (os.getuid(), 0) if os.name != "nt" and not named else ()
    try:
        return real, read_regular(real if named else path, _MAX_BYTES, owners=owners)
    except PermissionError as error:
        raise ConfigError(
            message(
                "{path}: cannot be read ({reason}); to use it, name it: --config {path}; to go without: --config ''",
                path=path,
                reason=error.strerror,
            )
        ) from error
    except OSError as error:
        raise ConfigError(message("{path}: cannot be read ({reason})", path=path, reason=error.strerror)) from error


def _check(path: Path, key: str, given: object) -> None:
    """Raises ConfigError if there is no such setting, or not with such a value."""
    if key not in SETTINGS:
        meant = suggestion(key[:40], {name: () for name in SETTINGS})
        hint = (
            message("perhaps {name} is meant", name=meant)
            if meant in SETTINGS
            else message("the settings are {names}", names=", ".join(SETTINGS))
        )
        raise ConfigError(message("{path}: there is no setting “{key}”; {hint}", path=path, key=key[:40], hint=hint))
    if not SETTINGS[key].fits(given):
        raise ConfigError(message("{path}: {key} must be {allowed}", path=path, key=key, allowed=SETTINGS[key].allowed))


def _resolved(path: Path, real: str, key: str, given: object, *, trusted: bool) -> object:
    """A path or a list of them, absolute."""
    if isinstance(given, list):
        return [_resolved(path, real, key, each, trusted=trusted) for each in given]
    given = str(given)
    folder = os.path.dirname(real)
    if len(given) > _LONGEST_PATH or not given.isprintable():
        raise ConfigError(message("{path}: {key} is not a path: {value}", path=path, key=key, value=ascii(given[:80])))
    if not trusted and not _plain(given):
        raise _outside(path, key, given)
    resolved = os.path.realpath(os.path.join(folder, os.path.expanduser(given) if trusted else given))
    if not trusted and resolved != folder and not resolved.startswith(folder.rstrip(os.sep) + os.sep):
        raise _outside(path, key, given)
    return resolved


def _plain(given: str) -> bool:
    """Whether a path is relative by the rules of every system, so that looking at it reaches no other place or host."""
    windows = PureWindowsPath(given)
    device = any(part.partition(".")[0].strip().lower() in _DEVICES for part in windows.parts)
    return not (windows.drive or windows.root or given.startswith("~") or device)


def _outside(path: Path, key: str, given: str) -> ConfigError:
    return ConfigError(
        message(
            "{path}: {key} leads out of the file's folder: {value}; if you trust the file, run: kbsearch config trust",
            path=path,
            key=key,
            value=f"“{given[:80]}”",
        )
    )


def _from_here(given: object) -> object:
    """A path, or a list of them, as seen from the working directory."""
    if isinstance(given, list):
        return [_from_here(each) for each in given]
    try:
        near = os.path.relpath(str(given))
    except (OSError, ValueError):  # the working directory is gone; another drive
        return given
    return os.path.join(".", near) if near.startswith("-") else near  # "-" would be standard input
