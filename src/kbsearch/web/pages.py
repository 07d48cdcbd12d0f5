"""The pages: what each shows, gathered from the knowledge base. All of it runs in worker threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kbsearch.analysis.fold import fold
from kbsearch.errors import KbsearchError, QueryError
from kbsearch.highlight import Highlighter, merge
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import Language, translate
from kbsearch.links import LinkGraph
from kbsearch.model import Hit, SearchResult
from kbsearch.stored import StoredPost
from kbsearch.web.addresses import image_address, post_address
from kbsearch.web.chart import Chart, month_chart, year_chart
from kbsearch.web.images import image_path
from kbsearch.web.marks import marked, passage
from kbsearch.web.parameters import SORTS, SearchParameters
from kbsearch.web.post_html import LinkTo, RenderedPost, Surroundings, plain_post, render_post
from kbsearch.web.wording import wording

__all__ = ["Pages"]

HITS_A_PAGE = 10
POSTS_A_PAGE = 12
_FACET_VALUES = 12  # shown of each facet
_KEPT = 64  # rendered posts
_KEPT_CHARACTERS = 500_000  # of each: larger ones are rendered again


@dataclass(frozen=True, slots=True)
class _Value:
    """A facet's value with the search that choosing it, or letting it go, leads to."""

    name: str
    count: int
    chosen: bool
    href: str


