"""What kbsearch.toml sets, and what it may not."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cpu_time import assert_growth
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbsearch.config.read import read_config
from kbsearch.config.settings import SETTINGS
from kbsearch.errors import ConfigError


def read(project: Path, text: str) -> dict[str, object]:
    """What a file with this text sets."""
    path = project / "kbsearch.toml"
    path.write_text(text, encoding="utf-8")
    return dict(read_config(path).values)


def refused(project: Path, text: str) -> str:
    """Why a file with this text is refused."""
    with pytest.raises(ConfigError) as caught:
        read(project, text)
    assert str(project / "kbsearch.toml") in str(caught.value)
    return str(caught.value)


def test_every_setting_can_be_set(project: Path) -> None:
    """A file that sets everything is read as it is written, paths resolved from the file's folder on."""
    values = read(
        project,
        """
        index = ".index"
        paths = ["notes", "blog/posts", "."]
        exclude = ["archive/"]
        drafts = true
        max_size = 5_000_000
        engine = "tantivy"
        dictionary = "words.txt"
        synonyms = "a/../synonyms.txt"
        workers = 2
        wait = 0.5
        limit = 20
        sort = "newest"
        facets = true
        port = 8080
        lang = "zh"
        """,
    )
    assert values.keys() == SETTINGS.keys()
    assert values["index"] == str(project / ".index")
    assert values["paths"] == [str(project / "notes"), str(project / "blog/posts"), str(project)]
    assert values["synonyms"] == str(project / "synonyms.txt")
    assert (values["wait"], values["limit"], values["lang"]) == (0.5, 20, "zh")


def test_the_index_lies_beside_the_file(project: Path) -> None:
    """A file that names no index folder means the folder `index` beside it, wherever in the project one is."""
    assert read(project, "") == {"index": str(project / "index")}
    assert read(project, "\ufefflimit = 3")["limit"] == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("limits = 3", "no setting “limits”; perhaps limit is meant"),
        ("pats = []", "perhaps paths is meant"),
        ('"标题" = 1', "the settings are index, paths"),
        ("[query]\nlimit = 3", "no setting “query”"),
        ("editor = 'rm -rf /'", "no setting “editor”"),
        ("host = '0.0.0.0'", "no setting “host”"),
        ("limit = '3'", "limit must be a whole number from 1 to 10,000"),
        ("limit = 0", "limit must be a whole number from 1 to 10,000"),
        ("limit = true", "limit must be a whole number"),
        (f"limit = 0x{'f' * 40_000}", "limit must be a whole number"),
        (f"limit = {'9' * 40_000}", "not valid TOML"),
        ("wait = nan", "wait must be a number of seconds"),
        ("wait = inf", "wait must be a number of seconds"),
        ("drafts = 1", "drafts must be true or false"),
        ("paths = 'notes'", 'paths must be a list of paths in quotes, such as ["notes", "blog/posts"]'),
        ("paths = [['a']]", "paths must be a list"),
        ("exclude = ['']", "exclude must be a list of texts"),
        ("engine = 'oracle'", 'engine must be one of "whoosh", "tantivy"'),
        ("lang = 'fr'", 'lang must be one of "en", "zh"'),
        ("index = ''", "index must be a path"),
        ("index = 1979-05-27", "index must be a path"),
        ("index = {a = 1}", "index must be a path"),
        ("limit 3", "not valid TOML: Expected"),
        ("limit = 3\nlimit = 4", "not valid TOML: Cannot overwrite"),
        ("x = " + "[" * 30_000, "not valid TOML: nested too deep"),
        (".".join("a" * 5_000) + " = 1", "not valid TOML: more than 64 dots in a line (at line 1)"),
        ("#" * 70_000, "larger than 65,536 bytes"),
    ],
)
def test_mistakes_are_named(project: Path, text: str, reason: str) -> None:
    """An error names the file, the setting, and what is allowed or meant."""
    assert reason in refused(project, text)


def test_not_utf_8(project: Path) -> None:
    """Other encodings are refused with the place."""
    path = project / "kbsearch.toml"
    path.write_bytes(b"index = '\xff'")
    with pytest.raises(ConfigError, match=r"not UTF-8 \(byte 9\)"):
        read_config(path)


OUTSIDE = [
    "..",
    "../other",
    "notes/../../other",
    "/etc/passwd",
    "/",
    "~",
    "~/notes",
    "~root/x",
    "C:\\notes",
    "c:notes",
    "\\notes",
    "\\\\host\\share",
    "//host/share",
    "\\\\?\\C:\\x",
    "NUL",
    "notes/con.txt",
    "COM1",
    "link",
    "link/inside",
    "notes/middle/secret",
    "loop/../../../x",
]


