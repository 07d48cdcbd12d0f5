"""Tests of optional features: skipped where a package is missing, but failing in CI, which installs them all."""

from __future__ import annotations

import os
from importlib import import_module

import pytest

__all__ = ["require_extra"]


def require_extra(extra: str, *modules: str) -> None:
    """Go on only if the extra's modules can be imported; for the top of a test module."""
    for module in modules:
        try:
            import_module(module)
        except ImportError as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"the extra {extra!r} is not installed ({error})", allow_module_level=True)
