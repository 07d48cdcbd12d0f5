"""The default engine: a Whoosh index with a codec of our own, on memory-mapped arrays (see docs/index-format.md).

Read it in this order: :mod:`.container` (a file of arrays), :mod:`.toc` (what a commit is), :mod:`.segment` (an index
of some posts, read); :mod:`.encode`, :mod:`.pool`, :mod:`.merge`, :mod:`.build` (how one is made); :mod:`.collection`,
:mod:`.evaluate`, :mod:`.search` (how a plan is carried out); :mod:`.codec` and :mod:`.index` (Whoosh's side of it).
"""

from __future__ import annotations

from kbsearch.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
