"""Frozen dataclasses to JSON and back, by their own annotations: what was kept outlives a field that is new."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Made = TypeVar("Made")


def kept(value: Any) -> dict[str, Any]:
    """Return a dataclass as JSON knows it."""
    return asdict(value)


def revive(kind: type[Made], told: Mapping[str, Any]) -> Made:
    """Return the dataclass that ``kept`` was given; fields that it does not have now are dropped.

    Raises ValueError where ``told`` is of another shape.
    """
    if not isinstance(told, Mapping):
        raise ValueError(f"not a {kind.__name__}")
    known: Any = kind
    hints, values = _hints(known), {}
    for spec in fields(kind):  # type: ignore[arg-type]
        if spec.name in told:
            values[spec.name] = _value(hints[spec.name], told[spec.name])
        elif spec.default is MISSING and spec.default_factory is MISSING:
            raise ValueError(f"a {kind.__name__} without {spec.name}")
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, told: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if told is None and type(None) in inner:
            return None
        return _value(next(one for one in inner if one is not type(None)), told)
    if is_dataclass(hint) and isinstance(hint, type):
        return revive(hint, told)
    if origin is tuple and isinstance(told, Sequence) and not isinstance(told, str):
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_value(inner[0], one) for one in told)
        return tuple(_value(one, value) for one, value in zip(inner, told, strict=True))
    if origin is Literal and told in inner:
        return told
    if origin is not None and _is_mapping(origin) and isinstance(told, Mapping):
        return dict(told)
    if hint is float and isinstance(told, int) and not isinstance(told, bool):
        return float(told)
    if isinstance(hint, type) and isinstance(told, hint):
        return told
    raise ValueError(f"{told!r} is no {hint}")


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)
