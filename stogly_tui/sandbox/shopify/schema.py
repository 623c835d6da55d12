"""The schema the simulated shop answers by, and how a field of it finds its value."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, build_schema

_PARTS = ("objects.graphql", "orders.graphql", "inputs.graphql")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=1)
def schema() -> GraphQLSchema:
    """The schema, read once."""
    folder = Path(__file__).parent
    return build_schema("\n".join((folder / part).read_text("utf-8") for part in _PARTS))


@cache
def snake(name: str) -> str:
    """``currentTotalPriceSet`` → ``current_total_price_set``."""
    return _HUMP.sub("_", name).lower()


def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """A field is an attribute or a method of the same name in Python's spelling; methods take its arguments."""
    value = getattr(source, snake(info.field_name))
    if not callable(value):
        return value
    return value(**{snake(name): given for name, given in arguments.items()}) if arguments else value()


def resolve_type(value: Any, *_: Any) -> str:
    """The type of something that is returned as an interface."""
    return str(value.typename)


def refused(message: str, code: str, **more: Any) -> GraphQLError:
    """An error of the list ``errors``, with the code clients go by."""
    return GraphQLError(message, extensions={"code": code, **more})
