"""The engine for many posts on one machine: Tantivy, a search library in Rust (extra ``tantivy``).

Its files are Tantivy's own; kbsearch adds ``commit-N.json`` files, which carry a commit's ``meta`` (see
:mod:`kbsearch.engines.tantivy.commits`).
"""

from kbsearch.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
