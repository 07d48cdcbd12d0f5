"""Links that a terminal follows: OSC 8 escape sequences around the places that commands name.

See https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda for the sequence. A link leads to the file, or to
whatever the template in ``KBSEARCH_EDITOR_URI`` says, such as ``vscode://file/{path}:{line}``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from kbsearch.errors import ConfigError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message

__all__ = ["Linker", "hyperlinks_option", "linker", "terminal_has_hyperlinks", "uri_of", "without_hyperlinks"]

F = TypeVar("F", bound=Callable[..., Any])
Linker = Callable[[str, str, str, int], str]
"""From a text, and the id, path and line of what it names, to the text with a link around it."""

_META = "kbsearch.hyperlinks"
_TEMPLATE = "KBSEARCH_EDITOR_URI"
# Patterns are compiled when they are used, which a query in a pipe never does.
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+"
_DANGEROUS = frozenset({"javascript", "data", "vbscript"})
_OSC_8 = "\x1b]8;[^\x1b]*\x1b\\\\"
# Terminals that show links, by the variables they set.
_PROGRAMS = frozenset({"iterm.app", "wezterm", "vscode", "ghostty", "hyper", "tabby", "rio", "warpterminal", "zed"})
_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "DOMTERM", "WEZTERM_PANE", "GHOSTTY_RESOURCES_DIR")
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio")
_FIRST_VTE = 5000  # 0.50, the first whose links work


def hyperlinks_option(command: F) -> F:
    """``--hyperlinks``: whether places are links; :func:`linker` heeds it."""

    def keep(ctx: click.Context, _: click.Parameter, value: str) -> None:
        ctx.meta[_META] = value

    return click.option(
        "--hyperlinks",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        envvar="KBSEARCH_HYPERLINKS",
        show_envvar=True,
        expose_value=False,
        callback=keep,
        help="Make places links that the terminal follows [default: where it can].",
    )(command)


def linker(kb: KnowledgeBase) -> Linker:
    """What makes links, as the command's ``--hyperlinks`` and the terminal have it.

    Raises:
        ConfigError: ``KBSEARCH_EDITOR_URI`` is no address.
    """
    context = click.get_current_context(silent=True)
    choice = context.meta.get(_META, "auto") if context else "never"
    if choice == "never" or (choice == "auto" and not (sys.stdout.isatty() and terminal_has_hyperlinks())):
        return lambda text, id, path, line: text
    template, sources = os.environ.get(_TEMPLATE, ""), kb.sources()

    def link(text: str, id: str, path: str, line: int) -> str:
        file = sources.file_of(id, path)
        return text if file is None else f"\x1b]8;;{uri_of(file, line, template)}\x1b\\{text}\x1b]8;;\x1b\\"

    return link


def without_hyperlinks(text: str) -> str:
    """The text less the escape sequences that make links."""
    return re.sub(_OSC_8, "", text) if "\x1b]8;" in text else text


def terminal_has_hyperlinks(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is one of those known to show links."""
    term = environment.get("TERM", "")
    if term in ("", "dumb", "linux") or environment.get("STY"):  # GNU screen lets none through
        return False
    if environment.get("TERM_PROGRAM", "").lower() in _PROGRAMS or any(map(environment.get, _VARIABLES)):
        return True
    if environment.get("VTE_VERSION", "").isdecimal():
        return int(environment["VTE_VERSION"]) >= _FIRST_VTE
    return "KONSOLE_VERSION" in environment or term.startswith(_TERMS)


def uri_of(file: Path, line: int, template: str = "") -> str:
    """The address of a line of a file; everything in the path but ``/`` and plain characters is percent-encoded.

    Args:
        file: an absolute path.
        line: from 1.
        template: an address with ``{path}`` and, if need be, ``{line}`` in it; empty for a ``file:`` address.

    Raises:
        ConfigError: the template is no address.
    """
    import socket
    from urllib.parse import quote, quote_from_bytes

    path = quote_from_bytes(os.fsencode(file.as_posix()))
    if not template:
        return f"file://{quote(socket.gethostname())}{path if path.startswith('/') else '/' + path}"
    if (
        not re.fullmatch(_SCHEME, template)
        or "{path}" not in template
        or template.partition(":")[0].lower() in _DANGEROUS
    ):
        raise ConfigError(
            message(
                "{name}={value!r}: not an address with {{path}} in it; write for example vscode://file/{{path}}:{{line}}",
                name=_TEMPLATE,
                value=template,
            )
        )
    template = template.replace("/{path}", "{path}") if path.startswith("/") else template
    return template.replace("{line}", str(line)).replace("{path}", path)
