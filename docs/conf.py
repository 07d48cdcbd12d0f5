"""How Sphinx makes the site; `python scripts/build_docs.py` runs it.

The generator's own search is switched off: `_site/search_index.py` writes an index with kbsearch's analyzer, and
`_site/static/search.js` asks it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_site"))

from kbsearch import __version__
from kbsearch.corpus.anchors import slug

project = "kbsearch"
version = release = __version__
copyright = "the kbsearch authors"  # shown at the foot of each page
html_title = "kbsearch"
language = "en"

extensions = ["myst_parser", "navigation", "search_index", "security_policy"]
myst_heading_anchors = 6
myst_heading_slug_func = slug
suppress_warnings = ["config.cache"]  # that a function cannot be cached is of no consequence: nothing is
exclude_patterns = ["_site"]

html_theme = "furo"
html_static_path = ["_site/static"]
templates_path = ["_site/templates"]
html_css_files = ["site.css"]
html_js_files = [("search.js", {"type": "module"})]
html_favicon = "_site/static/icon.svg"
html_copy_source = False
html_use_index = False
html_permalinks_icon = "#"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1b6f4b", "color-brand-content": "#1b6f4b"},
    "dark_css_variables": {"color-brand-primary": "#6cc79c", "color-brand-content": "#6cc79c"},
}
