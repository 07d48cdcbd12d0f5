"""What the commands about links, related posts, lint and statistics print, and what opening an editor says."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # related, links
    "Posts like {title}": "与《{title}》相近的文章",
    "No post is like {title}": "没有与《{title}》相近的文章",
    "both have: {terms}": "共有：{terms}",
    "links to": "链接到",
    "linked from": "被链接自",
    "broken": "失效",
    "other sites": "其他网站",
    "{count} links to other sites (--external)": "另有 {count} 个链接指向其他网站（--external 可列出）",
    "No links from it, and none to it.": "它没有链接，也没有文章链接到它。",
    # lint: kinds and summary
    "date": "日期",
    "metadata": "元数据",
    "link": "链接",
    "duplicate": "重复",
    "orphan": "孤立",
    "--only and --skip leave nothing to look for": "--only 与 --skip 排除了所有种类",
    "{count} posts checked": "检查了 {count} 篇文章",
    "{count} posts to mend": "{count} 篇需要修改",
    "{checked}: nothing to mend": "{checked}：无需修改",
    "{checked}, {posts} ({kinds})": "{checked}，{posts}（{kinds}）",
    # lint: dates and metadata
    "the date {day} lies in the future": "日期 {day} 在未来",
    "the date {day} lies long before there were such posts": "日期 {day} 早得不合情理",
    "updated on {updated}, before it was written on {date}": "更新日期 {updated} 早于写作日期 {date}",
    "mend the date": "改正日期",
    "mend the year": "改正年份",
    "mend one of the two dates": "改正两个日期之一",
    "write the date as YYYY-MM-DD, with or without a time": "日期写成 YYYY-MM-DD，可带时间",
    "mend it in the file, so that nothing has to be guessed": "请在文件中改正，免得靠猜测",
    # lint: tags
    "the tag {tag} is also written {best}: {difference}": "标签“{tag}”另有写法“{best}”：{difference}",
    "only upper and lower case differ": "只有大小写不同",
    "only script (Traditional, Simplified) or width differ": "只有繁简或全半角不同",
    "only spaces, marks or plural differ": "只有空格、符号或单复数不同",
    "posts equate the two names": "文章中说两者同义",
    "write {best} (posts that do: {count})": "写成“{best}”（已有 {count} 篇这样写）",
    "use one of the two everywhere (posts with {best}: {count})": "统一用其中一个（用“{best}”的有 {count} 篇）",
    # lint: links, near-duplicates, orphans
    "the link to {target} leads to no post": "链接 {target} 没有对应的文章",
    "write the path or title of a post that there is, or take the link out": "改成现有文章的路径或标题，或去掉链接",
    "{percent} % the same as {other}": "与 {other} 有 {percent} % 相同",
    "keep one of the two, or tell in one how they differ and link them": "二者留一，或在文中说明差别并互相链接",
    "no post links to it, and it links to none": "没有文章链接到它，它也不链接到任何文章",
    "link it with a related post: kbsearch related {id}": "与相关文章建立链接：kbsearch related {id}",
    "{count} posts have no links to or from others; --only orphan lists them": (
        "{count} 篇文章与其他文章之间没有链接；--only orphan 可列出"
    ),
    # stats
    "{posts} posts": "{posts} 篇",
    "{count} without a date": "{count} 篇没有日期",
    "No post has a date.": "没有文章带日期。",
    "no category": "未分类",
    "others": "其他",
    "each column: {count} months": "每列为 {count} 个月",
    "each column: {count} years": "每列为 {count} 年",
    "Han characters": "汉字",
    "other words": "其他文字的词",
    "code": "代码",
    "{blocks} blocks, {lines} lines": "{blocks} 块，{lines} 行",
    "formulas": "公式",
    "tables": "表格",
    "links": "链接",
    "{posts} between posts, {sites} to other sites, {broken} broken": (
        "文章之间 {posts} 个，其他网站 {sites} 个，失效 {broken} 个"
    ),
    "tags": "标签",
    "categories": "分类",
    "Posts by category and month": "各分类每月文章数",
    "From {first} to {last}; most in {period}, with {count}. By category: {categories}.": (
        "{first} 至 {last}；{period} 最多，有 {count} 篇。各分类：{categories}。"
    ),
    # opening an editor, links of the terminal
    "there is no such hit on this page, which has {count}; see --page and -n": (
        "本页没有这一条，只有 {count} 条；参见 --page 和 -n"
    ),
    "{id}: was read from no file, so there is nothing to open": "{id}：不是从文件读取的，无从打开",
    "{path}: the file is gone; bring the index up to date: kbsearch index": (
        "{path}：文件已不在；请更新索引：kbsearch index"
    ),
    "no editor is set; set VISUAL or EDITOR, for example: export EDITOR=vim": (
        "没有设置编辑器；请设置 VISUAL 或 EDITOR，例如：export EDITOR=vim"
    ),
    "the editor {value!r} cannot be read ({reason}); mend VISUAL or EDITOR": (
        "编辑器设置 {value!r} 无法解析（{reason}）；请改正 VISUAL 或 EDITOR"
    ),
    "the editor {name!r} cannot be started ({reason}); set VISUAL or EDITOR to one that can": (
        "编辑器 {name!r} 无法启动（{reason}）；请把 VISUAL 或 EDITOR 设为可用的编辑器"
    ),
    "the editor {name!r} ended with code {code}": "编辑器 {name!r} 以代码 {code} 结束",
    "{name}={value!r}: not an address with {{path}} in it; write for example vscode://file/{{path}}:{{line}}": (
        "{name}={value!r}：不是含有 {{path}} 的地址；请写成例如 vscode://file/{{path}}:{{line}}"
    ),
}
