"""Build the documentation's site: ``python scripts/build_docs.py [FOLDER]`` (``site`` if none is given).

Needs ``pip install 'kbsearch[docs]'``. Any warning, a broken link for one, fails the build. The site is plain files:
put it on any host, or look at it with ``python -m http.server -d site``.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
FROM_ROOT = ("ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md")  # pages that lie beside README.md


def staged_text(name: str) -> str:
    """The Markdown of a page of the site, its links as they are within the site."""
    if f"{name}.md" in FROM_ROOT:
        return re.sub(r"\]\(docs/", "](", (ROOT / f"{name}.md").read_text(encoding="utf-8"))
    return (DOCS / f"{name}.md").read_text(encoding="utf-8").replace("](../", "](")


def stage(folder: Path) -> None:
    """Put the site's pages together in ``folder``: those of docs/, and those from the repository's top level."""
    shutil.copytree(DOCS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in [path.name for path in DOCS.glob("*.md")] + list(FROM_ROOT):
        (folder / name).write_text(staged_text(Path(name).stem), encoding="utf-8")


def build(out: Path) -> int:
    """Build the site in ``out``; what was there is replaced. Returns Sphinx's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "docs"
        stage(source)
        if out.exists():
            shutil.rmtree(out)
        return sphinx(
            ["-b", "html", "-W", "--keep-going", "-n", "-q", "-d", f"{scratch}/doctrees", str(source), str(out)]
        )


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site").resolve()))
