"""What is measured: real posts, more of them by mutation, and questions made of their own titles and headings."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import rjieba

__all__ = [
    "KINDS",
    "Question",
    "TokenPost",
    "make_questions",
    "make_size",
    "mutate",
    "read_questions",
    "read_tokens",
    "tokenize",
    "write_questions",
]

KINDS = ("one", "or", "and", "phrase", "filtered", "sorted", "fuzzy")
_TOKEN = re.compile(r"[0-9a-z]+|[\u4e00-\u9fff]+")
_HEADING = re.compile(r"^#{1,6} +(.+?)[ #]*$", re.MULTILINE)
_TITLE = re.compile(r"^title: *[\"']?(.+?)[\"']? *$", re.MULTILINE)
_DATE = re.compile(r"^date: *[\"']?(\d{4})-(\d{2})-(\d{2})", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)
_SEED = 20240305


@dataclass(frozen=True, slots=True)
class TokenPost:
    """A post for engines alone: its words in order, one category, a date as YYYYMMDD."""

    key: str
    category: str
    date: int
    tokens: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as text and as words; a filtered one names a category too."""

    kind: str
    text: str
    tokens: tuple[str, ...]
    category: str = ""


def tokenize(text: str) -> list[str]:
    """Latin words and numbers, and Han words as jieba cuts them: one sequence, so that phrases mean the same to all."""
    tokens: list[str] = []
    for run in _TOKEN.findall(text.lower()):
        if run[0] < "\u4e00":
            tokens.append(run[:60])
        else:
            tokens += rjieba.cut(run, False)
    return tokens


# --- posts ---


