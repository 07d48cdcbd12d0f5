"""Words that carry grammar rather than a subject, in English and Chinese, question words included.

They are never thrown away: a query of nothing else still searches for them. In longer queries they count for a
quarter (see :mod:`kbsearch.query.ranking`) and finding them alone does not make a post a hit. Chinese words are in
folded (Simplified) form.
"""

from __future__ import annotations

__all__ = ["is_function_word"]

_ENGLISH = """
a about above after again against all also am an and any are aren't as at be because been before being below between
both but by can can't cannot could did didn't do does doesn't doing don't down during each few for from further get had
has have having he her here hers herself him himself his how i i'd i'm i've if in into is isn't it it's its itself just
let many may me might more most much must my myself no nor not now of off on once only or other our ours ourselves out
over own same shall she should so some such than that the their theirs them themselves then there these they this those
through to too under until up us very was we were what what's when where which while who whom whose why will with would
you your yours yourself yourselves
"""

_CHINESE = """
什么 甚么 啥 哪 哪些 哪个 哪里 哪儿 哪位 哪种 哪一 哪一个 哪年 谁 怎么 怎样 怎么样 怎么办 怎 咋 如何 为何 为什么 何时
何处 何地 何人 何种 何 几 几个 多少 多久 多大 多长 多 吗 呢 吧 么 是否 能否 可否 有没有 是不是 会不会 能不能 可不可以
请问 请 的 地 得 了 着 过 是 有 在 和 与 及 以及 或 或者 还是 而 而且 但 但是 并 并且 也 都 就 还 又 很 被 把 将 对 对于
关于 从 到 向 以 为 为了 由 由于 因 因为 所以 如果 则 之 其 其中 这 那 这个 那个 这些 那些 这种 那种 我 你 他 她 它 我们
你们 他们 它们 您 自己 一个 一种 一些 可以 能 能够 可能 会 要 应 应该 等 叫 叫做 叫作 使 让 个 些 位 上 下 中 里 后 前
时 时候 去 来 做 用 不 没 没有 最 更 于 至 所 该 此 当 并非 任何 每 每个 各 另 另外 其他 其它 有些 有关 之间 之一
"""

_WORDS = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())


def is_function_word(word: str) -> bool:
    """Whether a folded word is one of the lists'."""
    return word in _WORDS
