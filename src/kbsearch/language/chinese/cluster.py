"""Errors about an OpenSearch cluster."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE: dict[str, str] = {
    # what a user says of a cluster
    "{name!r} cannot name an index in a cluster: use up to 100 lower-case letters, digits, - and _, "
    "beginning with a letter or digit": (
        "{name!r} 不能作为集群中索引的名称：请用小写字母、数字、- 和 _，以字母或数字开头，最多 100 个字符"
    ),
    "an index has 1 to 1024 shards, and 0 to 16 replicas of each": "一个索引有 1 到 1024 个分片，每片有 0 到 16 份副本",
    "{first} and {second} must be whole numbers": "{first} 和 {second} 必须是整数",
    "{variable} or --url: not an address of the form https://host:9200": (
        "{variable} 或 --url：不是 https://host:9200 这样的地址"
    ),
    "the address must not hold a user or password: set {user} and {password} instead": (
        "地址中不能写用户名或密码：请改为设置 {user} 和 {password}"
    ),
    "set both {user} and {password} (or {password}_FILE), or neither": (
        "{user} 和 {password}（或 {password}_FILE）要么都设置，要么都不设置"
    ),
    "{variable}: holds characters that no key has": "{variable}：含有密钥中不可能有的字符",
    "{variable}: OpenSearch Serverless (aoss) has no _refresh, which every update needs; "
    "use a domain of OpenSearch Service (es)": (
        "{variable}：OpenSearch Serverless（aoss）没有每次更新都需要的 _refresh；请使用 OpenSearch Service（es）的域"
    ),
    "{path}: cannot be read, though {variable} names it ({reason})": (
        "{path}：{variable} 指定了它，但无法读取（{reason}）"
    ),
    "posts of this engine lie in an OpenSearch cluster; say which: --url, or {variable}": (
        "这种引擎的文章保存在 OpenSearch 集群中；请指明是哪一个：--url，或 {variable}"
    ),
    "say what the index is called in the cluster: --name, or {variable}": (
        "请指明索引在集群中的名称：--name，或 {variable}"
    ),
    "{folder}: holds an index of its own ({engine}), not the cluster's; name another --index-dir": (
        "{folder}：其中是它自己的索引（{engine}），不是集群的索引；请指明另一个 --index-dir"
    ),
    "{folder}: stands for {name!r} in the cluster, not for {other!r}; name another --index-dir": (
        "{folder}：代表集群中的 {name!r}，而不是 {other!r}；请指明另一个 --index-dir"
    ),
    "{folder}: the cluster has a knowledge base of this name already; choose another --name, "
    "or join it from an empty folder (--index-dir)": (
        "{folder}：集群中已有同名的知识库；请换一个 --name，或在空目录中加入它（--index-dir）"
    ),
    # reaching it
    "{where}: a password or key would travel unencrypted; use an https address": (
        "{where}：密码或密钥会以明文传输；请使用 https 地址"
    ),
    "{path}: KBSEARCH_OPENSEARCH_CA names no file": "{path}：KBSEARCH_OPENSEARCH_CA 指定的文件不存在",
    "{where}: the cluster's certificate is not trusted; if it is your own, name the file of its authority "
    "in KBSEARCH_OPENSEARCH_CA": (
        "{where}：集群的证书不受信任；如果是您自己的证书，请用 KBSEARCH_OPENSEARCH_CA 指定其颁发机构的证书文件"
    ),
    "{where}: no node answers ({reason}); is the cluster up, and the address right?": (
        "{where}：没有节点应答（{reason}）；集群在运行吗？地址对吗？"
    ),
    "{where}: what answers there is no OpenSearch; check the address": "{where}：应答的不是 OpenSearch；请检查地址",
    "signing requests for AWS": "为 AWS 签名请求",
    "the AWS credentials cannot be used ({reason}); set them up as for the AWS command line": (
        "无法使用 AWS 凭证（{reason}）；请像使用 AWS 命令行那样设置"
    ),
    "there are no AWS credentials; set them up as for the AWS command line": (
        "没有 AWS 凭证；请像使用 AWS 命令行那样设置"
    ),
    # what it refuses
    "{where}: the cluster does not know this user, password or key; "
    "check KBSEARCH_OPENSEARCH_USER and _PASSWORD, or KBSEARCH_OPENSEARCH_API_KEY": (
        "{where}：集群不认识这个用户、密码或密钥；"
        "请检查 KBSEARCH_OPENSEARCH_USER 和 _PASSWORD，或 KBSEARCH_OPENSEARCH_API_KEY"
    ),
    "{where}: AWS lets nobody in with these credentials ({reason}); check AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, then KBSEARCH_OPENSEARCH_AWS_REGION, and the access policy of "
    "the domain": (
        "{where}：AWS 不接受这些凭证（{reason}）；请检查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，"
        "或 AWS_PROFILE，再检查 KBSEARCH_OPENSEARCH_AWS_REGION 和域的访问策略"
    ),
    "{where}: the user may not do this ({reason}); grant it what docs/cluster.md lists": (
        "{where}：用户无权这样做（{reason}）；请授予 docs/cluster.md 中列出的权限"
    ),
    "{where}: the cluster lets nothing be written, because a disk of it is nearly full (flood stage): "
    "free or add disk space; it lifts the block by itself then, and the same command goes on": (
        "{where}：集群不允许写入，因为有磁盘快满了（flood stage）：请释放或增加磁盘空间；"
        "之后集群会自行解除限制，再运行同一命令即可继续"
    ),
    "{where}: the index is read-only ({reason})": "{where}：索引是只读的（{reason}）",
    "{where}: there is no such index in the cluster; make one with: kbsearch index FOLDER": (
        "{where}：集群中没有这个索引；请建立：kbsearch index 目录"
    ),
    "{where}: the cluster is overloaded ({reason}); give it more memory, or try again later": (
        "{where}：集群负载过高（{reason}）；请增加内存，或稍后再试"
    ),
    "{where}: the query is too large for the cluster; ask for less at once ({reason})": (
        "{where}：查询对集群来说太大；请一次少查一些（{reason}）"
    ),
    "{where}: the cluster refuses (status {status}): {reason}": "{where}：集群拒绝（状态 {status}）：{reason}",
    "no reason given": "没有说明原因",
    "{where}: the index's fields are not as kbsearch makes them ({reason}): an index template of the cluster, "
    "or another program, has changed them; take that away and run: kbsearch index --rebuild": (
        "{where}：索引的字段不是 kbsearch 建立的样子（{reason}）：被集群的索引模板或别的程序改过；"
        "请去掉它，再运行：kbsearch index --rebuild"
    ),
    # what lies in it
    "{where}: there is no index {index!r}; run: kbsearch index FOLDER": (
        "{where}：没有索引 {index!r}；请运行：kbsearch index 目录"
    ),
    "{where}: the cluster has no knowledge base {name!r}; make it with: "
    "kbsearch index FOLDER --engine opensearch --url … --name {name}": (
        "{where}：集群中没有知识库 {name!r}；请建立：kbsearch index 目录 --engine opensearch --url … --name {name}"
    ),
    "{index}: made by another version of kbsearch (its format is {version}, this one reads {format}); "
    "run: kbsearch index --rebuild": (
        "{index}：由另一版本的 kbsearch 建立（其格式为 {version}，本版本读取 {format}）；"
        "请运行：kbsearch index --rebuild"
    ),
    "{index}: its record in the cluster is damaged ({reason}); run: kbsearch check --repair": (
        "{index}：它在集群中的记录已损坏（{reason}）；请运行：kbsearch check --repair"
    ),
    "{index}: its record could not be written; try again": "{index}：无法写入它的记录；请再试一次",
    "{index}: another update came in between; try again": "{index}：另一次更新抢先完成；请再试一次",
    "{index}: another update is running (process {process} on {host}); wait for it to end, and try again": (
        "{index}：另一次更新正在进行（{host} 上的进程 {process}）；请等它结束再试"
    ),
    "{index}: the index changes faster than it can be opened; try again": (
        "{index}：索引变化太快，来不及打开；请再试一次"
    ),
    "{index}: the index was built anew; open it again": "{index}：索引已重新建立；请重新打开",
    "{index}: the commit that was open is gone; open the index again": (
        "{index}：打开着的那次提交已不存在；请重新打开索引"
    ),
    "{index}: a post is damaged ({reason}); run: kbsearch check --repair": (
        "{index}：有一篇文章已损坏（{reason}）；请运行：kbsearch check --repair"
    ),
    "{index}: a post is gone; run: kbsearch check --repair": (
        "{index}：有一篇文章不见了；请运行：kbsearch check --repair"
    ),
    "{index}: {count} parts of the index are missing in the cluster": "{index}：集群中缺少索引的 {count} 个分片",
    "{index}: {count} posts are counted, {found} are there": "{index}：计有 {count} 篇，实有 {found} 篇",
}
