"""What a query in a new process loads."""

from __future__ import annotations

import subprocess
import sys

from contract_cases import make_post

from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.encode import encode
from kbsearch.engines.whoosh.writer import WhooshWriter

QUERY = """
import sys
from pathlib import Path
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.base import SearchRequest
from kbsearch.query.plan import Or, Phrase, Term
reader = WhooshEngine().reader(Path(sys.argv[1]))
query = Or((Term("body", "model"), Phrase("gram", (("a", 0), ("b", 1)))))
result = reader.search(SearchRequest(query, filter=Term("tag", "ddpm"), facets=("category",)))
assert result.total
for ref, _ in result.hits:
    reader.stored(ref), reader.score_parts(query, ref)
reader.frequency("body", "model"), list(reader.terms("tag")), reader.find("x"), reader.count()
print(*{name.split(".")[0] for name in sys.modules} & {"numpy", "whoosh", "multiprocessing", "pickle", "tempfile"})
"""


def test_a_query_loads_neither_numpy_nor_whoosh(tmp_path):
    """A query over few postings is answered by the standard library alone."""
    WhooshEngine().create(tmp_path)
    writer = WhooshWriter(tmp_path)
    writer.add(encode([make_post(n) for n in range(30)]))
    writer.commit({})
    done = subprocess.run([sys.executable, "-c", QUERY, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


MANY = """
import sys
from pathlib import Path
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.base import SearchRequest
from kbsearch.query.plan import All
reader = WhooshEngine().reader(Path(sys.argv[1]))
searches = 0
while "numpy" not in sys.modules:
    assert reader.search(SearchRequest(All(), facets=("tag",))).total == 30
    searches += 1
print(searches)
"""


def test_many_queries_load_numpy(tmp_path):
    """A process that asks for the tenth time gets the speed of arrays, however small its searches; a few do without."""
    WhooshEngine().create(tmp_path)
    writer = WhooshWriter(tmp_path)
    writer.add(encode([make_post(n) for n in range(30)]))
    writer.commit({})
    done = subprocess.run([sys.executable, "-c", MANY, str(tmp_path)], capture_output=True, text=True, check=True)
    assert 3 < int(done.stdout) <= 10
