"""Engines alone: everyone is given the same words in the same order, keeps their positions, and finds ten posts.

Beside the words, each keeps the post's name, its category and its date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.contenders import Ask
from benchmarks.corpus import KINDS, Question, TokenPost, read_tokens

__all__ = ["Bm25s", "Fts5", "Kbsearch", "StockWhoosh", "Tantivy", "Xapian"]

_LIMIT = 10
_BATCH = 256  # posts that kbsearch encodes together, as when it indexes files
_WRITER_BYTES = 128_000_000


class _GivenWords:
    """Contenders that take words; those are in memory before the clock starts."""

    def load(self, place: Path) -> list[TokenPost]:
        return list(read_tokens(place))


class Kbsearch(_GivenWords):
    """An engine of kbsearch, with nothing above it; the words go into its one field with positions."""

    kinds = frozenset(KINDS)

    def __init__(self, engine: str) -> None:
        from kbsearch.engines import load_engine

        self.engine = load_engine(engine)

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        from kbsearch.engines.base import IndexDocument

        self.engine.create(index)
        encode, writer = self.engine.encoder(), self.engine.writer(index)
        posts = iter(given)
        while batch := list(islice(posts, _BATCH)):
            documents = [
                IndexDocument(
                    key=post.key,
                    terms={"gram": post.tokens},
                    keywords={"category": [post.category]},
                    numbers={"date": post.date * 1_000_000},
                    stored=post.key.encode(),
                )
                for post in batch
            ]
            writer.add(encode(documents))
        writer.commit({})

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        from kbsearch.engines.base import SearchRequest
        from kbsearch.query.expansion import Expander
        from kbsearch.query.plan import And, Node, Or, Phrase, Term

        reader = self.engine.reader(index)

        def ask(question: Question) -> int:
            terms = tuple(Term("gram", token) for token in question.tokens)
            node: Node
            match question.kind:
                case "one":
                    node = terms[0]
                case "and":
                    node = And(terms)
                case "phrase":
                    node = Phrase("gram", tuple((token, at) for at, token in enumerate(question.tokens)))
                case "fuzzy":
                    node = Or(tuple(Expander(reader).fuzzy(question.tokens[0], 1, ("gram",))))
                case _:
                    node = Or(terms)
            narrowed = Term("category", question.category) if question.category else None
            sort = "newest" if question.kind == "sorted" else "relevance"
            found = reader.search(SearchRequest(node, narrowed, sort, _LIMIT))  # type: ignore[arg-type]
            return len([reader.stored(ref).decode() for ref, _ in found.hits])

        return ask


class Tantivy(_GivenWords):
    """tantivy-py as it comes, with its default number of threads."""

    kinds = frozenset(KINDS)

    def _index(self, folder: Path) -> tuple[Any, Any]:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", tokenizer_name="words", index_option="position")
        builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("category", tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("date", indexed=True, fast=True)
        schema = builder.build()
        index = tantivy.Index(schema, path=str(folder))
        words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("words", words)
        return index, schema

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        import tantivy

        tantivy_index, _ = self._index(index)
        writer = tantivy_index.writer(_WRITER_BYTES)
        for post in given:
            document = tantivy.Document()
            document.add_text("body", " ".join(post.tokens))
            document.add_text("key", post.key)
            document.add_text("category", post.category)
            document.add_integer("date", post.date)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        import tantivy
        from tantivy import Occur, Order, Query

        tantivy_index, schema = self._index(index)
        searcher = tantivy_index.searcher()

        def ask(question: Question) -> int:
            def term(token: str) -> Query:
                return Query.term_query(schema, "body", token, "freq")

            match question.kind:
                case "and":
                    query = Query.boolean_query([(Occur.Must, term(token)) for token in question.tokens])
                case "phrase":
                    query = Query.phrase_query(schema, "body", list(enumerate(question.tokens)))
                case "fuzzy":
                    query = Query.fuzzy_term_query(schema, "body", question.tokens[0], 1, True)
                case "one":
                    query = term(question.tokens[0])
                case _:
                    query = Query.boolean_query([(Occur.Should, term(token)) for token in question.tokens])
            if question.category:
                only = Query.term_query(schema, "category", question.category, "basic")
                query = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(only, 0.0))])
            if question.kind == "sorted":
                found = searcher.search(query, _LIMIT, order_by_field="date", order=Order.Desc)
            else:
                found = searcher.search(query, _LIMIT)
            return len([searcher.doc(address)["key"][0] for _, address in found.hits])

        assert tantivy
        return ask


class Fts5(_GivenWords):
    """SQLite's full-text search, contentless, words joined by spaces; names, categories and dates in a table."""

    kinds = frozenset(KINDS) - {"fuzzy"}

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        database = sqlite3.connect(index / "fts5.db")
        database.execute(
            "create virtual table words using fts5(body, content='', tokenize='unicode61 remove_diacritics 0')"
        )
        database.execute("create table post(id integer primary key, key text, category text, date integer)")
        for number, post in enumerate(given, 1):
            database.execute("insert into words(rowid, body) values (?, ?)", (number, " ".join(post.tokens)))
            database.execute("insert into post values (?, ?, ?, ?)", (number, post.key, post.category, post.date))
        database.commit()
        database.close()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        database = sqlite3.connect(index / "fts5.db")

        def ask(question: Question) -> int:
            quoted = [f'"{token}"' for token in question.tokens]
            match question.kind:
                case "and":
                    expression = " AND ".join(quoted)
                case "phrase":
                    expression = f'"{" ".join(question.tokens)}"'
                case _:
                    expression = " OR ".join(quoted)
            if question.category or question.kind == "sorted":
                order = "post.date desc" if question.kind == "sorted" else "words.rank"
                narrowed = "and post.category = ?" if question.category else ""
                rows = database.execute(
                    "select post.key from words join post on post.id = words.rowid "
                    f"where words match ? {narrowed} order by {order} limit {_LIMIT}",
                    (expression, question.category) if question.category else (expression,),
                )
                return len(rows.fetchall())
            rows = database.execute(
                f"select rowid from words where words match ? order by rank limit {_LIMIT}", (expression,)
            )
            found = [number for (number,) in rows]
            return len([database.execute("select key from post where id = ?", (n,)).fetchone() for n in found])

        return ask


