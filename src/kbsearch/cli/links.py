"""``kbsearch links``: where a post's links lead, and which posts link to it."""

from __future__ import annotations

import click

from kbsearch.cli.completing import complete_ids
from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import index_dir, json_output
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, tn
from kbsearch.links import Entry, LinkGraph, Target
from kbsearch.model import Link

__all__ = ["links"]

_MARGIN = 8  # columns before what a link leads to: its line


@click.command()
@click.argument("id", shell_complete=complete_ids)
@click.option("--external", is_flag=True, help="List the links to other sites too.")
@pager_option
@hyperlinks_option
@json_output
@index_dir
def links(id: str, external: bool, as_json: bool, index_dir: str) -> int:
    """List the links from a post, to it, and those that lead nowhere.

    ID is a post's id, the path of its file, or the end of either (ddpm, ddpm.md).
    """
    with KnowledgeBase(index_dir, create=False) as kb:
        own, graph = kb.identify(id), kb.links()
        if as_json:
            from kbsearch.json_form import links_json, to_json

            click.echo(to_json(links_json(own, graph)))
        else:
            echo_page(_Page(graph, own, linker(kb)).text(external=external))
        return 0 if graph.outgoing(own) or graph.backlinks(own) else 1


class _Page:
    """The links of one post, as text: parts, each with its number of links."""

    def __init__(self, graph: LinkGraph, id: str, link: Linker) -> None:
        from kbsearch.cli.terminal import colour_wanted

        self._graph, self._entry, self._link = graph, graph.entries[id], link
        self._colour = colour_wanted()

    def text(self, *, external: bool) -> str:
        """All parts that are not empty."""
        from kbsearch.cli.terminal import paint, safe

        entry = self._entry
        out = self._graph.outgoing(entry.id)
        back = self._graph.backlinks(entry.id)
        posts = [self._row(entry, link, *self._end(target)) for link, target in out if target.kind == "post"]
        broken = [self._row(entry, link, link.target) for link, target in out if target.kind == "missing"]
        sites = [self._row(entry, link, link.target) for link, target in out if target.kind == "external"]
        parts = [
            self._part(t("links to"), posts),
            self._part(t("linked from"), [self._row(each, link, each.title, each.id) for each, link in back]),
            self._part(t("broken"), broken, "yellow"),
        ]
        if external:
            parts.append(self._part(t("other sites"), sites))
        elif sites:
            said = tn(
                "{count} link to other sites (--external)", "{count} links to other sites (--external)", len(sites)
            )
            parts.append([paint(said, "dim", colour=self._colour)])
        parts = [part for part in parts if part] or [[t("No links from it, and none to it.")]]
        head = [paint(safe(entry.title), "bold", colour=self._colour)]
        return "\n\n".join("\n".join(part) for part in (head, *parts))

    def _part(self, name: str, rows: list[str], style: str = "cyan") -> list[str]:
        from kbsearch.cli.terminal import paint

        return [paint(f"{name} ({len(rows)})", style, colour=self._colour), *rows] if rows else []

    def _row(self, source: Entry, link: Link, text: str, id: str = "") -> str:
        """The line that the link stands on, what it leads to or comes from, and that post's id if there is room."""
        from kbsearch.cli.terminal import columns, paint, safe, truncate, width_of_terminal

        room = width_of_terminal() - _MARGIN
        text, id = truncate(safe(text), room), safe(id)
        place = paint(f"{link.line:{_MARGIN - 2}}", "green", colour=self._colour)
        row = f"{self._link(place, source.id, source.path, link.line)}  {text}"
        if not id:
            return row
        gap = "  " if columns(text) + 2 + columns(id) <= room else "\n" + " " * _MARGIN
        return row + gap + paint(id, "dim", colour=self._colour)

    def _end(self, target: Target) -> tuple[str, str]:
        """Title and id of the post that a link leads to, the id with the heading's anchor."""
        return self._graph.entries[target.id].title, target.id + (f"#{target.anchor}" if target.anchor else "")
