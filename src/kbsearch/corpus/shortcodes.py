"""Instructions to a site's generator in a post: Hugo's ``{{< … >}}`` and ``{{% … %}}``, Liquid's ``{% … %}``.

One that stands in a sentence is left as it is. On a line of its own it is structure: what stays is the title, caption
or label that a reader sees. Those that hold code (``{% highlight python %}``, ``{% codeblock %}``,
``{{< highlight go >}}``) become fenced code before the Markdown is read, so that the code stays exact.
"""

from __future__ import annotations

import re

__all__ = ["fence_code", "shortcode_text"]

_SHORTCODE = re.compile(r"\{\{<[^{}]{0,2000}>\}\}|\{\{%[^{}]{0,2000}%\}\}|\{%[^{}]{0,2000}%\}")
_SHOWN = re.compile(r"\b(?:title|caption|alt|header|label|text)=(?:\"([^\"]*)\"|'([^']*)')")

_CODE_START = re.compile(
    r"[ \t]*(?:\{%-?[ \t]*(highlight|codeblock)\b([^{}%\n]{0,500})-?%\}"
    r"|\{\{[<%][ \t]*(highlight)\b([^{}\n]{0,500})[>%]\}\})[ \t]*$"
)
_CODE_END = re.compile(r"[ \t]*\{(?:%-?|\{[<%])[ \t]*(?:end|/[ \t]*)(highlight|codeblock)[ \t]*(?:-?%|[>%]\})\}[ \t]*$")
_LANGUAGE = re.compile(r"[ \t]*([\w+#.-]+)(?!\S)")
_NAMED_LANGUAGE = re.compile(r"\blang:(\S+)")  # Hexo's, whose first word is a title
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_LONG_FENCE = "`" * 12  # longer than any in the code


def shortcode_text(line: str) -> str | None:
    """What a reader sees of a line that holds shortcodes and nothing else; None if there is anything else in it."""
    pieces = []
    end = 0
    for match in _SHORTCODE.finditer(line):
        if line[end : match.start()].strip():
            return None
        pieces += [double or single for double, single in _SHOWN.findall(match[0])]
        end = match.end()
    if end == 0 or line[end:].strip():
        return None
    return " ".join(pieces)


def fence_code(text: str) -> str:
    """Markdown in which shortcodes that hold code are fences; lines stay where they are."""
    if "highlight" not in text and "codeblock" not in text:
        return text
    lines = text.split("\n")
    start: int | None = None  # line of the shortcode that is open
    kind = language = fence = ""
    for index, line in enumerate(lines):
        if start is not None:
            closing = _CODE_END.match(line)
            if closing and closing[1] == kind:
                lines[start], lines[index] = _LONG_FENCE + language, _LONG_FENCE
                start = None
            continue
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        elif not fence and "{" in line:
            opening = _CODE_START.match(line)
            if opening:
                start, kind = index, opening[1] or opening[3]
                words = opening[2] or opening[4] or ""
                named = _LANGUAGE.match(words) if kind == "highlight" else _NAMED_LANGUAGE.search(words)
                language = named[1] if named else ""
    return "\n".join(lines)
