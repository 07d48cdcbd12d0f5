"""Posts over time as an SVG drawing that stands alone: stacked columns, a colour for each category.

Colours follow the reader's light or dark setting (a media query in the drawing's own style sheet), and are told apart
by readers with any colour vision (Okabe & Ito 2008). The drawing has a title and a description in words for those who
do not see it, and each column says its figures when pointed at. Nothing in it is fetched or run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

from kbsearch.cli.chart import grouped, labelled_years, period_said
from kbsearch.cli.terminal import columns, safe, truncate
from kbsearch.language import language, t, tn
from kbsearch.timeline import Period, Timeline, timeline

__all__ = ["svg_chart"]

_WIDTH, _HEIGHT = 960, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 92, 48  # margins around the columns
_MOST_PERIODS = 60
_LABEL = 36  # units of the drawing from one year's label to the next
_CATEGORIES = 8  # as many as there are colours
_LIGHT = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c00", "#7f7f7f")
_DARK = ("#4aa3df", "#f2b84b", "#2fc79a", "#e29cc4", "#8fd0f5", "#f08a4b", "#d6d64a", "#a8a8a8")
_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


def svg_chart(months: Mapping[str, Mapping[str, int]], posts: int) -> str:
    """The drawing as text in UTF-8, in the reader's language.

    Args:
        months: number of posts by month (``2024-03``), then by category.
        posts: number of all posts, those without a date included.
    """
    months = grouped(months, _CATEGORIES, t("others"))
    totals: Counter[str] = Counter()
    for counts in months.values():
        totals.update(counts)
    order = sorted(totals, key=lambda name: (name == t("others"), -totals[name], name))
    line = timeline(months, _MOST_PERIODS)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" role="img" aria-labelledby="title desc" lang="{language()}">',
            f'<title id="title">{_text(t("Posts by category and month"))}</title>',
            f'<desc id="desc">{_text(_description(line, order, totals))}</desc>',
            f"<style>{_style()}</style>",
            f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>',
            f'<text class="head" x="{_LEFT}" y="32">{_text(t("Posts by category and month"))}</text>',
            f'<text class="sub" x="{_WIDTH - _RIGHT}" y="32" text-anchor="end">'
            f"{_text(tn('{count} post', '{count} posts', posts))} · {_text(period_said(line.months))}</text>",
            *_legend(order, totals),
            *_grid(line),
            *_stacks(line, order),
            *_years(line),
            "</svg>",
            "",
        ]
    )


def _style() -> str:
    light = "".join(f".c{number}{{fill:{colour}}}" for number, colour in enumerate(_LIGHT))
    dark = "".join(f".c{number}{{fill:{colour}}}" for number, colour in enumerate(_DARK))
    return (
        f"text{{font:13px {_FONT};fill:#444}}.head{{font-size:17px;font-weight:600;fill:#111}}.num{{font-size:11px}}"
        f".page{{fill:#fff}}.grid{{stroke:#e3e3e3}}.axis{{stroke:#888}}.bar:hover{{opacity:.75}}{light}"
        "@media (prefers-color-scheme:dark){text{fill:#bbb}.head{fill:#f2f2f2}.page{fill:#16181c}.grid{stroke:#2c3036}"
        f".axis{{stroke:#777}}{dark}}}"
    )


def _description(line: Timeline, order: list[str], totals: Mapping[str, int]) -> str:
    if not line.periods:
        return t("No post has a date.")
    most = max(line.periods, key=lambda period: period.total)
    return t(
        "From {first} to {last}; most in {period}, with {count}. By category: {categories}.",
        first=line.periods[0].name,
        last=line.periods[-1].name,
        period=most.name,
        count=most.total,
        categories=", ".join(f"{_label(name)} {totals[name]}" for name in order),
    )


def _legend(order: list[str], totals: Mapping[str, int]) -> list[str]:
    """Names with their colours and counts, in as many rows as they need, two at most."""
    parts, x, y = [], float(_LEFT), 56
    for number, name in enumerate(order):
        label = f"{truncate(_label(name), 22)} {totals[name]:,}"
        width = 18 + columns(label) * 7.2 + 16
        if x + width > _WIDTH - _RIGHT and x > _LEFT:
            x, y = float(_LEFT), y + 20
        parts.append(f'<rect class="c{number}" x="{x:.0f}" y="{y - 10}" width="12" height="12" rx="2"/>')
        parts.append(f'<text x="{x + 17:.0f}" y="{y}">{_text(label)}</text>')
        x += width
    return parts


def _grid(line: Timeline) -> list[str]:
    """Lines across at round numbers."""
    top = _scale(line)
    step = top // 4 if top % 4 == 0 else max(top // 2, 1)
    parts = []
    for value in range(0, top + 1, step):
        y = _y(value, top)
        parts.append(
            f'<line class="{"grid" if value else "axis"}" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        )
        parts.append(f'<text class="num" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,}</text>')
    return parts


def _stacks(line: Timeline, order: list[str]) -> list[str]:
    top, parts = _scale(line), []
    for place, period in enumerate(line.periods):
        if not period.total:
            continue
        x, width = _column(line, place)
        parts.append(f'<g class="bar"><title>{_text(_told(period, order))}</title>')
        base = 0
        for number, name in enumerate(order):
            if count := period.counts.get(name, 0):
                upper, lower = _y(base + count, top), _y(base, top)
                parts.append(
                    f'<rect class="c{number}" x="{x}" y="{upper}" width="{width}" height="{lower - upper:.1f}"/>'
                )
                base += count
        parts.append("</g>")
    return parts


def _years(line: Timeline) -> list[str]:
    """Years below the columns, at equal distances."""
    step, y = (_WIDTH - _LEFT - _RIGHT) / max(len(line.periods), 1), _HEIGHT - _BOTTOM + 18
    labels = [
        (_column(line, place)[0], line.periods[place].year) for place in labelled_years(line.periods, _LABEL / step)
    ]
    return [f'<text class="num" x="{x}" y="{y}">{year:04}</text>' for x, year in labels]


def _told(period: Period, order: list[str]) -> str:
    each = ", ".join(f"{_label(name)} {period.counts[name]}" for name in order if period.counts.get(name))
    return f"{period.name}: {period.total} ({each})"


def _column(line: Timeline, place: int) -> tuple[float, float]:
    """The left edge and the width of a period's column."""
    step = (_WIDTH - _LEFT - _RIGHT) / len(line.periods)
    gap = min(step * 0.2, 6)
    width = min(step - gap, 48)
    return round(_LEFT + place * step + (step - width) / 2, 1), round(width, 1)


def _scale(line: Timeline) -> int:
    """The least round number (1, 2, 4 or 8 times a power of ten) that no column exceeds."""
    most = max((period.total for period in line.periods), default=1)
    power: int = 10 ** (len(str(most)) - 1)
    return next(factor * power for factor in (1, 2, 4, 8, 10) if factor * power >= most)


def _y(value: int, top: int) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * value / top, 1)


def _label(name: str) -> str:
    return safe(name) or t("no category")


def _text(text: str) -> str:
    return escape(safe(text))
