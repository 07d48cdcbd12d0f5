"""Frozen dataclasses that cost next to nothing to define.

The standard library compiles the methods of each frozen, slotted dataclass when its module is loaded, which takes up to
a millisecond; a ``kbsearch query`` loads some fifty. Here methods are shared closures. What comes out is a dataclass
all the same: ``dataclasses.fields``, ``replace`` and ``asdict`` work on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["value"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class what ``@dataclass(frozen=True, slots=True)`` would, of the fields it annotates.

    Equal are values of one class whose compared fields are equal. Of :func:`dataclasses.field`, ``default``,
    ``default_factory`` and ``compare`` are heeded; there is no inheritance of fields and no ``__post_init__``.
    """
    described: Any = dataclass(init=False, repr=False, eq=False, match_args=False)(cls)
    parts: tuple[Any, ...] = fields(described)
    names = tuple(part.name for part in parts)
    body = {name: each for name, each in vars(described).items() if name not in (*names, "__dict__", "__weakref__")}
    body |= {"__slots__": names, "__match_args__": names, "__signature__": _LazySignature()}
    body |= _methods(cls.__name__, parts)
    return type(cls.__name__, cls.__bases__, body)


class _LazySignature:
    """What ``inspect.signature`` and ``help`` show of a class; put together when they ask."""

    def __get__(self, instance: object, owner: Any) -> Signature:
        from inspect import Parameter, Signature

        def parameter(part: Any) -> Parameter:
            made = Parameter.empty if part.default_factory is MISSING else part.default_factory
            default = made if part.default is MISSING else part.default
            return Parameter(part.name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=part.type)

        return Signature([parameter(part) for part in fields(owner)])


def _methods(title: str, parts: tuple[Any, ...]) -> dict[str, Any]:
    put = object.__setattr__
    names = tuple(part.name for part in parts)
    compared = [part.name for part in parts if part.compare]
    defaults: dict[str, object] = {part.name: part.default for part in parts}
    factories: dict[str, Callable[[], object]] = {
        part.name: part.default_factory for part in parts if part.default_factory is not MISSING
    }
    last = tuple(defaults.values())

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
        rest = {name: named.pop(name) if name in named else _default(name) for name in names[len(given) :]}
        missing = [name for name, each in rest.items() if each is MISSING]
        if missing or named:
            raise TypeError(f"{title} {f'needs {missing[0]}' if missing else f'has no {next(iter(named))}'}")
        return (*given, *rest.values())

    def _default(name: str) -> object:
        return factories[name]() if name in factories else defaults[name]

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
