"""The site's navigation: pages in a reader's order, those that exist. A page that is not named here comes last."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

GROUPS = {
    "Begin": ("tutorial", "query-language", "cli", "configuration", "knowledge-base", "synonyms", "watch"),
    "Use it elsewhere": ("library", "web", "mcp", "integrations", "cluster"),
    "How good it is": ("relevance", "performance", "reliability", "SECURITY", "peers"),
    "Inside": ("ARCHITECTURE", "index-format", "CHANGELOG"),
}


def navigation(names: set[str]) -> str:
    """The tables of contents that Sphinx reads, in MyST's Markdown.

    Args:
        names: pages that exist, without their suffix.
    """
    known = {name for group in GROUPS.values() for name in group}
    groups = {caption: [name for name in group if name in names] for caption, group in GROUPS.items()}
    groups["More"] = sorted(names - known - {"index"})
    tables = []
    for caption, pages in groups.items():
        if pages:
            tables.append("\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"]))
    return "\n\n".join(tables)


def _add_to_front_page(app: Sphinx, name: str, source: list[str]) -> None:
    if name == "index":
        source[0] += "\n\n" + navigation({path.stem for path in Path(app.srcdir).glob("*.md")}) + "\n"


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("source-read", _add_to_front_page)
    return {"parallel_read_safe": True}
