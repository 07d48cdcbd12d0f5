"""docs/configuration.md says what is so."""

from __future__ import annotations

import re
from pathlib import Path

from kbsearch.config.read import read_config
from kbsearch.config.settings import SETTINGS

TEXT = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_example_can_be_read(project: Path) -> None:
    """The file at the beginning of the page is a valid one."""
    (block,) = re.findall(r"^```toml\n(.*?)^```", TEXT, re.M | re.S)
    (project / "kbsearch.toml").write_text(block, encoding="utf-8")
    assert read_config(project / "kbsearch.toml").values["limit"] == 20


def test_every_setting_is_described() -> None:
    """The table has exactly the settings that there are, in their order."""
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.M) == list(SETTINGS)
