"""The whoosh engine's own tests use the posts and plans of the contract."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "contract"))
