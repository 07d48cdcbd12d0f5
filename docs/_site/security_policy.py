"""A strict Content-Security-Policy in every page: scripts and styles of the site's own, nothing from elsewhere.

It stands in the page itself, since a static site may be hosted where headers cannot be set. What the theme writes into
the page (a line of script, its colours) is allowed by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from sphinx.application import Sphinx

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_PLACE = '<meta charset="utf-8">'
# Styles that the theme writes into its icons, which the policy would forbid, and attributes that do the same.
_STYLES = {'style="opacity: 50%"': 'opacity=".5"', 'style="display: none;"': 'class="kb-hidden"'}


def with_policy(page: str) -> str:
    """The page with its policy."""
    for style, instead in _STYLES.items():
        page = page.replace(style, instead)
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        hashes[kind].append(f" 'sha256-{digest}'")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{''.join(hashes['script'])}",
            f"style-src 'self'{''.join(hashes['style'])}",
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'",
        )
    )
    return page.replace(_PLACE, f'{_PLACE}<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _write_policies(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        for path in Path(app.outdir).glob("*.html"):
            path.write_text(with_policy(path.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("build-finished", _write_policies, priority=900)
    return {"parallel_read_safe": True}
