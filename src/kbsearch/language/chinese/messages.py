"""Errors, hints and warnings of the library."""

from __future__ import annotations

__all__ = ["CHINESE"]

_QUOTE_IT = "如果要搜索这段文字本身，请加引号"

CHINESE: dict[str, str] = {
    # queries: errors and their hints
    "there is no field “{name}”": "没有“{name}”这个字段",
    "perhaps {meant}: is meant; to search for the text, quote it": "您想写的可能是 {meant}:；" + _QUOTE_IT,
    "the fields are {names}; to search for the text, quote it": "可用的字段：{names}；" + _QUOTE_IT,
    "the field {field} has no value": "字段 {field} 没有值",
    "write {field}:{example}; to search for the text, quote it": "请写成 {field}:{example}；" + _QUOTE_IT,
    "the field {inner} cannot stand within the field {outer}": "字段 {outer} 里不能再写字段 {inner}",
    "end the first field before it; to search for the text, quote it": "请先结束前一个字段；" + _QUOTE_IT,
    "in: knows no “{value}”": "in: 没有“{value}”这个位置",
    "perhaps in:{meant} is meant": "您想写的可能是 in:{meant}",
    "in: takes {names}": "in: 可以写 {names}",
    "more than {count} clauses": "子句超过 {count} 个",
    "ask in several queries": "请拆成几次查询",
    "brackets more than {count} deep": "括号嵌套超过 {count} 层",
    "take away brackets that are not needed": "请去掉不必要的括号",
    "the query is longer than {count:,} characters": "查询超过 {count:,} 个字符",
    "shorten it": "请缩短查询",
    # dates
    "{text} is not a date": "{text} 不是日期",
    "{text} is not a date: {why}": "{text} 不是日期：{why}",
    "{text} has no beginning": "{text} 没有起点",
    "{text} has no end": "{text} 没有终点",
    "{text} ends before it begins": "{text} 的终点早于起点",
    "put the earlier date first": "请把较早的日期写在前面",
    "there is no year 0": "没有公元 0 年",
    "there is no month {month}": "没有 {month} 月",
    "{year}-{month:02} has {days} days": "{year} 年 {month} 月只有 {days} 天",
    "there is no such time of day": "没有这个时刻",
    "there is no time beyond": "超出了可以表示的时间",
    "that is outside the years 1 to 9999": "超出了公元 1 年到 9999 年的范围",
    "dates are written 2024, 2024-03, 2024-03-05, 2024年3月, 2024-03..2024-06, ..2023, >=2024, "
    '近三个月, 去年, today, "last 30 days"': (
        "日期可以写成 2024、2024-03、2024-03-05、2024年3月、2024-03..2024-06、..2023、>=2024、"
        '近三个月、去年、today、"last 30 days"'
    ),
    # queries: warnings
    "a bracket without its partner is taken as text": "不成对的括号按普通文字处理",
    "a quotation mark is never closed: the phrase reaches to the end": "引号没有闭合，短语延伸到查询末尾",
    "quotation marks or brackets with nothing in them are left out": "空的引号或括号已忽略",
    "非 at the beginning is taken as text; to exclude a word, write -word": (
        "开头的“非”按普通文字处理；要排除某个词，请写 -词"
    ),
    "{slop} after a phrase is left out: phrases are exact": "短语后的 {slop} 已忽略：短语只做精确匹配",
    "“{name}:” is taken as text; for the field, write {meant}:": "“{name}:”按普通文字处理；要用字段请写 {meant}:",
    "“{name}” is taken as text: what follows is no value of it": "“{name}”按普通文字处理：后面的内容不是它的值",
    "{name} has nothing on its left and is left out; to search for it, quote it": (
        "{name} 左边没有内容，已忽略；要搜索它本身，请加引号"
    ),
    "{name} has nothing on its right and is left out; to search for it, quote it": (
        "{name} 右边没有内容，已忽略；要搜索它本身，请加引号"
    ),
    "and {count} more warnings": "还有 {count} 条警告",
    "~{wanted} is taken as ~{distance}: 1 or 2 edits are possible": (
        "~{wanted} 按 ~{distance} 处理：只支持 1 或 2 处差异"
    ),
    "{text!r} has no letter, digit or Han character to search for": "“{text}”里没有可以搜索的字母、数字或汉字",
    "the query has {count} words; only the first {used} were used": "查询有 {count} 个词，只用了前 {used} 个",
    "{shown}: only the first {count:,} terms were looked at; give more letters": (
        "{shown}：只查看了前 {count:,} 个词项，请多写几个字母"
    ),
    "{shown} stands for {count} words; the {used} most frequent were used": (
        "{shown} 对应 {count} 个词，只用了最常见的 {used} 个"
    ),
    "no post has the category {value!r}; kbsearch categories lists them": (
        "没有文章属于分类“{value}”；用 kbsearch categories 查看全部分类"
    ),
    "no post has the tag {value!r}; kbsearch tags lists them": "没有文章带标签“{value}”；用 kbsearch tags 查看全部标签",
    "nothing in the index has the {value!r} asked for": "索引中没有任何文章符合“{value}”",
    # nothing found
    "{count} posts match without the filters": "去掉筛选条件后有 {count} 篇匹配",
    "no post has {word!r}": "没有文章包含“{word}”",
    "no post has {word!r}; nearest: {near}": "没有文章包含“{word}”；相近的词：{near}",
    "each word is in some post, but no post has what the query asks for together": (
        "每个词都有文章包含，但没有一篇同时满足整个查询"
    ),
    "no post has all of the words; posts with some of them are sorted by date": (
        "没有文章包含全部词；以下是包含部分词的文章，按日期排序"
    ),
    "shown are posts with words that contain it": "以下文章中有包含它的更长的词",
    # the index
    "{folder}: there is no index here; make one with: kbsearch index FOLDER": (
        "{folder}：这里没有索引；请先建立：kbsearch index 目录"
    ),
    "{folder}: made by another version of kbsearch (its index format is {version}, this one reads {format}); "
    "delete the folder and run: kbsearch index FOLDER": (
        "{folder}：由另一版本的 kbsearch 建立（索引格式为 {version}，本版本读取 {format}）；"
        "请删除该目录并运行：kbsearch index 目录"
    ),
    "{folder}: its words were made by another analyzer (another version of kbsearch or dictionary); "
    "run: kbsearch index --rebuild": (
        "{folder}：索引的分词方式与当前不同（kbsearch 版本或词典变了）；请运行：kbsearch index --rebuild"
    ),
    "{folder}: another update is running ({owner}); wait for it to end, or raise --wait, and try again": (
        "{folder}：另一个更新正在进行（{owner}）；请等它结束，或加大 --wait 后再试"
    ),
    "owner unknown": "不知道是哪个进程",
    "{path}: not a regular file; delete it and try again": "{path}：不是普通文件；请删除后再试",
    "{path}: cannot be written ({reason}); check the folder's permissions": (
        "{path}：无法写入（{reason}）；请检查目录权限"
    ),
    "this file system has no locks ({reason}); keep the index elsewhere": (
        "这个文件系统不支持文件锁（{reason}）；请把索引放到别处"
    ),
    "{path}: cannot be written: {advice}. The index is as it was before.": "{path}：无法写入：{advice}。索引保持原样。",
    "the disk is full; free some space and run the same command again": "磁盘已满，请腾出空间后重新运行同一命令",
    "the disk quota is used up; free some space and run the same command again": (
        "磁盘配额已用完，请腾出空间后重新运行同一命令"
    ),
    "the file would be larger than the system allows (see ulimit -f)": "文件大小将超过系统限制（见 ulimit -f）",
    "no permission to write there": "没有写入权限",
    "the file system is read-only": "文件系统是只读的",
    "{path}: cannot be read ({reason}); check its permissions": "{path}：无法读取（{reason}）；请检查权限",
    "there is no engine {name!r}; choose one of: {known}": "没有引擎“{name}”；可选：{known}",
    "{path}: the folder is gone; its posts are kept as they were": "{path}：目录不见了；其中的文章保持原样",
    "{path}: there is no such folder; kbsearch watch takes folders": "{path}：没有这个目录；kbsearch watch 只接受目录",
    "there is nothing to watch yet; name a folder: kbsearch watch FOLDER": (
        "还没有可以监视的目录；请指明一个：kbsearch watch 目录"
    ),
    "another process is writing to the index; trying again until it is done": (
        "另一个进程正在写入索引；会一直重试到它结束"
    ),
    "the system gives no events ({reason}); the folders are looked at every {seconds:.0f} s instead": (
        "系统没有提供文件变动通知（{reason}）；改为每 {seconds:.0f} 秒查看一次目录"
    ),
    "{feature} needs an optional package: pip install 'kbsearch[{extra}]'": (
        "{feature}需要可选的软件包：pip install 'kbsearch[{extra}]'"
    ),
    "the {name} engine": "{name} 引擎",
    "the web page": "网页",
    # a damaged index
    "{path}: damaged: {what}; run: kbsearch check --repair": "{path}：已损坏：{what}；请运行：kbsearch check --repair",
    "cannot be read ({reason})": "无法读取（{reason}）",
    "its checksum is wrong": "校验和不符",
    "it is not what kbsearch wrote": "不是 kbsearch 写下的内容",
    "the commit does not name its files": "提交记录没有列出它的文件",
    "the commit names a file that is none of ours": "提交记录列出了不属于索引的文件",
    "{path}: a link or no regular file; kbsearch makes none, so the index is not used: "
    "delete it if you do not know where it comes from, and index again": (
        "{path}：是链接或非普通文件；kbsearch 不会建立这样的文件，因此不使用这个索引："
        "如果不清楚它的来历，请删除后重新索引"
    ),
    "leftovers of interrupted updates, which the next update deletes: {names}": (
        "中断的更新留下的文件，下次更新时会删除：{names}"
    ),
    "the post {id!r} is there twice": "文章“{id}”出现两次",
    "the post {id!r} is not found by its id": "按 id 找不到文章“{id}”",
    "the index counts {total} posts, but {count} can be read": "索引记录有 {total} 篇，但只能读出 {count} 篇",
    "{count} posts are stored in another form than analysing them gives: {ids}": (
        "{count} 篇文章存储的内容与重新分析的结果不同：{ids}"
    ),
    "its words were made by another analyzer, so they could not be compared; run: kbsearch index --rebuild": (
        "索引的分词方式与当前不同，无法比对；请运行：kbsearch index --rebuild"
    ),
    "the terms of the field {name!r} are not those of the posts": "字段 {name} 的词项与文章不符",
    "{count} posts have {term!r} in the field {name!r}, the index finds {found}": (
        "有 {count} 篇文章在字段 {name} 中含“{term}”，索引却找到 {found} 篇"
    ),
    "{count} posts of indexed files are not in the index: {ids}": "已索引文件中有 {count} 篇文章不在索引里：{ids}",
    "the list of indexed folders is damaged; name them again: kbsearch index FOLDER": (
        "已索引目录的清单已损坏；请重新指明：kbsearch index 目录"
    ),
    "{count} posts whose folder is gone: {folders}": "{count} 篇文章所在的目录已不存在：{folders}",
    "{folder}: nothing of an index is left here; make one with: kbsearch index FOLDER": (
        "{folder}：这里已没有任何索引内容；请重新建立：kbsearch index 目录"
    ),
    "the damaged files are kept in {folder}; delete the folder if you need them no more": (
        "损坏的文件保存在 {folder}；不再需要时请删除该目录"
    ),
    "{count} stored posts cannot be read; those with files are read anew": (
        "{count} 篇存储的文章无法读出；有文件的会重新读取"
    ),
    "{count} stored posts could be read, but how many there were is not known: posts that came from no file may be "
    "missing": "读出了 {count} 篇存储的文章，但不知道原来有多少：不是来自文件的文章可能有缺失",
    # web requests
    "the parameter {name!r} comes more than {count} times": "参数 {name} 出现超过 {count} 次",
    "unknown parameter {name!r}": "没有参数 {name}",
    "known ones: {names}": "可用的参数：{names}",
    "the parameter {name!r} comes twice": "参数 {name} 出现两次",
    "{name} cannot be {value!r}": "{name} 不能是“{value}”",
    "one of: {names}": "可选：{names}",
    "1 or 0": "1 或 0",
    "a number from 1 to {most:,}": "从 1 到 {most:,} 的数",
    "there is no such image in the indexed folders": "已索引的目录中没有这张图片",
    "{path}: there is nothing at this address": "{path}：这个地址没有内容",
    "an error in kbsearch itself; the server's output says more": "kbsearch 自身出错；详情见服务器的输出",
    # posts, files and folders
    "{path}: there is no such file or folder; check its spelling": "{path}：没有这个文件或目录；请检查拼写",
    "{path}: cannot be read ({reason})": "{path}：无法读取（{reason}）",
    "{path}: cannot be written ({reason})": "{path}：无法写入（{reason}）",
    "no post has the id {id!r}; kbsearch query prints ids as paths": (
        "没有 id 为“{id}”的文章；kbsearch query 输出的路径就是 id"
    ),
    "{name!r} may mean {count} posts: {ids}": "“{name}”可能指 {count} 篇文章：{ids}",
    "{id}: no section “{name}”; its sections: {known}": "{id}：没有“{name}”这一节；各节为：{known}",
    "{path}: {what} cannot be read: {reason}": "{path}：无法读取{what}：{reason}",
    "the synonym file": "同义词文件",
    "the user dictionary": "用户词典",
    "{path}, line {number}: {error}; write: word [frequency] [tag], in UTF-8": (
        "{path}，第 {number} 行：{error}；请按 UTF-8 写成：词 [词频] [词性]"
    ),
    "{path}, line {number}: {error}; write: name = name, in UTF-8": (
        "{path} 第 {number} 行：{error}；请写成：名称 = 名称，用 UTF-8 编码"
    ),
    # the configuration file
    "{path}: not UTF-8 (byte {at})": "{path}：不是 UTF-8 编码（第 {at} 字节）",
    "{path}: not valid TOML: {reason}": "{path}：不是有效的 TOML：{reason}",
    "{path}: there is no setting “{key}”; {hint}": "{path}：没有“{key}”这个设置；{hint}",
    "perhaps {name} is meant": "您想写的可能是 {name}",
    "the settings are {names}": "可用的设置：{names}",
    "{path}: {key} must be {allowed}": "{path}：{key} 必须是{allowed}",
    "true or false": " true 或 false",
    "a whole number from {least:,} to {most:,}": "从 {least:,} 到 {most:,} 的整数",
    "a number of seconds from {least:,} to {most:,}": "从 {least:,} 到 {most:,} 的秒数",
    "one of {choices}": "以下之一：{choices}",
    "a list of texts in quotes, such as {example}": "带引号的文字列表，例如 {example}",
    "a path in quotes, such as {example}": "带引号的路径，例如 {example}",
    "a list of paths in quotes, such as {example}": "带引号的路径列表，例如 {example}",
    "{path}: {key} is not a path: {value}": "{path}：{key} 不是路径：{value}",
    "{path}: {key} leads out of the file's folder: {value}; if you trust the file, run: kbsearch config trust": (
        "{path}：{key} 指向文件所在目录之外：{value}；如果信任这个文件，请运行：kbsearch config trust"
    ),
    "{path}: cannot be read ({reason}); to use it, name it: --config {path}; to go without: --config ''": (
        "{path}：无法读取（{reason}）；要使用它，请指明：--config {path}；不用它：--config ''"
    ),
    "{path}: the list of trusted files cannot be used ({reason})": "{path}：无法使用信任列表（{reason}）",
    "{path}: a path with a line end cannot be trusted": "{path}：不能信任含换行的路径",
    "there is no {name} in this folder or above; name one: --config FILE": (
        "当前目录及上级目录中没有 {name}；请指明：--config 文件"
    ),
    # indexing: advice
    "{posts} posts are more than suits {engine}; much quicker: kbsearch index --engine {better} --rebuild": (
        "共 {posts} 篇，超出了 {engine} 适合的规模；改用这个会快得多：kbsearch index --engine {better} --rebuild"
    ),
}
