"""Checks a request body and query as WordPress' REST schema does; the messages are the wire's (10.5, recorded)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stogly_tui.sandbox.wire import Json, WooError

_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}(:?\d{2})?)?$")


@dataclass(frozen=True)
class Arg:
    """One argument: its JSON type and what else it must be. ``any`` is not checked."""

    type: str = "any"
    enum: tuple[str, ...] = ()
    format: str = ""
    nullable: bool = False
    bounds: tuple[int, int | None] | None = None
    item: "Arg | None" = None
    properties: Mapping[str, "Arg"] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why one argument is refused. ``at`` is the innermost place (``line_items[0][total]``)."""

    code: str
    message: str
    at: str | None = None


def check(values: Mapping[str, Any], schema: Mapping[str, Arg]) -> None:
    """Refuse values against the schema, all of them at once; unknown names pass unseen.

    Raises:
        WooError: 400 rest_invalid_param, with ``params`` and ``details`` per argument.
    """
    problems = {
        name: problem
        for name, arg in schema.items()
        if name in values and (problem := _check(values[name], arg, name)) is not None
    }
    if problems:
        raise invalid(problems)


def invalid(problems: Mapping[str, Problem]) -> WooError:
    """The 400 that lists every refused argument (WooCommerce 10.5, recorded)."""
    return WooError(
        400,
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(problems)}",
        extra={
            "params": {name: problem.message for name, problem in problems.items()},
            "details": {name: _detail(problem) for name, problem in problems.items()},
        },
    )


def _detail(problem: Problem) -> Json:
    data = {"param": problem.at} if problem.at is not None else None
    return {"code": problem.code, "message": problem.message, "data": data}


def _check(value: object, arg: Arg, at: str) -> Problem | None:
    if arg.type == "any" or (value is None and arg.nullable):
        return None
    if arg.type == "array":
        return _check_list(value, arg, at)
    if arg.type == "object":
        return _check_object(value, arg, at)
    if not _IS[arg.type](value):
        return Problem("rest_invalid_type", f"{at} is not of type {arg.type}.", at)
    return _check_value(value, arg, at)


def _check_value(value: object, arg: Arg, at: str) -> Problem | None:
    if arg.enum and value not in arg.enum:
        return Problem("rest_not_in_enum", f"{at} is not one of {spoken(arg.enum)}.")
    if arg.format == "email" and not _EMAIL.match(str(value)):
        return Problem("rest_invalid_email", "Invalid email address.")
    if arg.format == "date-time" and not _DATE.match(str(value)):
        return Problem("rest_invalid_date", "Invalid date.")
    if arg.bounds is not None:
        return _check_bounds(int(float(str(value))), arg.bounds, at)
    return None


def _check_bounds(value: int, bounds: tuple[int, int | None], at: str) -> Problem | None:
    low, high = bounds
    if high is None and value < low:
        return Problem("rest_out_of_bounds", f"{at} must be greater than or equal to {low}")
    if high is not None and not low <= value <= high:
        return Problem("rest_out_of_bounds", f"{at} must be between {low} (inclusive) and {high} (inclusive)")
    return None


def _check_list(value: object, arg: Arg, at: str) -> Problem | None:
    entries = as_list(value)
    if entries is None:
        return Problem("rest_invalid_type", f"{at} is not of type array.", at)
    if arg.item is None:
        return None
    found = (_check(entry, arg.item, f"{at}[{index}]") for index, entry in enumerate(entries))
    return next((problem for problem in found if problem is not None), None)


def _check_object(value: object, arg: Arg, at: str) -> Problem | None:
    if value == "" or value == []:
        return None
    if not isinstance(value, dict):
        return Problem("rest_invalid_type", f"{at} is not of type object.", at)
    found = (
        _check(value[name], inner, f"{at}[{name}]") for name, inner in arg.properties.items() if name in value
    )
    return next((problem for problem in found if problem is not None), None)


def as_list(value: object) -> list[Any] | None:
    """A list, or a comma-separated text as one; None for anything else (WordPress' wp_parse_list)."""
    if isinstance(value, list):
        return value
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return [part for part in re.split(r"[\s,]+", str(value)) if part]
    return None


def spoken(words: tuple[str, ...]) -> str:
    """``a, b, and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, and {words[-1]}"


def is_integer(value: object) -> bool:
    """An int, or text or a float that is a whole number."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return True
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, str) and re.fullmatch(r"\s*[+-]?\d+(\.0*)?\s*", value) is not None


def is_boolean(value: object) -> bool:
    """true, false, or one of their spellings."""
    return isinstance(value, bool) or (isinstance(value, int | str) and str(value).lower() in _BOOLEANS)


def truth(value: object) -> bool:
    """The value of something `is_boolean` lets pass; anything else counts as false."""
    return value is True or str(value).lower() in {"true", "1"}


_BOOLEANS = {"true", "false", "1", "0"}
_IS: dict[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": is_boolean,
}
