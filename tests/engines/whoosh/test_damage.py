"""Damaged and forged index files: a clear error or right answers, never anything else."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from contract_cases import NODES, make_post

from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.container import ITEM_SIZES, ArrayReader, ArrayWriter
from kbsearch.engines.whoosh.encode import encode
from kbsearch.engines.whoosh.plain import plain_search
from kbsearch.engines.whoosh.toc import TOC_FILE, Toc, read_toc, write_toc
from kbsearch.engines.whoosh.writer import WhooshWriter
from kbsearch.errors import IndexUnusableError

ENGINE = WhooshEngine()
QUESTIONS = [
    *(SearchRequest(NODES[name], limit=5) for name in ("or-many", "and-three", "best-tie", "and-optional")),
    SearchRequest(NODES["phrase-two"], filter=NODES["keyword-tag"], limit=50),
    SearchRequest(NODES["or-mixed"], facets=("category", "tag", "year"), sort="newest"),
    SearchRequest(NODES["range-from"], sort="oldest"),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound")
    ENGINE.create(folder)
    for first in (0, 20):
        writer = WhooshWriter(folder)
        writer.add(encode([make_post(n) for n in range(first, first + 25)]))
        writer._writer.meta = {"n": first}
        writer._writer.commit(merge=False)
    assert len(read_toc(folder).segments) == 2
    return folder


def ask(folder):
    """All that can be asked of an index."""
    reader = ENGINE.reader(folder)
    answers = [reader.search(request) for request in QUESTIONS]
    answers += [plain_search(reader._collection, request) for request in QUESTIONS]
    posts = [(reader.stored(ref), reader.source(ref)) for ref in reader.refs()]
    words = [list(reader.terms(name)) for name in ("body", "gram", "tag", "key", "title")]
    found = [reader.find(make_post(n).key) for n in range(48)]
    hits = [(request.query, ref) for request in QUESTIONS for ref, _ in reader.search(request).hits]
    parts = [reader.score_parts(query, ref) for query, ref in hits]
    return reader.count(), dict(reader.meta), answers, posts, words, found, parts


def test_flipped_bytes(sound, tmp_path):
    """Any byte of any file changed: a clear error, or exactly the answers of the sound index."""
    right = ask(sound)
    rnd = random.Random(7)
    refused = 0
    for path in sorted(sound.iterdir()):
        raw = path.read_bytes()
        folder = tmp_path / path.name
        shutil.copytree(sound, folder)
        for place in {rnd.randrange(len(raw)) for _ in range(250)} | set(range(len(raw) - 100, len(raw))):
            changed = bytearray(raw)
            changed[place] ^= rnd.randrange(1, 256)
            (folder / path.name).write_bytes(changed)
            try:
                assert ask(folder) == right
            except IndexUnusableError as error:
                refused += 1
                assert str(folder) in str(error)
            else:
                assert ENGINE.check(folder) != [], place
    assert refused > 500


def test_missing_and_cut_files(sound, tmp_path):
    """A file that is gone or too short is named in the error."""
    for path in sorted(sound.iterdir()):
        for keep in (None, 0, 10, 100, path.stat().st_size - 1):
            folder = tmp_path / f"{path.name}-{keep}"
            shutil.copytree(sound, folder)
            if keep is None:
                (folder / path.name).unlink()
            else:
                (folder / path.name).write_bytes(path.read_bytes()[:keep])
            with pytest.raises(IndexUnusableError):
                ask(folder)
            assert ENGINE.check(folder) != []


def forged(sound, folder, seed: int) -> str:
    """A copy in which one array of a segment has other numbers, and every checksum is right."""
    rnd = random.Random(seed)
    shutil.copytree(sound, folder)
    toc = read_toc(folder)
    info = rnd.choice(toc.segments)
    source = ArrayReader(sound / info.file)
    names = [name for name in source.names() if len(source.array(name))]
    chosen = rnd.choice(names)
    out = ArrayWriter(folder / info.file)
    for name in source.names():
        array = source.array(name)
        code = array.view.format
        values = np.array(array.view, dtype={"q": "i8"}.get(code, f"u{ITEM_SIZES[code]}"))
        if name == chosen:
            top = (1 << 8 * ITEM_SIZES[code] - (code == "q")) - 1
            for _ in range(rnd.randint(1, 5)):
                place = rnd.randrange(len(values))
                values[place] = rnd.choice([0, 1, top, top - 1, min(top, len(values)), rnd.randint(0, top)])
            if rnd.random() < 0.2:
                values = values[: rnd.randrange(len(values))]
        out.add(name, code, [values])
    size, checksum = out.finish(source.meta)
    segments = tuple(s._replace(size=size, checksum=checksum) if s == info else s for s in toc.segments)
    write_toc(folder, Toc(toc.generation, segments, toc.meta))
    return chosen


@pytest.mark.parametrize("part", range(8))
def test_forged_numbers(sound, tmp_path, part):
    """Numbers that make no sense, under right checksums: wrong answers or a clear error, but no crash, no hang and
    no huge allocation.
    """
    for seed in range(part * 40, part * 40 + 40):
        folder = tmp_path / str(seed)
        forged(sound, folder, seed)
        with suppress(IndexUnusableError):
            ask(folder)
        ENGINE.check(folder)
        with suppress(IndexUnusableError):
            writer = WhooshWriter(folder)
            writer.add(encode([make_post(2, seed=1)]))
            writer._writer.commit(optimize=True)
            ask(folder)
        shutil.rmtree(folder)


def test_hostile_segments_table(sound, tmp_path):
    """A table that claims more posts than there are is refused."""
    shutil.copytree(sound, tmp_path / "x")
    toc = read_toc(sound)
    for posts in (0, 24, 26, 1 << 60):
        write_toc(tmp_path / "x", toc._replace(segments=(toc.segments[0]._replace(posts=posts),)))
        with pytest.raises(IndexUnusableError):
            ask(tmp_path / "x")
        assert ENGINE.check(tmp_path / "x") != []


UNPICKLED = """
import sys, pickle, _pickle, marshal, shelve, pathlib
sys.path.insert(0, sys.argv[1])
import kbsearch.engines.whoosh.index, kbsearch.engines.whoosh.check, kbsearch.engines.whoosh.search
from contract_cases import NODES, make_post
loads = marshal.loads
def refuse(*args, **kwargs):
    if "importlib" in sys._getframe(1).f_code.co_filename:
        return loads(*args)  # Python's own compiled modules
    raise SystemExit("something was unpickled")
