"""What the pages say, in English and Chinese; which of them, the reader's browser asks for."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["preferred_language", "wording"]

_ENGLISH = {
    "language": "en",
    "search": "Search",
    "placeholder": "Search posts",
    "latest": "LATEST UPDATES",
    "latest_title": "Latest updates",
    "all": "All",
    "category": "Category",
    "tag": "Tag",
    "year": "Year",
    "over_time": "Hits by year",
    "filters": "Filters",
    "clear_filters": "Clear filters",
    "sort": "Sort",
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "posts": "{count} posts",
    "post": "{count} post",
    "took": "{ms} ms",
    "pages": "Pages",
    "previous": "Previous",
    "next": "Next",
    "no_date": "No date",
    "none": "No posts for “{query}”",
    "none_here": "No posts on this page",
    "empty": "The index is empty. Fill it with: kbsearch index FOLDER",
    "try": "Fewer words, another spelling, or no filters may find something.",
    "did_you_mean": "Did you mean",
    "searched_for": "Searched for",
    "contents": "Contents",
    "backlinks": "Linked from",
    "related": "Related",
    "older": "Older",
    "newer": "Newer",
    "updated": "updated",
    "missing": "not in the index",
    "found_at": "Found at",
    "not_found": "Nothing here",
    "query_error": "The query cannot be understood",
    "bad_request": "This address cannot be understood",
    "unusable": "The index cannot be used",
    "wrong": "Something went wrong",
    "hint": "Hint",
    "back": "Back to the results",
    "home": "Latest",
    "skip": "Skip to the content",
    "keyboard": "/ search · ↑ ↓ move · Enter open",
    "marked": "matches of “{query}” are marked",
    "linked": "linked",
    "all_match": "all words",
    "some_match": "some of the words",
    "phrase_match": "phrase",
    "substring_match": "inside words",
    "synonym_match": "synonym",
    "corrected_match": "corrected spelling",
    "since": "From",
    "until": "To",
    "apply": "Apply",
}

_CHINESE = {
    "language": "zh-CN",
    "search": "搜索",
    "placeholder": "搜索文章",
    "latest": "LATEST UPDATES",
    "latest_title": "最近更新",
    "all": "全部",
    "category": "分类",
    "tag": "标签",
    "year": "年份",
    "over_time": "命中按年分布",
    "filters": "筛选",
    "clear_filters": "清除筛选",
    "sort": "排序",
    "relevance": "相关度",
    "newest": "最新",
    "oldest": "最早",
    "posts": "{count} 篇",
    "post": "{count} 篇",
    "took": "{ms} 毫秒",
    "pages": "分页",
    "previous": "上一页",
    "next": "下一页",
    "no_date": "无日期",
    "none": "没有找到“{query}”",
    "none_here": "这一页没有文章",
    "empty": "索引是空的，用 kbsearch index 目录 来填充",
    "try": "少用几个词、换一种写法，或清除筛选再试。",
    "did_you_mean": "您是不是要找",
    "searched_for": "已改为搜索",
    "contents": "目录",
    "backlinks": "链接到本文",
    "related": "相关文章",
    "older": "较早",
    "newer": "较新",
    "updated": "更新于",
    "missing": "索引中没有",
    "found_at": "出处",
    "not_found": "这里什么也没有",
    "query_error": "无法理解这个查询",
    "bad_request": "无法理解这个地址",
    "unusable": "索引无法使用",
    "wrong": "出错了",
    "hint": "提示",
    "back": "返回结果",
    "home": "最新",
    "skip": "跳到正文",
    "keyboard": "/ 搜索 · ↑ ↓ 移动 · Enter 打开",
    "marked": "已标出“{query}”的匹配",
    "linked": "有链接",
    "all_match": "全部词",
    "some_match": "部分词",
    "phrase_match": "短语",
    "substring_match": "词内片段",
    "synonym_match": "同义词",
    "corrected_match": "已纠正拼写",
    "since": "从",
    "until": "到",
    "apply": "应用",
}


def preferred_language(accept: str) -> str:
    """``zh`` or ``en``: the first of these two in an ``Accept-Language`` header, by weight."""
    best, language = 0.0, "en"
    for part in accept[:400].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        if name[:2].lower() in ("zh", "en") and value > best:
            best, language = value, name[:2].lower()
    return language


def wording(language: str) -> Mapping[str, str]:
    """The phrases of a language."""
    return _CHINESE if language == "zh" else _ENGLISH
