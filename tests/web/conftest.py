"""A knowledge base with the sample corpus and with posts that mean harm, and a client that asks as a browser would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra 'web' is not installed")

from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_dangers import HOSTILE

from kbsearch import KnowledgeBase, Post
from kbsearch.web import create_app

HOSTILE_TEXT = f"""
Quokka text. {HOSTILE}

<iframe src="https://evil.example"></iframe><svg onload=alert(3)><style>body{{display:none}}</style>
<a href="javascript:alert(4)" onclick="alert(5)">raw</a> [link](javascript:alert%286%29) [data](data:text/html,x)
<form action="https://evil.example"><input name=q></form><base href="https://evil.example/"><meta http-equiv=refresh>
<p style="position:fixed" id="kb-main" name="q">styled</p>

## {HOSTILE}

$\\text{{{HOSTILE}}} \\href{{javascript:alert(7)}}{{x}}$ `{HOSTILE}` [[{HOSTILE}]] ![{HOSTILE}](javascript:alert(8))

```{HOSTILE}
{HOSTILE}
```
"""


@pytest.fixture(scope="session")
def kb(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path_factory.mktemp("web") / "index") as opened:
        opened.index(sample_corpus, workers=1)
        opened.add(
            [
                Post(id="evil.md", title=HOSTILE, text=HOSTILE_TEXT, category=HOSTILE, tags=(HOSTILE,)),
                Post(id="../odd//id?x#y.md", title="An odd id", text="Wombat [home](evil.md)."),
            ]
        )
        yield opened


@pytest.fixture(scope="session")
def app(kb: KnowledgeBase) -> Starlette:
    return create_app(kb)


@pytest.fixture(scope="session")
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost:8000") as opened:
        yield opened
