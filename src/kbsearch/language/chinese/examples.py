"""What the examples of the commands' help do, and the help of the commands about links, lint and statistics."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # related, links, lint, stats, completion
    "List the posts most like a post.": "列出与一篇文章最相近的文章。",
    "List the posts most like a post, with the terms they share.": "列出与一篇文章最相近的文章，以及共有的词。",
    "ID is a post's id, the path of its file, or the end of either (ddpm, ddpm.md).": (
        "ID 是文章的 id、文件路径，或其末尾一段（ddpm、ddpm.md）。"
    ),
    "List the links from a post, to it, and the broken ones.": "列出文章的链接、反向链接和失效链接。",
    "List the links from a post, to it, and those that lead nowhere.": (
        "列出文章的链接、链接到它的文章，以及失效的链接。"
    ),
    "List the links to other sites too.": "也列出指向其他网站的链接。",
    "Find bad dates, tags, links, duplicates and orphans in the posts.": (
        "找出文章中有问题的日期、标签、链接，以及重复和孤立的文章。"
    ),
    "Find what is wrong with posts: bad dates, tags in several spellings, broken links, near-duplicates, orphans.": (
        "找出文章中的问题：错误的日期、写法不一的标签、失效的链接、近乎重复的文章、孤立的文章。"
    ),
    "Each post is listed once, with the line of each finding and what to do. The posts themselves are never changed.": (
        "每篇文章只列一次，附每个问题所在的行和处理办法。文章本身不会被改动。"
    ),
    "Exit codes: 0 nothing was found, 1 something was.": "退出码：0 没有发现问题，1 有发现。",
    "Only findings of this kind (repeat for several).": "只要这一种问题（可重复）。",
    "No findings of this kind (repeat for several).": "不要这一种问题（可重复）。",
    "Count posts by category and month, and what is in them.": "按分类和月份统计文章及其内容。",
    "Show posts by category and month as a chart, and count words, code, formulas, links and tags.": (
        "用图表显示各分类每月的文章数，并统计字词、代码、公式、链接和标签。"
    ),
    'Write the chart as an SVG drawing; "-" prints it.': "把图表写成 SVG 文件；“-”表示直接输出。",
    "Print a script that completes kbsearch's commands in your shell.": "输出供 shell 补全 kbsearch 命令的脚本。",
    "Print a script that completes commands, options, categories, tags and ids of posts in your shell.": (
        "输出供 shell 补全命令、选项、分类、标签和文章 id 的脚本。"
    ),
    # options of several commands
    "Open hit N in your editor, at the line.": "在编辑器中打开第 N 条，并跳到该行。",
    "Open it in your editor, at the section if one is named.": "在编辑器中打开；指定了小节则跳到小节。",
    "Page what is longer than the screen (with $PAGER), or never.": "超过一屏时用 $PAGER 分页，或从不分页。",
    "Make places links that the terminal follows [default: where it can].": (
        "把位置变成终端可点击的链接 [默认：终端支持时]。"
    ),
    "Show the post with this ID.": "显示这个 ID 的文章。",
    # examples
    "Examples:": "示例：",
    "Index a folder; later, read again what changed in it.": "为一个目录建立索引；以后只重读有改动的文件。",
    "Leave something out.": "排除一部分。",
    "Bring all folders indexed before up to date.": "更新以前索引过的所有目录。",
    "Index posts that a program prints, one a line.": "索引程序逐行输出的文章。",
    "Posts with these words, the best first.": "含有这些词的文章，最相关的在前。",
    "Exactly these words in this order.": "完全是这些词，顺序也一样。",
    "Combined, without 采样, newest first.": "组合条件，不含“采样”，新的在前。",
    "In code, in one category, since 2019.": "在代码中，限定分类，2019 年以来。",
    "The three best hits, for a program.": "最好的三条，供程序读取。",
    "Open the best hit in an editor, at its line.": "在编辑器中打开最好的一条，跳到那一行。",
    "The ten newest posts.": "最新的十篇文章。",
    "The second page of a category.": "某个分类的第二页。",
    "A whole post; the end of its path is enough.": "整篇文章；写路径的末尾一段就够了。",
    "Its first section alone; a heading or an anchor does, too.": "只要第一小节；也可写小标题或锚点。",
    "The Markdown as it was indexed.": "索引时的 Markdown 原文。",
    "The posts most like one.": "与一篇文章最相近的文章。",
    "The three most like it, for a program.": "最相近的三篇，供程序读取。",
    "Where a post's links lead, and which posts link to it.": "文章的链接通向哪里，哪些文章链接到它。",
    "The links to other sites too.": "也包括指向其他网站的链接。",
    "Everything that wants mending, post by post.": "逐篇列出所有需要修改之处。",
    "Broken links and near-duplicates alone.": "只看失效的链接和近乎重复的文章。",
    "All but tags, for a program.": "标签以外的全部，供程序读取。",
    "A chart over time, and totals.": "随时间变化的图表，以及总数。",
    "The chart as a drawing for a web page or README.": "把图表存成图片，用于网页或 README。",
    "All figures, for a program.": "全部数字，供程序读取。",
    "All categories, the largest first.": "所有分类，文章多的在前。",
    "The five commonest tags.": "最常用的五个标签。",
    "Pairs of names with 扩散 in them, and who equates them.": "含“扩散”的同义名称，以及出处。",
    "Pairs that wait for your word.": "等您判断的名称。",
    "Say that two names mean the same.": "声明两个名称同义。",
    "Say that two names do not.": "声明两个名称不同义。",
    "Words that the dictionary does not have.": "词典里没有的词。",
    "Keep them, and index with them.": "留下这些词，并用来索引。",
    "Index a folder, and again whenever something in it changes.": "索引一个目录，一有改动就更新。",
    "Then open http://127.0.0.1:8080/ in a browser.": "然后在浏览器中打开 http://127.0.0.1:8080/。",
    "At any port that is free.": "任选一个空闲端口。",
    "Serve agents over standard input and output.": "通过标准输入输出为智能体服务。",
    "Serve them over HTTP.": "通过 HTTP 为智能体服务。",
    "Every setting, and where it comes from.": "每项设置及其来源。",
    "The same, if this option were given.": "同上，假如给出这个选项。",
    "How well titles and headings find their own posts.": "用标题和小标题能多准地找到原文。",
    "Verify every byte and every count.": "核对每个字节和每个计数。",
    "Verify, and rebuild if anything is damaged.": "核对，如有损坏就重建。",
    "What the index holds, and what changed on disk since.": "索引里有什么，之后磁盘上有何改动。",
    "This line in ~/.bashrc; likewise zsh in ~/.zshrc, after compinit.": (
        "把这一行写进 ~/.bashrc；zsh 同理，写在 ~/.zshrc 中 compinit 之后。"
    ),
    "For fish, in ~/.config/fish/completions/.": "供 fish 使用，放在 ~/.config/fish/completions/。",
}
