"""Links that lead to no post, and posts that no link leads to or from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbsearch.language import message
from kbsearch.links import Entry, LinkGraph
from kbsearch.lint.finding import Finding

__all__ = ["is_orphan", "link_findings"]

# Addresses that a site's generator makes pages for, and what it fills in.
_GENERATED = re.compile(
    r"[./]*|/?(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:tags?|categor(?:y|ies)|archives?|page)(?:/.*)?", re.IGNORECASE
)
_TEMPLATE = re.compile(r"\{\{|\{%|<%")


def link_findings(entry: Entry, graph: LinkGraph) -> Iterator[Finding]:
    """A post's links to posts that the index does not have."""
    for link in graph.broken(entry.id):
        path = link.target.partition("#")[0].partition("?")[0]
        if not link.wiki and (_GENERATED.fullmatch(path) or _TEMPLATE.search(link.target)):
            continue
        said = message("the link to {target} leads to no post", target=link.target)
        advice = message("write the path or title of a post that there is, or take the link out")
        yield Finding("link", link.line, said, advice)


def is_orphan(entry: Entry, graph: LinkGraph) -> bool:
    """Whether no other post links to this one, and it links to none."""
    if graph.backlinks(entry.id):
        return False
    return all(target.kind != "post" or target.id == entry.id for _, target in graph.outgoing(entry.id))
