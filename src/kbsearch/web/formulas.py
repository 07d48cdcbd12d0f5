"""LaTeX to MathML, which browsers show without any script."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

__all__ = ["formula_html"]

_MAX_LATEX = 6_000  # code points; what is longer is shown as LaTeX
_MAX_OUTPUT = 400_000
# Macros could grow without end; references have nothing to lead to.
_REFUSED = re.compile(r"\\(?:(?:re)?newcommand|providecommand|def|gdef|edef|let|include|input|href|url)(?![A-Za-z])")
_DROPPED = re.compile(r"\\(?:label|tag\*?)\{[^{}]{0,200}\}|\\(?:nonumber|notag)(?![A-Za-z])|(?<!\\)%[^\n]*")
# What MathML is written with here; anything else that a formula brings (an address, say) is left out.
_ELEMENTS = frozenset(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder mover munderover mtable mtr "
    "mtd mpadded mphantom menclose mmultiscripts mprescripts none".split()
)
_ATTRIBUTES = frozenset(
    "display mathvariant stretchy fence form separator accent accentunder movablelimits largeop symmetric lspace "
    "rspace minsize maxsize linethickness width height depth columnalign rowalign columnlines rowlines columnspacing "
    "rowspacing displaystyle scriptlevel notation".split()
)
_VALUE = re.compile(r"[A-Za-z0-9 .%+-]{1,80}")
_SPACES = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
    "thinmathspace": "0.167em",
    "mediummathspace": "0.222em",
    "thickmathspace": "0.278em",
}


@lru_cache(maxsize=2_000)
def formula_html(latex: str, *, inline: bool) -> str:
    """A formula as MathML; as marked LaTeX where it cannot be read or is out of all proportion."""
    display = "inline" if inline else "block"
    source = _DROPPED.sub("", latex).strip()
    if len(latex) <= _MAX_LATEX and source and not _REFUSED.search(latex):
        try:
            root = convert_to_element(source, display=display)
            pieces: list[str] = []
            _write(root, pieces)
        except Exception:  # the converter raises whatever it stumbles over, RecursionError included
            pieces = []
        found = "".join(pieces)
        if 0 < len(found) <= _MAX_OUTPUT:
            return found
    tag = "span" if inline else "div"
    return f'<{tag} class="latex"><code>{escape(latex)}</code></{tag}>'


def _write(element: Element, out: list[str]) -> None:
    known = element.tag in _ELEMENTS
    name = element.tag if known else "mrow"
    attributes = ""
    for key, value in element.attrib.items():
        value = _SPACES.get(value, value)
        if key in _ATTRIBUTES and _VALUE.fullmatch(value):
            attributes += f' {key}="{escape(value)}"'
    out.append(f"<{name}{attributes}>")
    if element.text:
        out.append(escape(unescape(element.text), quote=False))
    for child in element:
        _write(child, out)
    out.append(f"</{name}>")
