from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from kbsearch import KnowledgeBase
from kbsearch.cli import cli


def test_missing_index_is_said_before_serving(tmp_path: Path) -> None:
    """With the command that makes one."""
    result = CliRunner().invoke(cli, ["serve", "--index-dir", str(tmp_path / "none")])
    assert result.exception is not None and "kbsearch index" in str(result.exception)


def test_taken_port_is_an_error_that_names_it(kb: KnowledgeBase) -> None:
    """Not a traceback."""
    from kbsearch.web import listen

    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["serve", "--port", str(port), "--index-dir", str(kb.folder)])
        assert f"port {port}" in str(result.exception) and "--port" in str(result.exception)


def test_missing_extra_is_named(kb: KnowledgeBase) -> None:
    """Without the extra's packages the error says what to install."""
    hide = (
        "import sys; sys.modules.update(dict.fromkeys(['starlette', 'uvicorn', 'nh3', 'jinja2']));"
        f"from kbsearch.cli import main; sys.argv = ['kbsearch', 'serve', '--index-dir', {str(kb.folder)!r}]; main()"
    )
    result = subprocess.run([sys.executable, "-c", hide], capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert "kbsearch[web]" in result.stderr and "Traceback" not in result.stderr


def test_other_commands_load_nothing_of_the_web() -> None:
    """The extra costs nothing where it is not used."""
    check = (
        "import sys; import kbsearch.cli, kbsearch.cli.query, kbsearch.knowledge_base;"
        "print([m for m in ('starlette', 'uvicorn', 'jinja2', 'nh3', 'markdown', 'pygments') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]"
