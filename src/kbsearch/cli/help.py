"""Help in Chinese: click's layout, with texts from the tables and lines broken where Chinese breaks them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import click

from kbsearch.cli.terminal import columns, wrap
from kbsearch.language import t

__all__ = ["ChineseHelp", "paragraphs"]

_AS_IT_IS = "\b\n"  # click's mark of a paragraph whose lines are kept


def paragraphs(text: str) -> list[str]:
    """The parts of a help text that have a Chinese form each: paragraphs, or the lines of those kept as they are."""
    found: list[str] = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith(_AS_IT_IS):
            found += [line.strip() for line in paragraph[len(_AS_IT_IS) :].split("\n") if not _is_command(line)]
        else:
            found.append(" ".join(paragraph.split()))
    return [each for each in found if each]


class ChineseHelp(click.HelpFormatter):
    """Writes help in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        super().write_usage(prog, args, t("Usage:") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        blocks: list[str] = []
        for paragraph in text.split("\n\n"):
            if paragraph.startswith(_AS_IT_IS):
                lines = [_kept(line) for line in paragraph[len(_AS_IT_IS) :].split("\n")]
            else:
                said = t(" ".join(paragraph.split()))
                lines = wrap([(said, False)], self.width - self.current_indent, (), colour=False)
            blocks.append("\n".join(" " * self.current_indent + line for line in lines))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of names with their meanings, side by side."""
        rows = list(rows)
        first_column = min(max((columns(name) for name, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, text in rows:
            lines = wrap([(_meaning(text), False)], max(self.width - first_column - 2, 10), (), colour=False)
            gap = " " * (first_column - columns(name))
            if columns(name) > first_column - col_spacing:
                gap = "\n" + indent + " " * first_column
            between = "\n" + indent + " " * first_column
            self.write(f"{indent}{name}{gap}{between.join(lines)}".rstrip() + "\n")


def _kept(line: str) -> str:
    text = line.strip()
    return line.replace(text, t(text), 1) if text and not _is_command(line) else line


def _is_command(line: str) -> bool:
    """Whether a line is a command of an example, which is the same in every language."""
    return line.lstrip().startswith("$ ")


def _meaning(text: str) -> str:
    """An option's help; what click appends in brackets has been said in Chinese already."""
    before, bracket, extra = text.rpartition("  [")
    return t(before) + bracket + extra if bracket else t(text)