class Bm25s(_GivenWords):
    """bm25s: scores of all words in all posts worked out beforehand; knows neither phrases nor required words."""

    kinds = frozenset({"one", "or"})

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        import bm25s

        engine = bm25s.BM25()
        engine.index([post.tokens for post in given], show_progress=False)
        engine.save(str(index))
        (index / "keys.txt").write_text("\n".join(post.key for post in given), encoding="utf-8")

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        import bm25s

        engine = bm25s.BM25.load(str(index), mmap=True)
        keys = (index / "keys.txt").read_text(encoding="utf-8").split("\n")

        def ask(question: Question) -> int:
            known = [token for token in question.tokens if token in engine.vocab_dict]
            if not known:
                return 0
            found, scores = engine.retrieve([known], k=min(_LIMIT, len(keys)), show_progress=False)
            return len([keys[int(n)] for n, score in zip(found[0], scores[0], strict=True) if score > 0])

        return ask


class Xapian(_GivenWords):
    """Xapian with its own BM25."""

    kinds = frozenset({"one", "or", "and", "phrase", "filtered", "sorted"})

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        import xapian

        database = xapian.WritableDatabase(str(index / "xapian"), xapian.DB_CREATE_OR_OPEN)
        for post in given:
            document = xapian.Document()
            for place, token in enumerate(post.tokens, 1):
                document.add_posting(token, place)
            document.add_boolean_term(f"XC{post.category}")
            document.add_value(0, xapian.sortable_serialise(post.date))
            document.set_data(post.key)
            database.add_document(document)
        database.commit()
        database.close()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        import xapian

        database = xapian.Database(str(index / "xapian"))

        def ask(question: Question) -> int:
            operator = {"and": xapian.Query.OP_AND, "phrase": xapian.Query.OP_PHRASE}
            query = xapian.Query(operator.get(question.kind, xapian.Query.OP_OR), list(question.tokens))
            if question.category:
                query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query(f"XC{question.category}"))
            enquire = xapian.Enquire(database)
            enquire.set_query(query)
            if question.kind == "sorted":
                enquire.set_sort_by_value(0, True)
            return len([match.document.get_data() for match in enquire.get_mset(0, _LIMIT)])

        return ask


class StockWhoosh(_GivenWords):
    """Whoosh with its own codec and collector."""

    kinds = frozenset(KINDS)

    def build(self, given: Sequence[TokenPost], index: Path) -> None:
        from whoosh import fields
        from whoosh import index as whoosh_index
        from whoosh.analysis import SpaceSeparatedTokenizer

        schema = fields.Schema(
            body=fields.TEXT(analyzer=SpaceSeparatedTokenizer()),
            key=fields.ID(stored=True),
            category=fields.ID,
            date=fields.NUMERIC(int, bits=64, sortable=True),
        )
        writer = whoosh_index.create_in(str(index), schema).writer(limitmb=256)
        for post in given:
            writer.add_document(body=" ".join(post.tokens), key=post.key, category=post.category, date=post.date)
        writer.commit()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        from whoosh import index as whoosh_index
        from whoosh.query import And, FuzzyTerm, Or, Phrase, Term

        searcher = whoosh_index.open_dir(str(index)).searcher()

        def ask(question: Question) -> int:
            terms = [Term("body", token) for token in question.tokens]
            match question.kind:
                case "and":
                    query = And(terms)
                case "phrase":
                    query = Phrase("body", list(question.tokens))
                case "fuzzy":
                    query = FuzzyTerm("body", question.tokens[0])
                case _:
                    query = Or(terms)
            narrowed = Term("category", question.category) if question.category else None
            if question.kind == "sorted":
                hits = searcher.search(query, limit=_LIMIT, sortedby="date", reverse=True)
            else:
                hits = searcher.search(query, limit=_LIMIT, filter=narrowed)
            return len([hit["key"] for hit in hits])

        return ask
