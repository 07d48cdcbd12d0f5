"""``kbsearch terms``: propose words for the user's dictionary."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.errors import InputError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message, t

__all__ = ["terms"]


@click.command()
@click.option("-n", "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@click.option("--write", type=click.Path(), help="Append them to this file, in jieba's format, to be looked through.")
@json_output
@index_dir
def terms(limit: int, write: str | None, as_json: bool, index_dir: str) -> int:
    """Propose words that the posts use and the dictionary does not have.

    Look them through, keep the good ones in a file, and give it to: kbsearch index --user-dict FILE
    """
    with KnowledgeBase(index_dir, create=False) as kb:
        found = kb.new_words()[:limit]
    if write:
        try:
            with Path(write).open("a", encoding="utf-8") as file:
                file.writelines(f"{each.word} {each.count}\n" for each in found)
        except OSError as error:
            reason = error.strerror
            raise InputError(message("{path}: cannot be written ({reason})", path=write, reason=reason)) from error
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json([asdict(each) for each in found]))
    else:
        for each in found:
            known = {"count": each.count, "posts": each.posts, "score": each.score, "word": each.word}
            click.echo(t("{count:6} in {posts:4} posts  {score:.2f}  {word}", **known))
    return 0 if found else 1
