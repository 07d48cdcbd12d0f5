"""What commands print."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # results
    "note: ": "注意：",
    "hint: ": "提示：",
    "searched for: ": "已改为搜索：",
    "did you mean: ": "您是不是要找：",
    "{count} posts for {query} · {ms} ms": "{query}：共 {count} 篇 · {ms} 毫秒",
    "{count} posts for {query}, {first}–{last} shown · {ms} ms": (
        "{query}：共 {count} 篇，第 {first}–{last} 篇 · {ms} 毫秒"
    ),
    "No posts for “{query}”": "没有找到“{query}”",
    "No posts on this page": "这一页没有文章",
    "Fewer words, another spelling, or no filters may find something.": "少用几个词、换一种写法，或去掉筛选条件再试。",
    "all words": "全部词",
    "some of the words": "部分词",
    "inside words": "词内片段",
    "synonym": "同义词",
    "corrected spelling": "已纠正拼写",
    "because {evidence}": "依据：{evidence}",
    "category": "分类",
    "tag": "标签",
    "year": "年份",
    "query": "查询",
    "terms (field, posts that have it, weight)": "词项（字段、含该词的文章数、权重）",
    "phrase": "短语",
    # lists of posts
    "no date": "无日期",
    "page {page} of {pages} · {count} posts": "第 {page} 页，共 {pages} 页 · {count} 篇",
    "next: --page {page}": "下一页：--page {page}",
    "found at {places}": "出处：{places}",
    # index
    "{bar} {done}/{total} files": "{bar} {done}/{total} 个文件",
    "{added} added, {updated} updated, {removed} removed, {unchanged} unchanged, {skipped} skipped "
    "in {seconds:.2f} s{speed}; {posts} posts in {index}": (
        "新增 {added}，更新 {updated}，移除 {removed}，未变 {unchanged}，跳过 {skipped}，"
        "用时 {seconds:.2f} 秒{speed}；{index} 中共 {posts} 篇"
    ),
    "skipped {path}: {reason}": "跳过 {path}：{reason}",
    "warning: {warning}": "警告：{warning}",
    "… and {count} more; --json lists them all": "……还有 {count} 条，用 --json 可列出全部",
    # check
    "{done}/{total} posts": "{done}/{total} 篇",
    "{count} posts checked: all is well": "已检查 {count} 篇：一切正常",
    "wrong: {problem}": "有误：{problem}",
    "mend it with: kbsearch check --repair": "修复请运行：kbsearch check --repair",
    "rebuilt: {count} posts, {saved} of them saved from the damaged index": (
        "已重建：共 {count} 篇，其中 {saved} 篇从损坏的索引中救回"
    ),
    "could not be saved: {what}": "未能救回：{what}",
    # status
    "posts": "文章",
    "terms": "词项",
    "size": "大小",
    "engine": "引擎",
    "{engine} (suits up to about {most:,} posts)": "{engine}（适合约 {most:,} 篇以内）",
    "{engine} (suits up to about {most:,} posts; {other} suits more)": (
        "{engine}（适合约 {most:,} 篇以内；更多请用 {other}）"
    ),
    "updated": "更新于",
    "folders": "目录",
    "stale": "待更新",
    "never": "从未更新",
    "none": "无",
    "{parts}; run: kbsearch index": "{parts}；请运行：kbsearch index",
    "nothing: the index is fresh": "无，索引是最新的",
    "{folder} is gone": "{folder} 已不存在",
    "{folder}: {new} new, {changed} changed, {removed} removed": (
        "{folder}：新增 {new}，改动 {changed}，删除 {removed}"
    ),
    # synonyms and words
    "accepted: {names} (in {file})": "已接受：{names}（写入 {file}）",
    "rejected: {names} (in {file})": "已拒绝：{names}（写入 {file}）",
    "… and {count} more (-n)": "……还有 {count} 条（用 -n 调整条数）",
    "{count:6} in {posts:4} posts  {score:.2f}  {word}": "{count:6} 次 {posts:4} 篇  {score:.2f}  {word}",
    # measuring
    "collection": "测试集",
    "queries": "查询数",
    "say what to measure: --judged FOLDER or --own": "请指明测什么：--judged 目录，或 --own",
    # web page
    "kbsearch: serving {index} at {address}  (Ctrl+C ends it)": (
        "kbsearch：{index} 已在 {address} 提供服务（按 Ctrl+C 结束）"
    ),
    "kbsearch: this waits for a client; docs/mcp.md shows how to set one up  (Ctrl+C ends it)": (
        "kbsearch：正在等待客户端；设置方法见 docs/mcp.md（按 Ctrl+C 结束）"
    ),
    # watching
    "kbsearch: watching {folders} for {index}  (Ctrl+C ends it)": (
        "kbsearch：正在监视 {folders}，随时更新 {index}（按 Ctrl+C 结束）"
    ),
    "the folders indexed before": "以前建过索引的目录",
    "kbsearch: no longer watching": "kbsearch：已停止监视",
    "{time}  {added} added, {updated} updated, {removed} removed in {seconds:.2f} s; {posts} posts": (
        "{time}  新增 {added}，更新 {updated}，移除 {removed}，用时 {seconds:.2f} 秒；共 {posts} 篇"
    ),
    # settings
    "Settings from {path}": "设置取自 {path}",
    "Settings from {path} (trusted)": "设置取自 {path}（已信任）",
    "No {name} in this folder or above.": "当前目录及上级目录中没有 {name}。",
    "(not set)": "（未设置）",
    "default": "默认",
    "trusted until it changes: {path}": "已信任，文件改动后失效：{path}",
    "no longer trusted: {path}": "已取消信任：{path}",
    "interrupted": "已中断",
}
