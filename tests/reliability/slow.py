"""Whether to try everything many times: ``KBSEARCH_SLOW=1``."""

from __future__ import annotations

import os

SLOW = bool(os.environ.get("KBSEARCH_SLOW"))