class Pages:
    """Makes pages from a knowledge base; may be used by several threads at once."""

    def __init__(self, kb: KnowledgeBase, *, remote_images: bool = False) -> None:
        self._kb = kb
        self._remote_images = remote_images
        self._rendered: OrderedDict[tuple[str, str], RenderedPost] = OrderedDict()
        self._rendered_for: LinkGraph | None = None
        self._lock = threading.Lock()
        self._templates = Environment(
            loader=PackageLoader("kbsearch.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["marked"] = marked
        self._templates.filters["passage"] = passage
        self._templates.globals["post_address"] = post_address

    def _page(self, template: str, language: Language, values: Mapping[str, Any]) -> str:
        return self._templates.get_template(template).render(
            t=wording(language), said=lambda text: translate(text, language), **values
        )

    # --- the front page ---

    def front(self, category: str, page: int, language: Language) -> str:
        """The latest posts, by day, of all categories or one."""
        categories = (category,) if category else ()
        result = self._kb.latest(categories=categories, limit=POSTS_A_PAGE, offset=(page - 1) * POSTS_A_PAGE)
        counts = self._kb.categories()
        days = [(day, list(hits)) for day, hits in groupby(result.hits, key=lambda hit: _day(hit))]

        def address(name: str, number: int = 1) -> str:
            return replace(SearchParameters(), categories=(name,) if name else (), page=number).address("/")

        return self._page(
            "front.html",
            language,
            {
                "q": "",
                "category": category,
                "categories": [(name, count, address(name)) for name, count in counts.items()],
                "total": result.total,
                "days": days,
                "all_href": address(""),
                "pages": _page_links(page, result.total, POSTS_A_PAGE, lambda number: address(category, number)),
                "warnings": result.warnings,
            },
        )

    # --- search ---

    def search(self, parameters: SearchParameters, language: Language, *, fragment: bool = False) -> tuple[int, str]:
        """A page of hits with filters, or only the part of it that changes with the query; and its HTTP status."""
        template = "results.html" if fragment else "search.html"
        values: dict[str, Any] = {"q": parameters.q, "parameters": parameters, "sorts": SORTS, "error": None}
        try:
            result = parameters.search(self._kb, default_limit=HITS_A_PAGE, facets=("category", "tag", "year", "month"))
            values |= self._results(parameters, result)
        except QueryError as error:
            values["error"] = error
            values |= {"before": parameters.q[: error.position], "after": parameters.q[error.position :]}
            return 400, self._page(template, language, values)
        return 200, self._page(template, language, values)

    def _results(self, parameters: SearchParameters, result: SearchResult) -> dict[str, Any]:
        facets = dict(result.facets)
        # What a choice among several would add is counted as if that choice were not made.
        if parameters.categories:
            facets["category"] = self._counts(replace(parameters, categories=()), "category")["category"]
        limit = parameters.limit or HITS_A_PAGE
        finder = self._highlighter(_words_of(parameters.q, result))
        return {
            "result": result,
            "hits": [(hit, _ranges(finder, hit.title), self._hit_address(hit, parameters)) for hit in result.hits],
            "facets": {
                "category": _values(facets["category"], parameters.categories, parameters.with_category),
                "tag": _values(facets["tag"], parameters.tags, parameters.with_tag),
            },
            "charts": self._charts(parameters, facets),
            "pages": _page_links(parameters.page, result.total, limit, lambda n: parameters.at_page(n).address()),
            "corrections": [(c, parameters.with_query(c.text).address()) for c in result.corrections],
            "first": (parameters.page - 1) * limit + 1,
        }

    def _charts(self, parameters: SearchParameters, facets: Mapping[str, Mapping[str, int]]) -> list[Chart]:
        """Hits over time as if no date were chosen: by month if they span few years; else by year, and a chosen year by
        month.
        """
        if parameters.since or parameters.until:
            facets = self._counts(parameters.without_dates(), "year", "month")
        if "month" in facets:
            charts = [month_chart(facets["month"], parameters)]
        else:
            charts = [year_chart(facets["year"], parameters)]
            if year := parameters.period[:4]:
                months = self._counts(replace(parameters, since=year, until=year), "month")["month"]
                charts.append(month_chart(months, parameters, within=year))
        return [chart for chart in charts if chart is not None]

    def _counts(self, parameters: SearchParameters, *facets: str) -> Mapping[str, Mapping[str, int]]:
        return replace(parameters, limit=1, page=1).search(self._kb, facets=facets).facets

    def _hit_address(self, hit: Hit, parameters: SearchParameters) -> str:
        return post_address(hit.id, query=parameters.q, anchor=hit.section.anchor)

    def _highlighter(self, query: str) -> Highlighter | None:
        if not query.strip():
            return None
        try:
            return self._kb.highlighter(query)
        except QueryError:
            return None

    # --- a post ---

    def post(self, id: str, query: str, language: Language) -> str:
        """A post, with what leads on from it; matches of ``query`` are marked.

        Raises:
            NotFoundError: there is no such post.
        """
        stored = self._kb.read(id)
        graph = self._kb.links()
        rendered = self._render(stored, graph, language)
        finder = self._highlighter(query)
        body = rendered.html((lambda text: _ranges(finder, text)) if finder else None)
        older, newer = graph.neighbours(id)
        backlinks = [entry for entry, _ in graph.backlinks(id)]
        return self._page(
            "post.html",
            language,
            {
                "q": query,
                "post": stored.post,
                "title_ranges": _ranges(finder, stored.post.title),
                "body": Markup(body),
                "contents": rendered.contents if len(rendered.contents) > 1 else (),
                "older": older,
                "newer": newer,
                "backlinks": backlinks,
                "related": self._kb.related(id, limit=6),
                "category_href": SearchParameters().with_category(stored.post.category).address("/"),
                "tags": [(tag, SearchParameters().with_tag(tag).address()) for tag in stored.post.tags],
                "back": SearchParameters(q=query).address() if query else "",
            },
        )

    def _render(self, stored: StoredPost, graph: LinkGraph, language: Language) -> RenderedPost:
        """The post's parts, kept for when they are asked for again while the index stays the same."""
        post = stored.post
        key = (post.id, language)
        with self._lock:
            if self._rendered_for is not graph:
                self._rendered.clear()
                self._rendered_for = graph
            kept = self._rendered.get(key)
            if kept is not None:
                self._rendered.move_to_end(key)
                return kept
        if post.path.endswith(".txt"):
            rendered = plain_post(post.text)
        else:
            rendered = render_post(post.text, post.title, self._surroundings(post.id, graph, language))
        with self._lock:
            small = sum(len(value) for _, value in rendered.parts) <= _KEPT_CHARACTERS
            if small and self._rendered_for is graph:
                self._rendered[key] = rendered
                while len(self._rendered) > _KEPT:
                    self._rendered.popitem(last=False)
        return rendered

    def _surroundings(self, source: str, graph: LinkGraph, language: Language) -> Surroundings:
        def link(target: str, wiki: bool) -> LinkTo:
            found = graph.resolve(source, target, wiki=wiki)
            if found.kind == "post":
                anchor = _anchor(found.anchor) if wiki else found.anchor
                return LinkTo(post_address(found.id, anchor=anchor), graph.entries[found.id].title)
            path = image_path(source, target) if found.kind == "file" else ""
            return LinkTo(image_address(path) if path else "")

        def image(address: str) -> str:
            path = image_path(source, address)
            return image_address(path) if path else ""

        return Surroundings(link, image, self._remote_images, wording(language)["missing"])

    # --- errors ---

    def error(self, status: int, heading: str, error: KbsearchError | None, language: Language) -> str:
        """A page that says what is wrong; ``heading`` names a phrase."""
        hint = getattr(error, "hint", "")
        values = {
            "q": "",
            "status": status,
            "heading": heading,
            "message": error.message if error else "",
            "hint": hint,
        }
        return self._page("error.html", language, values)


def _anchor(heading: str) -> str:
    """The anchor of a heading that a wiki link names."""
    from kbsearch.corpus.anchors import slug

    return slug(heading.rpartition("#")[2])


def _words_of(query: str, result: SearchResult) -> str:
    """The query as it was carried out: with a correction, if one was applied."""
    return next((correction.text for correction in result.corrections if correction.applied), query)


def _day(hit: Hit) -> str:
    return hit.date.isoformat() if hit.date else ""


def _ranges(finder: Highlighter | None, text: str) -> Sequence[tuple[int, int]]:
    if finder is None or not text:
        return ()
    return merge([(match.start, match.end) for match in finder.find(fold(text), text)])


def _values(counts: Mapping[str, int], chosen: Sequence[str], choose: Any) -> list[_Value]:
    """A facet's values, most frequent first, those chosen before all others."""
    names = sorted(counts, key=lambda name: (name not in chosen, -counts[name], name))
    names = [name for name in chosen if name not in counts] + names
    return [
        _Value(name, counts.get(name, 0), name in chosen, choose(name).address())
        for name in names[: max(_FACET_VALUES, len(chosen))]
    ]


def _page_links(page: int, total: int, limit: int, address: Any) -> dict[str, Any] | None:
    """Numbers to click: the first, the last, and those around; ``None`` if there is but one page."""
    last = max(1, -(-total // limit))
    if last == 1 and page == 1:
        return None
    around = {1, last, *range(max(1, page - 2), min(last, page + 2) + 1)}
    numbers: list[tuple[int, str]] = []
    for number in sorted(around):
        if numbers and number - numbers[-1][0] > 1:
            numbers.append((0, ""))
        numbers.append((number, address(number)))
    return {
        "page": page,
        "last": last,
        "numbers": numbers,
        "previous": address(min(page - 1, last)) if page > 1 else "",
        "next": address(page + 1) if page < last else "",
    }
