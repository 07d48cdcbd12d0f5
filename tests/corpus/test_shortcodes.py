"""Instructions to a site's generator in posts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.markdown import parse_markdown
from kbsearch.corpus.shortcodes import fence_code


@pytest.mark.parametrize(
    ("opening", "closing", "language"),
    [
        ("{% highlight python linenos %}", "{% endhighlight %}", "python"),
        ("{%- highlight c++ -%}", "{%- endhighlight -%}", "c++"),
        ("{% codeblock 标题 lang:Java http://x %}", "{% endcodeblock %}", "java"),
        ("{% codeblock %}", "{% endcodeblock %}", ""),
        ('{{< highlight go "linenos=table" >}}', "{{< /highlight >}}", "go"),
        ("{{% highlight sh %}}", "{{% / highlight %}}", "sh"),
    ],
)
def test_code_in_shortcodes_is_exact(opening: str, closing: str, language: str) -> None:
    """Code in the generators' own notation is code, to the character, on its lines."""
    document = parse_markdown(f"前\n\n{opening}\n*a* = `b`[0]  # _c_\n```\n\n  d\n{closing}\n\n后")
    assert document.text == "前\n\n*a* = `b`[0]  # _c_\n```\n\n  d\n\n后"
    (span,) = document.spans
    assert (span.kind, span.language) == ("code", language)
    assert [line for _, line in document.lines] == [1, 4, 5, 6, 7, 10]


def test_shortcodes_elsewhere_are_left() -> None:
    """In fenced code, unclosed, or inside a sentence, a shortcode is text."""
    source = (
        "```\n{% highlight x %}\n{% endhighlight %}\n```\n\n"
        "行 {% raw %} 中\n\n{% codeblock %} 同行\n\n{% highlight y %}\n尾"
    )
    text = "{% highlight x %}\n{% endhighlight %}\n\n行 {% raw %} 中\n\n{% codeblock %} 同行\n\n尾"
    assert parse_markdown(source).text == text


PIECES = st.sampled_from(
    ["{% highlight x %}", "{% endhighlight %}", "{% codeblock %}", "{% endcodeblock %}", "```", "~~~", "a", "", "> "]
)


@given(st.lists(PIECES, max_size=12))
def test_lines_stay_where_they_are(lines: list[str]) -> None:
    """However shortcodes and fences are nested, no line is added, taken or changed but the shortcodes' own."""
    before = "\n".join(lines)
    after = fence_code(before).split("\n")
    assert len(after) == len(before.split("\n"))
    assert all(new == old or "{%" in old for old, new in zip(before.split("\n"), after, strict=True))