@pytest.mark.parametrize("key", ["index", "dictionary", "synonyms", "paths"])
@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out(project: Path, key: str, path: str) -> None:
    """`..`, absolute paths, home, forms of Windows, and links anywhere in a path are refused without the user's word."""
    (project / "notes").mkdir()
    (project.parent / "other").mkdir()
    (project / "link").symlink_to(project.parent / "other")
    (project / "notes/middle").symlink_to("../../other")
    value = f"['notes', '{path}']" if key == "paths" else f"'{path}'"
    assert f"{key} leads out of the file's folder: “{path}”" in refused(project, f"{key} = {value}")


def test_the_default_index_may_not_be_a_link_out(project: Path) -> None:
    """A link called `index` in someone's project does not make kbsearch write elsewhere."""
    (project / "index").symlink_to(project.parent)
    assert "index leads out" in refused(project, "limit = 3")


@pytest.mark.parametrize("path", ["a\\u0000b", "a\\nb", "\\u202ea", "a" * 5_000, "\\u001b[31m"])
def test_no_path_at_all(project: Path, path: str) -> None:
    """Control characters and endless names are no paths, and reach no message unescaped."""
    message = refused(project, f'index = "{path}"')
    assert "index is not a path" in message
    assert message.isprintable()


def test_links_inside_are_followed(project: Path) -> None:
    """A link that stays in the project is no harm."""
    (project / "notes").mkdir()
    (project / "link").symlink_to("notes")
    assert read(project, "paths = ['link/a']")["paths"] == [str(project / "notes/a")]


def test_a_found_file_must_be_a_file_of_the_users(project: Path) -> None:
    """A link, a folder, a pipe or another user's file is not read where it was merely found."""
    other = project / "other.toml"
    other.write_text("limit = 3")
    path = project / "kbsearch.toml"
    path.symlink_to(other)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(path)
    assert read_config(path, named=True).values["limit"] == 3
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config(path)
    if hasattr(os, "mkfifo"):
        path.rmdir()
        os.mkfifo(path)
        with pytest.raises(ConfigError, match="not a regular file"):
            read_config(path)
        with pytest.raises(ConfigError, match="not a regular file"):
            read_config(path, named=True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs root, to give a file away")
def test_another_users_file(project: Path) -> None:
    """Another user's file is used only if it is named; the error says how."""
    path = project / "kbsearch.toml"
    path.write_text("limit = 3")
    os.chown(path, 12345, 12345)
    with pytest.raises(ConfigError, match=r"belongs to another user.*--config"):
        read_config(path)
    assert read_config(path, named=True).values["limit"] == 3


_WORDS = st.sampled_from(
    [*SETTINGS, "=", "[", "]", "{", "}", '"', "'", ".", ",", "\n", "#", "..", "/", "true", "1", "-"]
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.lists(_WORDS, max_size=40).map(lambda words: " ".join(words).encode())))
@example(b"\xef\xbb\xbf")
@example(b"index = '\\u0000'")
def test_any_bytes(project: Path, data: bytes) -> None:
    """Any bytes give settings of the right kinds within the project, or an error with the file's name."""
    path = project / "kbsearch.toml"
    path.write_bytes(data)
    try:
        config = read_config(path)
    except ConfigError as error:
        assert str(error).startswith(f"{path}: ")
        return
    assert config.values.keys() <= SETTINGS.keys()
    for key, value in config.values.items():
        if SETTINGS[key].kind in ("path", "paths"):
            for each in value if isinstance(value, list) else [value]:
                assert Path(each).is_relative_to(project)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["..", ".", "notes", "out", "in", "deep", "/", "\\", "~", "C:", "nul", "a b", "文"]), max_size=8
    )
)
def test_any_path(project: Path, parts: list[str]) -> None:
    """Whatever parts a path is made of, what comes out lies in the project, seen without links."""
    (project / "notes/deep").mkdir(parents=True, exist_ok=True)
    for name, target in (("out", "../.."), ("in", "notes/deep")):
        if not (project / name).is_symlink():
            (project / name).symlink_to(target)
    text = "/".join(parts).replace("\\", "\\\\")
    try:
        values = read(project, f'index = "{text}"')
    except ConfigError:
        return
    resolved = Path(str(values["index"]))
    assert resolved.is_relative_to(project)
    assert resolved == resolved.resolve()


@pytest.mark.parametrize(
    "piece",
    ["a", ".", "a.", "[", "a = 1\n", "[a]\n", "{a=", "'", '"""', "\n", "paths = ['x']\n", "# \n", "1979-", "a\\"],
)
def test_time_grows_with_the_text(project: Path, piece: str) -> None:
    """Four times the text takes about four times the time, up to the size that is allowed."""
    path = project / "kbsearch.toml"

    def work(size: int) -> Callable[[], object]:
        path.write_bytes((piece * size)[:size].encode())

        def read_often() -> None:
            for _ in range(10):
                with suppress(ConfigError):
                    read_config(path)

        return read_often

    assert_growth(work, 16_000, 64_000, at_most=8)
