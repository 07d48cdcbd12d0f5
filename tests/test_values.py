"""Frozen values."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import asdict, field, fields, is_dataclass, replace

import pytest

from kbsearch.values import value


@value
class Pair:
    """Two things, and where they stood."""

    left: str
    right: int = 2
    place: int = field(default=0, compare=False)

    def both(self) -> str:
        return f"{self.left}{self.right}"


@value
class Other:
    left: str
    right: int = 2
    place: int = field(default=0, compare=False)


def test_fields_are_given_by_place_or_name() -> None:
    """Fields take values by place and by name, and defaults; methods and the docstring stay."""
    assert Pair("a").both() == "a2"
    assert Pair("a", 3) == Pair(right=3, left="a")
    assert Pair("a", place=5).place == 5
    assert Pair.__doc__ == "Two things, and where they stood."
    assert repr(Pair("a")) == "Pair(left='a', right=2, place=0)"


def test_wrong_arguments_are_named() -> None:
    """Too many, too few and unknown arguments are type errors."""
    for call in (lambda: Pair(), lambda: Pair("a", 1, 2, 3), lambda: Pair("a", size=1), lambda: Pair("a", left="b")):
        with pytest.raises(TypeError, match="Pair"):
            call()  # type: ignore[no-untyped-call]


def test_equal_if_same_class_and_compared_fields() -> None:
    """Equality and hash heed the class and the compared fields only."""
    assert Pair("a", 1, place=1) == Pair("a", 1, place=2)
    assert len({Pair("a", 1, place=1), Pair("a", 1, place=2), Pair("a", 2)}) == 2
    assert Pair("a") != Other("a")
    assert Pair("a") != ("a", 2, 0)


def test_frozen() -> None:
    """No field can be changed, added or deleted."""
    pair = Pair("a")
    for change in (lambda: setattr(pair, "left", "b"), lambda: setattr(pair, "new", 1), lambda: delattr(pair, "left")):
        with pytest.raises(AttributeError, match="frozen"):
            change()
    assert pair.left == "a"


def test_match_copy_and_pickle() -> None:
    """Values can be matched by place, copied and sent to another process."""
    match Pair("a", 7):
        case Pair(left, right):
            assert (left, right) == ("a", 7)
    pair = Pair("a", 7, 9)
    for same in (copy.copy(pair), copy.deepcopy(pair), pickle.loads(pickle.dumps(pair))):
        assert same == pair
        assert same.place == 9


@value
class Bag:
    items: list[str] = field(default_factory=list)


def test_dataclasses_all_the_same() -> None:
    """What the standard library does with dataclasses it does with values."""
    assert is_dataclass(Pair)
    assert [part.name for part in fields(Pair)] == ["left", "right", "place"]
    assert replace(Pair("a", 3), left="b") == Pair("b", 3)
    assert asdict(Pair("a")) == {"left": "a", "right": 2, "place": 0}
    with pytest.raises(TypeError):
        replace(Pair("a"), size=1)  # type: ignore[call-arg]


def test_defaults_that_are_made_anew() -> None:
    """A default factory makes a default for each value."""
    first, second = Bag(), Bag()
    first.items.append("a")
    assert (second.items, Bag(["b"]).items) == ([], ["b"])


def test_help_shows_the_fields() -> None:
    """``inspect.signature``, and with it ``help``, names fields and defaults."""
    assert str(inspect.signature(Pair)) == "(left: 'str', right: 'int' = 2, place: 'int' = 0)"
