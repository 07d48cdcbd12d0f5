"""``kbsearch lint``: what is wrong with the posts, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import index_dir, json_output
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, tn, translate
from kbsearch.lint.finding import KINDS

if TYPE_CHECKING:
    from kbsearch.lint.finding import Finding, Kind, LintReport, PostFindings

__all__ = ["lint"]


@click.command(epilog="Exit codes: 0 nothing was found, 1 something was.")
@click.option(
    "--only", multiple=True, type=click.Choice(KINDS), help="Only findings of this kind (repeat for several)."
)
@click.option("--skip", multiple=True, type=click.Choice(KINDS), help="No findings of this kind (repeat for several).")
@pager_option
@hyperlinks_option
@json_output
@index_dir
def lint(only: tuple[Kind, ...], skip: tuple[Kind, ...], as_json: bool, index_dir: str) -> int:
    """Find what is wrong with posts: bad dates, tags in several spellings, broken links, near-duplicates, orphans.

    Each post is listed once, with the line of each finding and what to do. The posts themselves are never changed.
    """
    kinds = [kind for kind in only or KINDS if kind not in skip] if only or skip else []
    if (only or skip) and not kinds:
        raise click.UsageError(t("--only and --skip leave nothing to look for"))
    with KnowledgeBase(index_dir, create=False) as kb:
        report = kb.lint(kinds=kinds)
        if as_json:
            from kbsearch.json_form import lint_json, to_json

            click.echo(to_json(lint_json(report)))
        else:
            echo_page(_page(report, linker(kb)))
    return 1 if report.posts else 0


def _page(report: LintReport, link: Linker) -> str:
    from kbsearch.cli.terminal import colour_wanted, paint, safe

    colour = colour_wanted()
    blocks = ["\n".join(_block(post, link, colour=colour)) for post in report.posts]
    notes = [paint(t("note: "), "yellow", colour=colour) + safe(translate(note)) for note in report.notes]
    return "\n\n".join([*blocks, "\n".join([*notes, paint(_summary(report), "dim", colour=colour)])])


def _block(post: PostFindings, link: Linker, *, colour: bool) -> list[str]:
    """A post's name and, by line, its findings."""
    from kbsearch.cli.terminal import paint, safe

    name = paint(safe(post.id), "green", colour=colour)
    lines = [link(name, post.id, post.path, post.findings[0].line)]
    for finding in post.findings:
        lines += _finding(post, finding, link, colour=colour)
    return lines


def _finding(post: PostFindings, finding: Finding, link: Linker, *, colour: bool) -> list[str]:
    from kbsearch.cli.terminal import columns, paint, safe, width_of_terminal, wrap

    kind = _kind(finding.kind)
    margin = 6 + 2 + _kind_columns() + 2
    width = max(width_of_terminal() - margin, 30)
    said = wrap([(safe(translate(finding.message)), False)], width, (), colour=colour)
    advice = wrap([("→ " + safe(translate(finding.advice)), False)], width, (), colour=colour)
    place = link(paint(f"{finding.line:6}", "cyan", colour=colour), post.id, post.path, finding.line)
    head = f"{place}  {paint(kind, 'yellow', colour=colour)}{' ' * (_kind_columns() - columns(kind))}  "
    rest = [*said[1:], *(paint(line, "dim", colour=colour) for line in advice)]
    return [head + said[0], *(" " * margin + line for line in rest)]


def _kind(kind: Kind) -> str:
    names = {
        "date": t("date"),
        "metadata": t("metadata"),
        "tag": t("tag"),
        "link": t("link"),
        "duplicate": t("duplicate"),
        "orphan": t("orphan"),
    }
    return names[kind]


def _kind_columns() -> int:
    from kbsearch.cli.terminal import columns

    return max(columns(_kind(kind)) for kind in KINDS)


def _summary(report: LintReport) -> str:
    checked = tn("{count} post checked", "{count} posts checked", report.checked)
    if not report.posts:
        return t("{checked}: nothing to mend", checked=checked)
    kinds = ", ".join(f"{_kind(kind)} {count}" for kind, count in report.counts.items())
    posts = tn("{count} post to mend", "{count} posts to mend", len(report.posts))
    return t("{checked}, {posts} ({kinds})", checked=checked, posts=posts, kinds=kinds)
