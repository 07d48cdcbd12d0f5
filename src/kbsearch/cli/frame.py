"""What every command has besides its own options: ``--config``, ``--lang``, and help in the reader's language.

Both options may stand before the command or after it. Flags win over environment variables, these win over
``kbsearch.toml``, whose settings become the defaults of the command's options.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from kbsearch.config import find_config
from kbsearch.errors import ConfigError
from kbsearch.language import LANGUAGES, Language, language, set_language, t

if TYPE_CHECKING:
    from pathlib import Path

    from kbsearch.config.read import Config

__all__ = ["Context", "common_options", "config_file", "config_in_use", "frame", "language_given", "speak"]

_NAMED = "kbsearch.config.named"  # keys of the context's meta
_FILE = "kbsearch.config.file"
_IN_USE = "kbsearch.config.in_use"
_GIVEN_LANGUAGE = "kbsearch.lang"


class Context(click.Context):
    """A context whose help is in the reader's language and ends in examples."""

    def make_formatter(self) -> click.HelpFormatter:
        """What help is written with; asked for only when help is wanted, so that examples are loaded only then."""
        if self.parent is not None:
            from kbsearch.cli.examples import add_examples

            add_examples(self.command)
        if language() == "en":
            return super().make_formatter()
        from kbsearch.cli.help import ChineseHelp

        return ChineseHelp(width=self.terminal_width, max_width=self.max_content_width)


def frame(command: click.Command) -> click.Command:
    """Give a command what all have."""
    command.context_class = Context
    if not any(param.name == "lang" for param in command.params):
        command.params += common_options()
    return command


def common_options() -> list[click.Parameter]:
    """``--config`` and ``--lang``."""
    return [
        click.Option(
            ["--config"],
            metavar="FILE",
            envvar="KBSEARCH_CONFIG",
            is_eager=True,
            expose_value=False,
            callback=_read_config,
            help="Take defaults from this file, not from the kbsearch.toml of this folder or above; '' for none.",
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            envvar="KBSEARCH_LANG",
            is_eager=True,
            expose_value=False,
            callback=_choose_language,
            help="Language of the output.",
        ),
    ]


def config_file(ctx: click.Context) -> Path | None:
    """The file that was named or found."""
    found: Path | None = ctx.meta.get(_FILE)
    return found


def config_in_use(ctx: click.Context) -> Config | ConfigError | None:
    """What the file says; for ``kbsearch config``, what is wrong with it."""
    found: Config | ConfigError | None = ctx.meta.get(_IN_USE)
    return found


def language_given(ctx: click.Context) -> bool:
    """Whether the language was chosen by ``--lang``."""
    return _GIVEN_LANGUAGE in ctx.meta


def speak(chosen: Language) -> None:
    """Say everything in this language from now on, what click says included."""
    set_language(chosen)
    if chosen == "en":
        return
    for name, module in list(sys.modules.items()):  # click says everything through these two names
        if name.startswith("click.") and hasattr(module, "_"):
            module.__dict__["_"] = t
        if name.startswith("click.") and hasattr(module, "ngettext"):
            module.__dict__["ngettext"] = _plural


def _plural(one: str, many: str, count: int) -> str:
    return t(one if count == 1 else many)


def _read_config(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """Make the file's settings the defaults of the command; the group only remembers which file was named."""
    if ctx.parent is None:
        ctx.meta[_NAMED] = value
        return
    if value is None or ctx.get_parameter_source("config") is not ParameterSource.COMMANDLINE:
        value = ctx.meta.get(_NAMED, value)
    found = find_config() if value is None else value
    if not found:
        return
    from pathlib import Path

    from kbsearch.config.read import read_config

    path = Path(found)
    ctx.meta[_FILE] = path
    try:
        config = read_config(path, named=value is not None)
    except ConfigError as error:
        if ctx.info_name != "config":  # which shows what is wrong, and may be about to trust the file
            raise
        ctx.meta[_IN_USE] = error
        return
    ctx.meta[_IN_USE] = config
    ctx.default_map = config.defaults(ctx.info_name or "")


def _choose_language(ctx: click.Context, param: click.Parameter, value: Language | None) -> None:
    if value and ctx.get_parameter_source("lang") is ParameterSource.COMMANDLINE:
        ctx.meta[_GIVEN_LANGUAGE] = value
    chosen = ctx.meta.get(_GIVEN_LANGUAGE) or value
    if chosen:
        speak(chosen)
