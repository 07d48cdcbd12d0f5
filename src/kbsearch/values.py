"""Frozen value classes that cost next to nothing to define.

A frozen, slotted dataclass takes up to a millisecond to define, since its methods are compiled when its module is
loaded. The trees of a query have some thirty classes, loaded by each ``kbsearch query``; their methods are shared
closures instead. What the library gives its users (:mod:`kbsearch.model`) are true dataclasses.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, field
from typing import Any, TypeVar, dataclass_transform

__all__ = ["value"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class what ``@dataclass(frozen=True, slots=True)`` would, of the fields it annotates.

    Equal are values of one class whose compared fields are equal. Of :func:`dataclasses.field`, ``default`` and
    ``compare`` are heeded; there is no inheritance of fields and no ``__post_init__``.
    """
    body = dict(vars(cls))
    names = tuple(cls.__annotations__)
    defaults: dict[str, Any] = {}
    compared: list[str] = []
    for name in names:
        default = body.pop(name, MISSING)
        if not isinstance(default, Field) or default.compare:
            compared.append(name)
        if isinstance(default, Field):
            default = default.default
        if default is not MISSING:
            defaults[name] = default
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body |= {"__slots__": names, "__match_args__": names}
    body |= _methods(cls.__name__, names, defaults, compared)
    return type(cls.__name__, cls.__bases__, body)


def _methods(title: str, names: tuple[str, ...], defaults: dict[str, Any], compared: list[str]) -> dict[str, Any]:
    put = object.__setattr__
    last = tuple(defaults.get(name, MISSING) for name in names)

    def init(self: object, *given: object, **named: object) -> None:
        if named or len(given) != len(names):
            given = _complete(given, named)
        for name, each in zip(names, given, strict=True):
            put(self, name, each)

    def _complete(given: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
        if not named and MISSING not in last[len(given) :] and len(given) < len(names):
            return given + last[len(given) :]
        if len(given) > len(names):
            raise TypeError(f"{title} takes {len(names)} values, {len(given)} were given")
        rest = {name: named.pop(name) if name in named else defaults.get(name, MISSING) for name in names[len(given) :]}
        missing = [name for name, each in rest.items() if each is MISSING]
        if missing or named:
            raise TypeError(f"{title} {f'needs {missing[0]}' if missing else f'has no {next(iter(named))}'}")
        return (*given, *rest.values())

    def equal(self: object, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, name) == getattr(other, name) for name in compared)

    def hashed(self: object) -> int:
        return hash((title, *[getattr(self, name) for name in compared]))

    def shown(self: object) -> str:
        return f"{title}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def frozen(self: object, name: str, *_: object) -> None:
        raise FrozenInstanceError(f"cannot change {name!r} of {title}: values are frozen")

    def reduced(self: object) -> tuple[object, ...]:
        return type(self), tuple(getattr(self, name) for name in names)

    return {
        "__init__": init,
        "__eq__": equal,
        "__hash__": hashed,
        "__repr__": shown,
        "__setattr__": frozen,
        "__delattr__": frozen,
        "__reduce__": reduced,
    }
