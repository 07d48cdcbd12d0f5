"""``kbsearch config``: the settings in effect, where each comes from, and the user's word for a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from kbsearch.cli.frame import config_file, config_in_use, language_given
from kbsearch.cli.index import index
from kbsearch.cli.options import json_output
from kbsearch.cli.query import query
from kbsearch.cli.serve import serve
from kbsearch.config import FILE_NAME
from kbsearch.config.read import Config, distrust_file, read_config, trust_file
from kbsearch.config.settings import SETTINGS
from kbsearch.errors import ConfigError
from kbsearch.language import language, language_of, message, t

__all__ = ["config"]


@dataclass(frozen=True, slots=True)
class _Effective:
    """A setting in effect: its value, what it comes from (``flag environment file default``) and the name of that."""

    key: str
    value: object
    source: str
    name: str


def _options() -> list[click.Parameter]:
    """The options of the commands that settings stand for, so that values are read here as they are there."""
    found = {param.name: param for command in (serve, query, index) for param in command.params}
    names = [setting.parameter("config") for key, setting in SETTINGS.items() if key != "lang"]
    paths = click.Option(["--paths"], multiple=True, type=click.Path(), envvar="KBSEARCH_PATHS", help="What to index.")
    return [paths if name == "paths" else found[name] for name in names if name]


@click.command(params=_options())
@click.argument("action", type=click.Choice(["show", "trust", "distrust"]), default="show")
@json_output
@click.pass_context
def config(ctx: click.Context, /, action: str, as_json: bool, **values: object) -> int:
    """Show the settings in effect and where each comes from: a flag, an environment variable, a file or the default.

    "trust" gives your word that the file, as it is now, may name paths outside its folder; "distrust" takes it back.
    """
    if action != "show":
        _judge(config_file(ctx), trusted=action == "trust")
        return 0
    found = config_in_use(ctx)
    file = found if isinstance(found, Config) else None
    settings = [_effective(ctx, key, values, file) for key in SETTINGS]
    if as_json:
        from kbsearch.json_form import to_json

        form = {each.key: {"value": each.value, "source": each.source, "from": each.name} for each in settings}
        click.echo(to_json({"file": file and str(file.path), "trusted": bool(file and file.trusted), "settings": form}))
    else:
        _print(settings, file)
    if isinstance(found, ConfigError):
        raise found
    return 0


def _effective(ctx: click.Context, key: str, values: dict[str, object], file: Config | None) -> _Effective:
    if key == "lang":
        return _language(ctx, file)
    name = SETTINGS[key].parameter("config") or key
    option = next(param for param in ctx.command.params if param.name == name)
    value = values[name]
    match ctx.get_parameter_source(name):
        case ParameterSource.COMMANDLINE:
            return _Effective(key, value, "flag", option.opts[-1])
        case ParameterSource.ENVIRONMENT:
            return _Effective(key, value, "environment", str(option.envvar))
        case ParameterSource.DEFAULT_MAP if file and key in file.given:
            return _Effective(key, value, "file", str(file.path))
    return _Effective(key, value, "default", "")


def _language(ctx: click.Context, file: Config | None) -> _Effective:
    variable = language_of(os.environ)[1]
    if language_given(ctx):
        return _Effective("lang", language(), "flag", "--lang")
    if file and "lang" in file.given and variable != "KBSEARCH_LANG":
        return _Effective("lang", language(), "file", str(file.path))
    return _Effective("lang", language(), "environment" if variable else "default", variable)


def _print(settings: list[_Effective], file: Config | None) -> None:
    from kbsearch.cli.terminal import colour_wanted, columns, padded, paint, safe, truncate

    colour = colour_wanted()
    if file is None:
        click.echo(t("No {name} in this folder or above.", name=FILE_NAME))
    elif file.trusted:
        click.echo(t("Settings from {path} (trusted)", path=safe(str(file.path))))
    else:
        click.echo(t("Settings from {path}", path=safe(str(file.path))))
    click.echo()
    shown = [(each, truncate(safe(_shown(each.value)), 40)) for each in settings]
    widest = max(columns(value) for _, value in shown)
    for each, value in shown:
        name = paint(f"{each.key:10}", "bold", colour=colour)
        set_here = ("cyan",) if each.source != "default" else ("dim",)
        line = f"{name}  {padded(value, widest)}  {paint(safe(_origin(each)), *set_here, colour=colour)}"
        click.echo(line.rstrip(), color=True)


def _shown(value: object) -> str:
    if value is None or value == ():
        return t("(not set)")
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _origin(setting: _Effective) -> str:
    if setting.source == "default":
        return t("default")
    return os.path.relpath(setting.name) if setting.source == "file" else setting.name


def _judge(path: Path | None, *, trusted: bool) -> None:
    """Trust a file, or no longer, and say what that means."""
    from kbsearch.cli.terminal import safe

    if path is None:
        raise ConfigError(
            message("there is no {name} in this folder or above; name one: --config FILE", name=FILE_NAME)
        )
    if not trusted:
        distrust_file(path)
        click.echo(t("no longer trusted: {path}", path=safe(str(path))))
        return
    trust_file(path)
    click.echo(t("trusted until it changes: {path}", path=safe(str(path))))
    values = read_config(path, named=True).values
    for key, value in values.items():
        if SETTINGS[key].kind in ("path", "paths"):
            for each in value if isinstance(value, list) else [value]:
                click.echo(f"  {key}: {safe(str(each))}")
