"""Opening an index, a dictionary or a cache of unknown origin runs nothing."""

from __future__ import annotations

import json
import marshal
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch import KbsearchError, KnowledgeBase, Post
from kbsearch.engines import ENGINES

_WATCH = """
import builtins, json, marshal, pickle, sys
index, dictionary = sys.argv[1:3]
import click, jieba, markdown, numpy, yaml, rjieba, Stemmer, whoosh.index  # what libraries do when imported is theirs
from kbsearch import KnowledgeBase, KbsearchError, Post
from kbsearch.cli import main
import kbsearch.check, kbsearch.indexing, kbsearch.update

with KnowledgeBase(index + "-warm") as kb:  # imports all that is imported lazily, on an index of our own
    kb.add([Post(id="a", text="扩散模型")])
    kb.search("扩散模型", facets=("tag",)); kb.status(); kb.explain("扩散"); kb.search("kuosan diffusoin~ diff*")

calls = []
def importing():  # what Python does to import a module of ours
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
def forbid(module, name):
    old = getattr(module, name)
    def called(*arguments, **options):
        if not importing():
            frame = sys._getframe(1)
            calls.append(f"{name} from {frame.f_code.co_filename}:{frame.f_lineno}")
        return old(*arguments, **options)
    setattr(module, name, called)
for module, name in ((pickle, "loads"), (pickle, "load"), (pickle, "Unpickler"), (marshal, "loads"), (marshal, "load"),
                     (builtins, "eval"), (builtins, "exec")):
    forbid(module, name)
audited = []
def hook(event, arguments):
    if event in ("pickle.find_class", "marshal.loads", "marshal.load", "os.system", "subprocess.Popen", "os.exec",
                 "os.posix_spawn", "code.__new__") and not importing():
        audited.append(event)
sys.addaudithook(hook)
try:
    with KnowledgeBase(index, user_dictionary=dictionary or None) as kb:
        kb.search("扩散模型"); kb.search('"散模"'); kb.latest(); kb.tags(); kb.status(); kb.explain("扩散")
        list(kb.posts())
        if dictionary:
            kb.add([Post(id="b", text="扩散")])
    kbsearch.check.check_index(kb.folder)
except KbsearchError as error:
    calls += [f"error: {error}"] if "--strict" in sys.argv else []
print(json.dumps([calls, audited]))
"""


class _Bomb:
    """What runs a command when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"touch '{self.proof}'",)


def _code(proof: Path) -> bytes:
    return marshal.dumps(compile(f"open({str(proof)!r}, 'w')", "x", "exec"))


@pytest.fixture(params=sorted(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    with KnowledgeBase(folder, engine=request.param) as kb:
        kb.add([Post(id=f"{n}", title="扩散模型", text=f"扩散模型 {n} 采样", tags=("a",)) for n in range(5)])
    return folder


def _watched(index: Path, *options: str) -> tuple[list[str], list[str]]:
    command = [sys.executable, "-c", _WATCH, str(index), *(options or ("",))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    calls, audited = json.loads(done.stdout.splitlines()[-1])
    return calls, audited


def test_no_deserialiser_is_called(index: Path) -> None:
    """Reading, searching, checking and updating never unpickle, unmarshal, evaluate or start a process."""
    calls, audited = _watched(index, "", "--strict")
    assert calls == [] and audited == []


@pytest.mark.parametrize("kind", ["pickle", "marshal"])
def test_malicious_files(index: Path, tmp_path: Path, kind: str) -> None:
    """With code planted in any file of an index, whole or at its end or under the names old Whoosh uses, none runs."""
    proof = tmp_path / "it-ran"
    payload = pickle.dumps(_Bomb(proof)) if kind == "pickle" else _code(proof)
    files = sorted(path for path in index.rglob("*") if path.is_file())
    for path in files:
        original = path.read_bytes()
        for planted in (payload, original + payload, payload + original[len(payload) :]):
            path.write_bytes(planted)
            try:
                with KnowledgeBase(index, create=False) as kb:
                    kb.search("扩散模型")
                    kb.latest()
                    kb.status()
            except KbsearchError:
                pass
            assert not proof.exists(), path
        path.write_bytes(original)
    engine = next(index.glob("g-*/engine"))
    for name in (
        "_MAIN_1.toc",
        "MAIN_1.toc",
        "MAIN_WRITELOCK",
        "MAIN_0123456789abcdef.trm",
        "cache.pickle",
        "jieba.cache",
    ):
        (engine / name).write_bytes(payload)
        (index / name).write_bytes(payload)
    calls, audited = _watched(index)
    assert calls == [] and audited == [] and not proof.exists()


def test_planted_jieba_cache(index: Path, tmp_path: Path) -> None:
    """A marshalled cache under the name jieba looks for in the folder for temporary files is not loaded."""
    temporary, proof = tmp_path / "tmp", tmp_path / "it-ran"
    temporary.mkdir()
    (temporary / "jieba.cache").write_bytes(_code(proof))
    environment = {**os.environ, "TMPDIR": str(temporary)}
    planted = (temporary / "jieba.cache").read_bytes()
    for arguments in (
        ["index", "--rebuild", "--index-dir", str(index)],
        ["query", "扩散模型", "--index-dir", str(index)],
    ):
        command = ["strace", "-f", "-e", "trace=openat,open", sys.executable, "-m", "kbsearch", *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        except FileNotFoundError:
            done = subprocess.run(command[4:], capture_output=True, text=True, env=environment, timeout=120)
        assert "jieba.cache" not in done.stderr
    assert (temporary / "jieba.cache").read_bytes() == planted
    assert not proof.exists()


@pytest.mark.parametrize("kind", ["pickle", "marshal", "python"])
def test_malicious_dictionary(index: Path, tmp_path: Path, kind: str) -> None:
    """A user dictionary that is a pickle, marshalled code or a program is an error, or words, and never runs."""
    proof, dictionary = tmp_path / "it-ran", tmp_path / "words.txt"
    dictionary.write_bytes(
        {
            "pickle": pickle.dumps(_Bomb(proof)),
            "marshal": _code(proof),
            "python": f"__import__('os').system('touch {proof}')\n".encode(),
        }[kind]
    )
    calls, audited = _watched(index, str(dictionary))
    assert calls == [] and audited == [] and not proof.exists()
