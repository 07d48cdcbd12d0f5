"""Examples at the end of each command's help: a command line, and what it does. A test runs every one of them."""

from __future__ import annotations

import click

__all__ = ["EXAMPLES", "add_examples"]

# All work on the sample posts: kbsearch index corpus/ comes first.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "index": (
        ("kbsearch index corpus/", "Index a folder; later, read again what changed in it."),
        ("kbsearch index corpus/ --exclude 'drafts/' --exclude '*.txt'", "Leave something out."),
        ("kbsearch index", "Bring all folders indexed before up to date."),
        (
            """echo '{"id": "1", "text": "短文"}' | kbsearch index - --index-dir other""",
            "Index posts that a program prints, one a line.",
        ),
    ),
    "query": (
        ("kbsearch query 扩散模型 采样", "Posts with these words, the best first."),
        ("kbsearch query '\"exponential moving average\"'", "Exactly these words in this order."),
        ("kbsearch query 'title:扩散模型 OR DDPM -采样' --sort newest", "Combined, without 采样, newest first."),
        ("kbsearch query 'loss in:code' -c 'Deep Learning' --since 2019", "In code, in one category, since 2019."),
        ("kbsearch query 扩散模型 --json -n 3", "The three best hits, for a program."),
        ("EDITOR=true kbsearch query 'U-Net' --open 1", "Open the best hit in an editor, at its line."),
    ),
    "latest": (
        ("kbsearch latest", "The ten newest posts."),
        ("kbsearch latest --category 'Generative Model' --page 2", "The second page of a category."),
    ),
    "show": (
        ("kbsearch show ddpm", "A whole post; the end of its path is enough."),
        ("kbsearch show ddpm --section 1", "Its first section alone; a heading or an anchor does, too."),
        ("kbsearch show 'Generative Model/ddpm.md' --raw", "The Markdown as it was indexed."),
    ),
    "related": (
        ("kbsearch related ddpm", "The posts most like one."),
        ("kbsearch related ddpm --limit 3 --json", "The three most like it, for a program."),
    ),
    "links": (
        ("kbsearch links ddpm", "Where a post's links lead, and which posts link to it."),
        ("kbsearch links corpus/NLP/word-embeddings.md --external", "The links to other sites too."),
    ),
    "lint": (
        ("kbsearch lint", "Everything that wants mending, post by post."),
        ("kbsearch lint --only link --only duplicate", "Broken links and near-duplicates alone."),
        ("kbsearch lint --skip tag --json", "All but tags, for a program."),
    ),
    "stats": (
        ("kbsearch stats", "A chart over time, and totals."),
        ("kbsearch stats --svg posts.svg", "The chart as a drawing for a web page or README."),
        ("kbsearch stats --json", "All figures, for a program."),
    ),
    "categories": (("kbsearch categories", "All categories, the largest first."),),
    "tags": (("kbsearch tags | head -5", "The five commonest tags."),),
    "synonyms": (
        ("kbsearch synonyms 扩散", "Pairs of names with 扩散 in them, and who equates them."),
        ("kbsearch synonyms --candidates", "Pairs that wait for your word."),
        ("kbsearch synonyms --accept 显卡 GPU", "Say that two names mean the same."),
        ("kbsearch synonyms --reject 卷积 Transformer", "Say that two names do not."),
    ),
    "terms": (
        ("kbsearch terms --limit 20 || true", "Words that the dictionary does not have."),
        ("kbsearch terms --write words.txt || kbsearch index --user-dict words.txt", "Keep them, and index with them."),
    ),
    "serve": (
        ("kbsearch serve --port 8080", "Then open http://127.0.0.1:8080/ in a browser."),
        ("kbsearch serve --port 0", "At any port that is free."),
    ),
    "watch": (("kbsearch watch corpus/", "Index a folder, and again whenever something in it changes."),),
    "mcp": (
        ("kbsearch mcp", "Serve agents over standard input and output."),
        ("kbsearch mcp --http --port 8001", "Serve them over HTTP."),
    ),
    "config": (
        ("kbsearch config", "Every setting, and where it comes from."),
        ("kbsearch config --limit 5", "The same, if this option were given."),
    ),
    "eval": (("kbsearch eval --own", "How well titles and headings find their own posts."),),
    "check": (
        ("kbsearch check", "Verify every byte and every count."),
        ("kbsearch check --repair", "Verify, and rebuild if anything is damaged."),
    ),
    "status": (("kbsearch status", "What the index holds, and what changed on disk since."),),
    "completion": (
        ('eval "$(kbsearch completion bash)"', "This line in ~/.bashrc; likewise zsh in ~/.zshrc, after compinit."),
        ("kbsearch completion fish > kbsearch.fish", "For fish, in ~/.config/fish/completions/."),
    ),
}


def add_examples(command: click.Command) -> None:
    """Put a command's examples at the end of its help, once."""
    examples = EXAMPLES.get(command.name or "", ())
    if examples and "Examples:" not in (command.epilog or ""):
        lines = ["\b\nExamples:", *(line for use, said in examples for line in (f"  $ {use}", f"      {said}"))]
        command.epilog = "\n\n".join(part for part in (command.epilog, "\n".join(lines)) if part)
