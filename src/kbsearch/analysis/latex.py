r"""Formulas as terms: LaTeX freed of what does not change its meaning.

``\mathcal{H}_n`` and ``\mathcal H_{n}`` are the same sequence of symbols: commands, single letters, numbers, signs;
braces, spacing and upright-text commands are dropped, spellings of one command unified, Greek letters written as
commands, capitals made small. A formula's terms are its symbols and all sequences of two and three of them, so that any
fragment of a formula is found by the sequences in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["formula_query", "formula_terms"]

_LONGEST = 3  # symbols in a term
_JOINT = "␣"  # between them: terms hold no white space
_MAX_QUERY = 64  # terms; a longer fragment is cut short
# Environments, commands, escaped signs, numbers, letters and signs; braces, blanks and & are passed over.
_SYMBOLS = re.compile(
    r"\\(?:begin|end)\{[^{}]{0,32}\}|\\[A-Za-z]{1,32}|\\[^A-Za-z]|[0-9]{1,20}(?:\.[0-9]{1,20})?|[^\W_]|_|[^\s\w{}\\&$]"
)
_ESCAPED = frozenset({r"\{", r"\}", r"\|", r"\%", r"\#", r"\_", r"\&", r"\$"})  # other such commands are spacing

_DROPPED = frozenset(
    rf"\{name}"
    for name in """
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr quad qquad displaystyle textstyle
    scriptstyle limits nolimits mathrm text textrm textnormal mathit operatorname mbox hbox rm nonumber notag
    label tag
    """.split()
)
_UNIFIED = {
    rf"\{name}": rf"\{target}"
    for target, names in {
        "frac": "dfrac tfrac cfrac",
        "mathbf": "bm boldsymbol bf pmb textbf",
        "leq": "le leqslant",
        "geq": "ge geqslant",
        "neq": "ne",
        "to": "rightarrow",
        "gets": "leftarrow",
        "epsilon": "varepsilon",
        "phi": "varphi",
        "theta": "vartheta",
        "hat": "widehat",
        "tilde": "widetilde",
        "bar": "overline",
        "ldots": "dots cdots dotsc dotsb",
        "land": "wedge",
        "lor": "vee",
        "lvert": "vert rvert",
    }.items()
    for name in names.split()
}
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωϵϕ∞≤≥≠→←∈∑∏∫∂∇×·√±≈∝∼",
        r"""\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \iota \kappa \lambda \mu \nu \xi \pi \rho \sigma \tau
        \upsilon \phi \chi \psi \omega \epsilon \phi \infty \leq \geq \neq \to \gets \in \sum \prod \int \partial
        \nabla \times \cdot \sqrt \pm \approx \propto \sim""".split(),
        strict=True,
    )
)


def formula_terms(formulas: Iterable[str]) -> list[str]:
    """The terms of formulas, without repeats, in the order of their first place.

    Args:
        formulas: LaTeX without its dollar signs.
    """
    terms: dict[str, None] = {}
    for formula in formulas:
        symbols = _symbols(formula)
        for size in range(1, _LONGEST + 1):
            terms.update(dict.fromkeys(_sequences(symbols, size)))
    return list(terms)


def formula_query(fragment: str) -> tuple[str, ...]:
    """Terms that a formula with this fragment in it has, all of them; empty if there is no symbol in it."""
    symbols = _symbols(fragment)
    return tuple(dict.fromkeys(_sequences(symbols, min(len(symbols), _LONGEST))))[:_MAX_QUERY]


def _sequences(symbols: list[str], size: int) -> list[str]:
    if size == 1:
        return symbols
    return [_JOINT.join(group) for group in zip(*(symbols[i:] for i in range(size)), strict=False)]


def _symbols(formula: str) -> list[str]:
    symbols = []
    for symbol in _SYMBOLS.findall(formula):
        if symbol in _DROPPED or symbol.startswith((r"\begin{", r"\end{")):
            continue
        if symbol[0] == "\\" and not symbol[1].isalpha() and symbol not in _ESCAPED:
            continue
        symbol = _UNIFIED.get(symbol, symbol).lower()
        symbols.append(_GREEK.get(symbol, symbol))
    return symbols
