"""Help texts of the commands and their options; a key is a paragraph with single spaces between its words."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # the program, and what several commands have
    "Full-text search for technical notes in Chinese and English.": "中英文技术笔记的全文搜索。",
    "Begin with: kbsearch index FOLDER, then: kbsearch query '扩散模型'": (
        "先运行  kbsearch index 目录  ，再运行  kbsearch query '扩散模型'"
    ),
    "Commands": "命令",
    "Folder of the index.": "索引所在的目录。",
    "Print JSON.": "输出 JSON。",
    "How many.": "条数。",
    "Which page.": "第几页。",
    "Only this category (repeat for any of several).": "只要这个分类（可重复，任一即可）。",
    "Your own pairs of names [default: synonyms.txt in the index folder].": (
        "您自己的同义词文件 [默认：索引目录中的 synonyms.txt]。"
    ),
    "Take defaults from this file, not from the kbsearch.toml of this folder or above; '' for none.": (
        "从这个文件读取默认设置，而不用当前目录或上级目录的 kbsearch.toml；'' 表示都不用。"
    ),
    "Language of the output.": "输出的语言。",
    # index
    "Index folders and files of posts, or bring the index up to date.": "为文章的目录和文件建立索引，或更新索引。",
    'Index the posts under PATHS: .md, .markdown, .txt and .jsonl; "-" reads JSON Lines from standard input.': (
        "为 PATHS 下的文章建立索引：.md、.markdown、.txt 和 .jsonl；“-”表示从标准输入读取 JSON Lines。"
    ),
    "Only what changed since the last time is read again. Without PATHS, those of kbsearch.toml are indexed, or the "
    "folders indexed before are brought up to date.": (
        "只重新读取有改动的内容。不写 PATHS 时，使用 kbsearch.toml 中的路径；也没有的话，更新以前索引过的目录。"
    ),
    "Leave out what matches (as in .gitignore; repeat).": "排除匹配的文件（写法同 .gitignore，可重复）。",
    "Index posts marked as drafts too.": "草稿也索引。",
    "Skip larger files.": "跳过更大的文件。",
    "Keep the index with this engine: whoosh (default), tantivy, or opensearch (see --url and --name).": (
        "用这个引擎保存索引：whoosh（默认）、tantivy 或 opensearch（见 --url 和 --name）。"
    ),
    "Address of the OpenSearch cluster that keeps the posts.": "保存文章的 OpenSearch 集群的地址。",
    "What the index is called in the cluster.": "索引在集群中的名称。",
    "In a cluster: parts that a new index is cut into [default: 1].": "用集群时：新索引分成几片 [默认：1]。",
    "In a cluster: copies of each part besides the first [default: 1].": "用集群时：每片另存几份副本 [默认：1]。",
    "With --url and --name: the engine of the cluster.": "与 --url 和 --name 同用：集群的引擎。",
    "Read everything again and build the index anew, then swap it in.": "全部重新读取，另建新索引，完成后替换旧的。",
    "Processes to use [default: one a core].": "使用的进程数 [默认：每核一个]。",
    "Words of your own, in jieba's format (remembered).": "自定义词典，jieba 格式（索引会记住）。",
    "Seconds to wait for another writer.": "等待另一个写入者的秒数。",
    "Print nothing but errors.": "除错误外不输出。",
    # query
    "Search, and show ranked excerpts.": "搜索，按相关度显示片段。",
    "Search the index for TEXT.": "在索引中搜索 TEXT。",
    'All words are wanted, none is required; "…" is an exact phrase; AND OR NOT + - ( ) combine; title: tag: category: '
    "path: heading: date: in: lang: restrict (标题： 标签： 分类： 日期： work too).": (
        "每个词都想要，但都不强求；“…”是精确短语；AND OR NOT + - ( ) 用来组合；"
        "标题： 标签： 分类： 路径： 小标题： 日期： in: lang: 用来限定（也可写 title: tag: 等）。"
    ),
    "Only posts with this tag (repeat for all of several).": "只要带这个标签的文章（可重复，须全部具备）。",
    "Only posts from this date on: 2024, 2024-03, 近三个月, 'last 30 days'.": (
        "只要这个日期以来的文章：2024、2024-03、近三个月、'last 30 days'。"
    ),
    "Only posts up to the end of this date.": "只要到这个日期为止（含当日）的文章。",
    "What comes first.": "排序方式。",
    "Also count hits per category, tag and year.": "同时按分类、标签和年份统计命中数。",
    "Print one JSON object a hit.": "每条命中输出一行 JSON。",
    "Show how the query was read and where each score comes from.": "显示查询如何解析、每个得分从何而来。",
    "Print only the paths of the posts.": "只输出文章路径。",
    # latest, show, categories, tags
    "List posts, newest first.": "按时间从新到旧列出文章。",
    "List posts newest first, with their beginnings; posts without a date come last.": (
        "按时间从新到旧列出文章及其开头；没有日期的排在最后。"
    ),
    "Show a whole post.": "显示整篇文章。",
    "Only this section: its heading, its anchor, or its number from 1.": "只显示这一节：标题、锚点或序号（从 1 起）。",
    "The Markdown exactly as it was indexed.": "原样输出索引时的 Markdown。",
    "List categories with the number of their posts.": "列出分类及其文章数。",
    "List tags with the number of their posts.": "列出标签及其文章数。",
    # synonyms, terms
    "List the names that posts equate; accept or reject pairs.": "列出文章中互为同义的名称，接受或拒绝其中的词对。",
    "List names that the posts equate, with the number of posts that do and where (those with TEXT in them).": (
        "列出文章中互为同义的名称，以及有多少篇、在何处这样写（给出 TEXT 时只列含它的）。"
    ),
    "List the pairs that are not used without your word.": "列出未经您确认就不使用的词对。",
    "These two mean the same.": "这两个名称同义。",
    "These two do not: never use the pair.": "这两个名称不同义，永不使用这一对。",
    "Propose words for a dictionary of your own.": "为您的自定义词典推荐新词。",
    "Propose words that the posts use and the dictionary does not have.": "推荐文章中常用而词典里没有的词。",
    "Look them through, keep the good ones in a file, and give it to: kbsearch index --user-dict FILE": (
        "请过目，把合适的留在一个文件里，交给：kbsearch index --user-dict 文件"
    ),
    "Append them to this file, in jieba's format, to be looked through.": "以 jieba 格式追加到这个文件，供您筛选。",
    # watch
    "Keep the index fresh while posts are written.": "在写作过程中随时更新索引。",
    "Index the folders PATHS, then bring the index up to date whenever something in them changes.": (
        "为目录 PATHS 建立索引，之后每当其中有变动就更新索引。"
    ),
    "A save can be searched within a second. Without PATHS, the folders indexed before are watched. One line tells of "
    "each update; with --json, one JSON object.": (
        "保存后一秒内即可搜到。不给 PATHS 时，监视以前建过索引的目录。"
        "每次更新输出一行；加 --json 则输出一个 JSON 对象。"
    ),
    "Look every so often instead of waiting for the system's events, which network folders may not give.": (
        "每隔这么多秒查看一次，而不等待系统的变动通知（网络目录可能没有通知）。"
    ),
    # serve, mcp
    "Serve a web page to search and read, and a JSON API.": "启动可搜索、可阅读的网页，以及 JSON API。",
    "Serve the index as a web page, on this machine only unless --host says otherwise.": (
        "以网页形式提供索引；除非用 --host 另行指定，只对本机开放。"
    ),
    "Whoever can reach the address can read every indexed post: there is no login.": (
        "凡能访问该地址的人都能读到所有已索引的文章：没有登录。"
    ),
    "Address to listen on; 0.0.0.0 for all.": "监听的地址；0.0.0.0 表示全部。",
    "0 takes any free one.": "0 表示任选一个空闲端口。",
    "Also answer to this host name (repeatable).": "也响应这个主机名（可重复）。",
    "Let posts show images from other sites.": "允许文章显示其他网站的图片。",
    "Keep the index fresh while serving, as kbsearch watch does.": "服务期间随时更新索引，如同 kbsearch watch。",
    "Log requests.": "记录请求。",
    "Serve the index to agents (Model Context Protocol).": "向智能体提供索引（Model Context Protocol）。",
    "Serve the index to agents over the Model Context Protocol: search, fetch, list, outline, related, status.": (
        "通过 Model Context Protocol 向智能体提供索引：搜索、取文、列表、提纲、相关文章、状态。"
    ),
    "The tools only read, and give nothing but what is indexed. There is no login: whoever can reach the address that "
    "--http listens on can read every indexed post.": (
        "这些工具只读，只给出已索引的内容。没有登录：凡能访问 --http 监听地址的人都能读到所有已索引的文章。"
    ),
    "Serve streamable HTTP at /mcp instead of standard input and output.": (
        "在 /mcp 提供 streamable HTTP，而不用标准输入输出。"
    ),
    "With --http: address to listen on.": "与 --http 同用：监听的地址。",
    "With --http; 0 takes any free one.": "与 --http 同用；0 表示任选一个空闲端口。",
    "With --http: also answer to this host name (repeatable).": "与 --http 同用：也响应这个主机名（可重复）。",
    # eval, check, status
    "Measure the ranking on judged queries.": "用有标注的查询衡量排序质量。",
    "Print nDCG@10, MRR@10 and Recall@100 (at least one of --judged and --own).": (
        "输出 nDCG@10、MRR@10 和 Recall@100（--judged 和 --own 至少给一个）。"
    ),
    "Folder of a judged collection, or of several.": "有标注的测试集所在目录，或包含多个测试集的目录。",
    "Make queries of the index's own titles and headings.": "用索引自身的标题和小标题作为查询。",
    "Engine to measure [default: whoosh].": "要衡量的引擎 [默认：whoosh]。",
    "Verify the index, and rebuild what is damaged.": "核对索引，重建损坏的部分。",
    "Verify an index: every byte, every count, and the terms of every post.": (
        "核对索引：每个字节、每个计数、每篇文章的词项。"
    ),
    "Exit codes: 0 all is well (or was repaired), 1 something is wrong (or could not be saved).": (
        "退出码：0 一切正常（或已修复），1 有问题（或有内容未能救回）。"
    ),
    "Rebuild what is damaged: read the folders again, save the other posts.": (
        "重建损坏的部分：重新读取目录，救回其余文章。"
    ),
    "Say what the index holds and whether it is fresh.": "说明索引里有什么、是否最新。",
    "Say what the index holds, what made it, and what has changed on disk since.": (
        "说明索引里有什么、由什么建立、之后磁盘上有哪些改动。"
    ),
    # config
    "Show the settings in effect and where each comes from.": "显示生效的设置及其来源。",
    "Show the settings in effect and where each comes from: a flag, an environment variable, a file or the default.": (
        "显示生效的设置及其来源：命令行选项、环境变量、文件或默认值。"
    ),
    '"trust" gives your word that the file, as it is now, may name paths outside its folder; '
    '"distrust" takes it back.': (
        "trust 表示您同意这个文件（以其现在的内容）使用所在目录之外的路径；distrust 收回同意。"
    ),
    "What to index.": "要索引的路径。",
}
