"""How good the ranking is: nDCG@10, MRR@10 and Recall@100 over judged queries.

A judged collection is a folder with ``corpus.jsonl`` (id, title, text), ``queries.jsonl`` (id, text) and ``qrels.tsv``
(query id, document id, grade). Without judgements, a corpus can judge itself: its titles and headings are the
queries, and the post each comes from is the answer, with title and heading left out of what is searched.
"""

from __future__ import annotations

import json
import math
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kbsearch.engines import CLUSTER_ENGINES, cluster_of_environment, load_engine
from kbsearch.engines.base import RemoteEngine
from kbsearch.errors import InputError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.model import Post
from kbsearch.target import DEFAULT_ENGINE

__all__ = ["Collection", "Scores", "evaluate", "own_collection", "read_collection", "score_rankings"]

_DEPTH = 100
_CUT = 10


@dataclass(frozen=True, slots=True)
class Collection:
    """Posts, queries by id, and for each query the grades of the posts that answer it."""

    name: str
    posts: Sequence[Post]
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the queries that have an answer.

    nDCG uses the grade as gain and a logarithmic discount (Järvelin & Kekäläinen 2002); MRR is the reciprocal rank of
    the first answer among ten; recall the share of answers among the first hundred.
    """

    name: str
    queries: int
    ndcg_10: float
    mrr_10: float
    recall_100: float


def read_collection(folder: Path) -> Collection:
    """Read a judged collection.

    Raises:
        InputError: a file is missing or not of the form above.
    """
    try:
        posts = [
            Post(id=str(row["id"]), title=str(row.get("title", "")), text=str(row.get("text", "")))
            for row in _rows(folder / "corpus.jsonl")
        ]
        queries = {str(row["id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
        grades: dict[str, dict[str, float]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) >= 3 and parts[0] in queries:
                grades.setdefault(parts[0], {})[parts[1]] = float(parts[2])
    except OSError as error:
        raise InputError(
            f"{error.filename}: cannot be read ({error.strerror}); a judged folder has corpus.jsonl, "
            "queries.jsonl and qrels.tsv"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{folder}: not a judged collection ({error!r})") from error
    return Collection(folder.name, posts, queries, grades)


def own_collection(posts: Iterable[Post], headings: Callable[[Post], Sequence[str]], limit: int = 2000) -> Collection:
    """A collection whose queries are the posts' own titles and headings, evenly drawn, at most ``limit``."""
    bare: list[Post] = []
    wanted: list[tuple[str, str]] = []
    for post in posts:
        names = [name for name in dict.fromkeys([post.title, *headings(post)]) if len(name) >= 4]
        wanted += [(name, post.id) for name in names]
        text = "\n".join(line for line in post.text.split("\n") if line.lstrip("# ").strip() not in names)
        bare.append(Post(id=post.id, text=text, path=post.path))
    step = max(1, len(wanted) // limit)
    queries: dict[str, str] = {}
    grades: dict[str, dict[str, float]] = {}
    number_of: dict[str, str] = {}
    for name, post_id in wanted[::step]:
        number = number_of.setdefault(name, str(len(number_of)))
        queries[number] = name
        grades.setdefault(number, {})[post_id] = 1.0
    return Collection("own titles and headings", bare, queries, grades)


def evaluate(collection: Collection, engine: str | None = None) -> Scores:
    """Index a collection for the time being, ask its queries, score the answers."""
    with _temporary(engine or DEFAULT_ENGINE) as kb:
        kb.add(collection.posts)
        asked = {number: collection.queries[number] for number in collection.grades}
        rankings = {number: kb.rank(text, limit=_DEPTH) for number, text in asked.items()}
    return score_rankings(collection.name, rankings, collection.grades)


@contextmanager
def _temporary(engine: str) -> Iterator[KnowledgeBase]:
    """A knowledge base that is deleted afterwards; in a cluster under a name of its own, beside the user's posts."""
    cluster = cluster_of_environment() if engine in CLUSTER_ENGINES else None
    if cluster is not None:
        cluster = replace(cluster, name=f"{cluster.name[:80] or 'kbsearch'}-eval-{uuid.uuid4().hex[:12]}")
    with (
        tempfile.TemporaryDirectory(prefix="kbsearch-eval-") as folder,
        KnowledgeBase(Path(folder) / "index", engine=engine, cluster=cluster) as kb,
    ):
        try:
            yield kb
        finally:
            made = load_engine(engine, cluster)
            if isinstance(made, RemoteEngine) and cluster is not None:
                made.drop()


def score_rankings(
    name: str, rankings: Mapping[str, Sequence[str]], grades: Mapping[str, Mapping[str, float]]
) -> Scores:
    """Score ranked ids per query against their grades."""
    ndcg = mrr = recall = 0.0
    judged = [number for number, wanted in grades.items() if any(grade > 0 for grade in wanted.values())]
    for number in judged:
        wanted, ranking = grades[number], rankings.get(number, ())
        gains = [wanted.get(each, 0.0) for each in ranking[:_CUT]]
        ideal = sorted((grade for grade in wanted.values() if grade > 0), reverse=True)[:_CUT]
        ndcg += _dcg(gains) / _dcg(ideal)
        mrr += next((1 / rank for rank, gain in enumerate(gains, 1) if gain > 0), 0.0)
        answers = {each for each, grade in wanted.items() if grade > 0}
        recall += len(answers.intersection(ranking[:_DEPTH])) / len(answers)
    count = max(len(judged), 1)
    return Scores(name, len(judged), ndcg / count, mrr / count, recall / count)


def _dcg(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def _rows(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
