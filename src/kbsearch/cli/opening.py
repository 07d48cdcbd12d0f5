"""Opening a post in the user's editor, at the line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kbsearch.errors import ConfigError, NotFoundError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message
from kbsearch.model import Hit, Post

__all__ = ["editor_command", "open_post"]

# How editors take the line to go to, by the program's name.
_PLUS = frozenset(
    "vi vim nvim gvim mvim view vimx nano pico emacs emacsclient kak micro joe jmacs mg mcedit gedit kate ne".split()
)
_COLON = frozenset("hx helix subl sublime_text zed zeditor lapce".split())
_GOTO = frozenset("code code-insiders codium vscodium cursor windsurf positron".split())
_LINE_OPTION = frozenset("idea pycharm webstorm goland clion rider phpstorm rubymine mate".split())


def open_post(kb: KnowledgeBase, post: Post | Hit, line: int) -> None:
    """Open the file that a post was read from in ``$VISUAL`` or ``$EDITOR``, and wait for the editor to end.

    Raises:
        NotFoundError: the post came from no file, or the file is gone.
        ConfigError: no editor is set, or it cannot be started.
    """
    import subprocess

    file = kb.sources().file(post)
    if file is None:
        raise NotFoundError(message("{id}: was read from no file, so there is nothing to open", id=post.id))
    if not file.is_file():
        raise NotFoundError(message("{path}: the file is gone; bring the index up to date: kbsearch index", path=file))
    command = editor_command(file, line, os.environ)
    try:
        done = subprocess.run(command, check=False)
    except OSError as error:
        raise ConfigError(
            message(
                "the editor {name!r} cannot be started ({reason}); set VISUAL or EDITOR to one that can",
                name=command[0],
                reason=error.strerror or str(error),
            )
        ) from error
    if done.returncode:
        raise ConfigError(message("the editor {name!r} ended with code {code}", name=command[0], code=done.returncode))


def editor_command(file: Path, line: int, environment: Mapping[str, str]) -> list[str]:
    """The editor's argument list for a line of a file; an editor that is not known is given the file alone.

    Raises:
        ConfigError: no editor is set, or the setting cannot be read.
    """
    import shlex

    setting = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ConfigError(
            message(
                "the editor {value!r} cannot be read ({reason}); mend VISUAL or EDITOR", value=setting, reason=error
            )
        ) from error
    if not command:
        raise ConfigError(message("no editor is set; set VISUAL or EDITOR, for example: export EDITOR=vim"))
    path = str(file)  # absolute, so that no editor takes it for an option
    name = Path(command[0]).name.lower().removesuffix(".exe")
    if name in _GOTO:
        return [*command, "--goto", f"{path}:{line}"]
    if name in _COLON:
        return [*command, f"{path}:{line}"]
    if name in _PLUS:
        return [*command, f"+{line}", path]
    if name in _LINE_OPTION:
        return [*command, "--line", str(line), path]
    return [*command, path]