for module in (pickle, _pickle):
    for name in ("load", "loads", "Unpickler"):
        setattr(module, name, refuse)
pickle._Unpickler = pickle._load = pickle._loads = refuse
marshal.load = marshal.loads = refuse
import whoosh.index, whoosh.filedb.structfile
from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.encode import encode
from whoosh import query
folder, engine = pathlib.Path(sys.argv[2]), WhooshEngine()
reader = engine.reader(folder)
for node in NODES.values():
    reader.search(SearchRequest(node, facets=("tag",)))
assert engine.check(folder) == []
with kbsearch.engines.whoosh.index.ArrayIndex(folder).searcher() as searcher:
    assert len(searcher.search(query.Or([query.Term("body", "model"), query.Phrase("gram", ["a", "b"])])))
    assert searcher.search(query.Every(), sortedby="date")[0]["key"]
writer = engine.writer(folder)
writer.add(encode([make_post(3, seed=5)]))
writer.remove([make_post(4).key])
writer.commit({})
assert engine.reader(folder).count() == reader.count() - 1
print("done")
"""


def test_nothing_is_unpickled(sound, tmp_path):
    """With every entry to pickle and marshal barred, the index opens, answers, is checked and updated, also as a
    Whoosh index.
    """
    shutil.copytree(sound, tmp_path / "x")
    contract = str(tmp_path.parent / "none")
    for path in sys.path:
        if path.endswith("contract"):
            contract = path
    done = subprocess.run(
        [sys.executable, "-c", UNPICKLED, contract, str(tmp_path / "x")], capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", done.stderr
    for path in (tmp_path / "x").iterdir():
        raw = path.read_bytes()
        assert not raw.startswith(b"\x80")
        if path.name == TOC_FILE:
            text, checksum, _ = raw.split(b"\n")
            assert zlib.crc32(text) == int(checksum)
            assert json.loads(text)["format"] == 1
