"""The fields a query may name, in English and Chinese, and what a misspelt name was meant to be."""

from __future__ import annotations

__all__ = ["DATE_FIELDS", "FIELDS", "KEYWORD_FIELDS", "PLACES", "field_named", "is_slip", "place_named", "suggestion"]

# Each field with the other names it answers to; Traditional forms, too, as queries come in either script.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("titles", "标题", "標題"),
    "heading": ("headings", "小标题", "小標題"),
    "tag": ("tags", "标签", "標籤"),
    "category": ("categories", "分类", "分類", "类别", "類別"),
    "path": ("路径", "路徑"),
    "id": (),
    "lang": ("language", "语言", "語言"),
    "date": ("日期",),
    "updated": ("更新",),
    "in": (),
}
KEYWORD_FIELDS = frozenset({"tag", "category", "path", "id", "lang"})
DATE_FIELDS = frozenset({"date", "updated"})

# What in: takes.
PLACES: dict[str, tuple[str, ...]] = {
    "code": ("代码", "代碼", "程式碼"),
    "math": ("formula", "公式", "数学", "數學"),
    "title": ("标题", "標題"),
    "table": ("表格",),
    "heading": ("小标题", "小標題"),
}

_FIELD_BY_NAME = {name: field for field, others in FIELDS.items() for name in (field, *others)}
_PLACE_BY_NAME = {name: place for place, others in PLACES.items() for name in (place, *others)}

# Chinese words have too few characters for an edit distance to tell a slip (标体) from another word (标准), so the
# usual slips of the input method are listed, with words that can only be meant as a field.
_MEANT_BY_CHINESE = {
    "标体": "标题",
    "标提": "标题",
    "表题": "标题",
    "标鉴": "标签",
    "标前": "标签",
    "表签": "标签",
    "分雷": "分类",
    "分累": "分类",
    "路劲": "路径",
    "路经": "路径",
    "日企": "日期",
    "小标体": "小标题",
    "小标提": "小标题",
    "跟新": "更新",
    "关键词": "标签",
    "关键字": "标签",
    "作者": "",
}


def field_named(name: str) -> str | None:
    """The field a name stands for, in any case; None if there is none."""
    return _FIELD_BY_NAME.get(name) or _FIELD_BY_NAME.get(name.lower())


def place_named(name: str) -> str | None:
    """The place in a post that a value of ``in:`` stands for; None if there is none."""
    return _PLACE_BY_NAME.get(name.lower())


def is_slip(name: str) -> bool:
    """Whether a name that is no field must have been meant as one.

    For Latin letters: one edit (a letter too many, too few, other, or two swapped) away from a field's name of three
    letters or more, the first letter being right. For Chinese: listed.
    """
    if not name.isascii():
        return name in _MEANT_BY_CHINESE
    name = name.lower()
    return any(
        abs(len(known) - len(name)) <= 1 and name[:1] in known[:2] and _distance(name, known) <= 1
        for known in _FIELD_BY_NAME
        if len(known) > 2 and known.isascii()
    )


def suggestion(name: str, names: dict[str, tuple[str, ...]] = FIELDS) -> str:
    """The known name nearest to this one, if any is near (a third of its letters wrong at most, or it begins so)."""
    if name in _MEANT_BY_CHINESE:
        return _MEANT_BY_CHINESE[name]
    name = name.lower()
    known = {each: canonical for canonical, others in names.items() for each in (canonical, *others)}
    nearest = min(known, key=lambda each: _distance(name, each))
    if _distance(name, nearest) > max(1, len(name) // 3):
        nearest = next((each for each in known if len(name) >= 3 and each.startswith(name[:3])), "")
    return known[nearest] if nearest.isascii() and nearest else nearest


def _distance(left: str, right: str) -> int:
    """Edits from one word to the other, two swapped neighbours counting as one (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
