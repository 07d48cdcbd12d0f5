"""Where the time of indexing goes: each step of the pipeline by itself, in one process, in processor time."""

from __future__ import annotations

import gc
import pickle
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["stage_times"]

_BATCH_BYTES = 1_500_000


def stage_times(place: Path, index: Path, engine_name: str) -> dict[str, float]:
    """Processor milliseconds a megabyte of Markdown for each step.

    The steps up to ``pickle`` run in worker processes, the others in the main one.
    """
    import kbsearch.documents as documents_module
    from kbsearch.analysis.analyzer import Analyzer
    from kbsearch.corpus.manifest import digest
    from kbsearch.corpus.read import read_post
    from kbsearch.corpus.walk import walk
    from kbsearch.documents import prepare
    from kbsearch.engines import load_engine
    from kbsearch.engines.base import IndexDocument
    from kbsearch.files import read_regular

    spent: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        spent[name] = spent.get(name, 0.0) + time.process_time() - began

    def timed(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **kwargs: object) -> object:
            with step(name):
                return function(*args, **kwargs)

        return run

    shutil.rmtree(index, ignore_errors=True)
    index.mkdir(parents=True)
    engine = load_engine(engine_name)
    engine.create(index)
    encode, writer = engine.encoder(), engine.writer(index)
    analyzer = Analyzer(None, engine.notation())
    analyzer.document_terms = timed("analyse", analyzer.document_terms)  # type: ignore[method-assign]
    with step("start: load dictionaries"):
        analyzer.query_words("扩散模型")
        prepare(read_post("# 扩散模型 diffusion".encode(), "a.md").posts[0], analyzer)
    labels = {
        "parse_markdown": "parse Markdown",
        "mine": "mine synonyms",
        "encode_stored": "stored JSON",
        "encode_source": "compress source",
    }
    originals = {name: getattr(documents_module, name) for name in labels}
    for name, function in originals.items():
        setattr(documents_module, name, timed(labels[name], function))
    spent.pop("analyse", None)
    size = 0
    batch: list[IndexDocument] = []
    gc.collect()
    try:
        with step("walk"):
            found = walk(place / "files", "", max_bytes=20_000_000).files
        held = 0
        for number, file in enumerate(found):
            with step("read file"):
                data = read_regular(file.absolute, 20_000_000, links="no")
            with step("digest"):
                digest(data)
            with step("front matter"):
                posts = read_post(data, file.path).posts
            with step("document"):
                batch += [prepare(post, analyzer).document for post in posts]
            size += len(data)
            held += len(data)
            if held >= _BATCH_BYTES or number + 1 == len(found):
                with step("encode"):
                    encoded = encode(batch)
                with step("pickle"):
                    pickled = pickle.dumps(encoded, pickle.HIGHEST_PROTOCOL)
                with step("unpickle"):
                    encoded = pickle.loads(pickled)
                with step("take in"):
                    writer.add(encoded)
                batch, held = [], 0
        with step("commit"):
            writer.commit({})
    finally:
        for name, function in originals.items():
            setattr(documents_module, name, function)
    spent["document"] -= sum(spent.get(each, 0.0) for each in ("analyse", *labels.values()))
    start = spent.pop("start: load dictionaries")
    return {name: seconds * 1000 / (size / 1e6) for name, seconds in spent.items()} | {"start ms": start * 1000}