def make_size(data: Path, posts: int, folder: Path) -> Path:
    """A folder with that many posts, made once: every k-th of the real ones, or all of them and mutations.

    Returns:
        The folder; ``files/`` in it holds the posts, ``tokens.jsonl`` their words.
    """
    place = folder / f"posts-{posts}"
    if (place / "tokens.jsonl").exists():
        return place
    shutil.rmtree(place, ignore_errors=True)
    real = sorted(path for path in (data / "posts").rglob("*.md") if path.stat().st_size)
    chosen = [real[i * len(real) // posts] for i in range(posts)] if posts < len(real) else real
    files = place / "files"
    for path in chosen:
        _write(files / path.relative_to(data / "posts"), path.read_bytes())
    chance = random.Random(_SEED)
    texts = [_decode(path.read_bytes()) for path in real] if posts > len(chosen) else []
    for number in range(posts - len(chosen)):
        index = number % len(real)
        path = real[index].relative_to(data / "posts")
        mutated = mutate(texts[index], texts[chance.randrange(len(texts))], chance)
        _write(files / path.parent / f"{path.stem}-{number // len(real) + 2}.md", mutated.encode())
    with open(place / "tokens.partial", "w", encoding="utf-8") as out:
        for path in sorted(files.rglob("*.md")):
            text = _decode(path.read_bytes())
            relative = path.relative_to(files)
            date = _DATE.search(text[:2000])
            day = int("".join(date.groups())) if date else 20200101
            row = (relative.as_posix(), relative.parts[0], day, tokenize(text))
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    (place / "tokens.partial").rename(place / "tokens.jsonl")
    return place


def mutate(text: str, other: str, chance: random.Random) -> str:
    """A post that is new but real in its words: its sections in another order, some left out, some of another post.

    The front matter stays, with the mutation said in the title, so that titles stay distinct.
    """
    end = text.find("\n---", 3) + 4 if text.startswith("---") else 0
    front, body = text[:end], text[end:]
    front = _TITLE.sub(lambda found: f"title: {found[1]} {chance.randrange(10**6)}", front, count=1)
    sections = _sections(body)
    mine = [section for section in sections[1:] if chance.random() < 0.8]
    theirs = _sections(other)[1:]
    mine += chance.sample(theirs, min(len(theirs), max(1, len(sections) // 5)))
    chance.shuffle(mine)
    return front + sections[0] + "".join(mine)


def _sections(text: str) -> list[str]:
    """Cut before each heading outside fenced code."""
    fences = [found.start() for found in _FENCE.finditer(text)]
    starts = [0]
    for heading in _HEADING.finditer(text):
        if sum(1 for at in fences if at < heading.start()) % 2 == 0:
            starts.append(heading.start())
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").replace("\r\n", "\n")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def read_tokens(place: Path) -> Iterator[TokenPost]:
    """The posts of a folder as words."""
    seen: dict[str, str] = {}  # one string a word, as a program that makes them itself would have
    with open(place / "tokens.jsonl", encoding="utf-8") as lines:
        for line in lines:
            key, category, date, tokens = json.loads(line)
            yield TokenPost(key, category, date, [seen.setdefault(token, token) for token in tokens])


# --- questions ---


def make_questions(place: Path, each: int) -> list[Question]:
    """Questions of every kind from the titles and headings of a folder's posts, the same for everyone.

    ``one``: a word that few to many posts have; ``or``: all words of a title or heading, any of which may match;
    ``and``: its words of which all must; ``phrase``: two or three that stand side by side in it; ``filtered``: any of
    the words, in one category; ``sorted``: two words, newest first; ``fuzzy``: a Latin word with two letters swapped.
    """
    chance = random.Random(_SEED)
    frequency: Counter[str] = Counter()
    lines: list[tuple[str, str]] = []
    posts = 0
    for post in read_tokens(place):
        posts += 1
        frequency.update(set(post.tokens))
        text = _decode((place / "files" / post.key).read_bytes())
        found = [match[1] for match in (*_TITLE.finditer(text[:2000]), *_HEADING.finditer(text))]
        lines += [(line, post.category) for line in chance.sample(found, min(2, len(found)))]
    chance.shuffle(lines)
    content = {token for token, count in frequency.items() if 2 < count < posts / 3 and len(token) > 1}
    questions: dict[str, list[Question]] = {kind: [] for kind in KINDS}
    for line, category in lines:
        tokens = tokenize(line)
        words = list(dict.fromkeys(token for token in tokens if token in content))
        made = {
            "one": words[:1],
            "or": list(dict.fromkeys(tokens)) if len(words) > 1 and 3 <= len(tokens) <= 12 else [],
            "and": words[:3] if len(words) > 1 else [],
            "phrase": _side_by_side(tokens, content),
            "filtered": words[:5] if len(words) > 1 else [],
            "sorted": words[:2] if len(words) > 1 else [],
            "fuzzy": _misspelt(words),
        }
        for kind, chosen in made.items():
            if chosen and len(questions[kind]) < each:
                # A phrase as text is written as it stands in the line: Han words without spaces between them.
                text = line.strip() if kind == "or" else _joined(chosen) if kind == "phrase" else " ".join(chosen)
                questions[kind].append(Question(kind, text, tuple(chosen), category if kind == "filtered" else ""))
        if all(len(some) >= each for some in questions.values()):
            break
    return [question for some in questions.values() for question in some]


def write_questions(questions: Sequence[Question], path: Path) -> None:
    """Keep questions for the processes that ask them."""
    path.write_text(json.dumps([asdict(question) for question in questions], ensure_ascii=False), encoding="utf-8")


def read_questions(path: Path) -> list[Question]:
    """Read back what :func:`write_questions` wrote."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Question(row["kind"], row["text"], tuple(row["tokens"]), row["category"]) for row in rows]


def _side_by_side(tokens: list[str], content: set[str]) -> list[str]:
    for size in (3, 2):
        for i in range(len(tokens) - size + 1):
            if all(token in content for token in tokens[i : i + size]):
                return tokens[i : i + size]
    return []


def _misspelt(words: list[str]) -> list[str]:
    for word in words:
        if len(word) > 5 and word.isalpha() and word.isascii():
            return [word[:2] + word[3] + word[2] + word[4:]]
    return []


def _joined(tokens: list[str]) -> str:
    text = ""
    for token in tokens:
        text += " " + token if text and (text[-1].isascii() or token.isascii()) else token
    return text
