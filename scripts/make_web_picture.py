"""Make docs/images/web.png: the web page in Chromium, showing a search of the sample corpus.

Needs ``pip install 'kbsearch[web,test]'`` and Chromium (``KBSEARCH_CHROMIUM`` names it where it is not in the path).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/images/web.png"
QUERY = "怎么加速扩散模型的采样？"


def make(path: Path) -> None:
    """Index the sample corpus, serve it, ask, and take the picture."""
    with tempfile.TemporaryDirectory() as index:
        program = [sys.executable, "-m", "kbsearch"]
        subprocess.run([*program, "index", str(ROOT / "corpus"), "--index-dir", index, "--quiet"], check=True)
        server = subprocess.Popen(
            [*program, "serve", "--port", "0", "--index-dir", index],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+?(?=/)", server.stdout.readline())
            assert address, "kbsearch serve did not say its address"
            _shoot(f"{address[0]}/search?q={QUERY}", path)
        finally:
            server.terminate()
            server.wait(20)


def _shoot(address: str, path: Path) -> None:
    executable = os.environ.get("KBSEARCH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    switches = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--disable-gpu", *switches])
        page = browser.new_page(viewport={"width": 1080, "height": 760}, locale="zh-CN", color_scheme="light")
        page.goto(address)
        page.wait_for_selector("mark")
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    make(PICTURE)
