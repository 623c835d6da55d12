"""One GraphQL request: read, weighed, paid for, carried out, and answered with what it cost."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeGuard

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution import ExecutionResult

from stogly_tui.sandbox.shopify import cost
from stogly_tui.sandbox.shopify.asking import Asking
from stogly_tui.sandbox.shopify.mutations import Mutation
from stogly_tui.sandbox.shopify.queries import Query
from stogly_tui.sandbox.shopify.schema import resolve, resolve_type, schema

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

Json = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """The body of a request."""

    query: str
    variables: Json
    operation_name: str | None

    @classmethod
    def read(cls, body: bytes) -> "Wanted | None":
        """The body, or None when it is no such thing."""
        try:
            raw = json.loads(body)
        except ValueError:
            return None
        if not isinstance(raw, dict) or not isinstance(raw.get("query"), str):
            return None
        variables = raw.get("variables") or {}
        if not isinstance(variables, dict):
            return None
        return cls(raw["query"], variables, raw.get("operationName") or None)


def named(body: bytes) -> tuple[str, str] | None:
    """Kind and first field of the operation a body asks for: ``("mutation", "orderCreate")``."""
    wanted = Wanted.read(body)
    document = None if wanted is None else _document(wanted.query)[0]
    if wanted is None or document is None:
        return None
    operation = get_operation_ast(document, wanted.operation_name)
    if operation is None:
        return None
    fields = (one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode))
    return operation.operation.value, next(fields, "")


def answer(store: "ShopifyStore", asking: Asking, wanted: Wanted, api_version: str) -> Json:
    """The reply's body. What is refused, refused for its cost or unaffordable is answered and not done."""
    document, errors = _document(wanted.query)
    if document is None or errors:
        return {"errors": [_shown(error) for error in errors]}
    operation = get_operation_ast(document, wanted.operation_name)
    if operation is None:
        return {"errors": [{"message": "An operation name is required"}]}
    variables = _with_defaults(operation, wanted.variables)
    price = cost.requested(schema(), document, operation, variables)
    if price > cost.MOST:
        return _too_dear(price)
    if price > store.bucket.available():
        store.throttled += 1
        return _throttled(store, price)
    result = _execute(asking, document, wanted, operation, api_version)
    paid = cost.actual(schema(), document, operation, variables, result.data)
    store.bucket.take(paid)
    store.cost_spent += paid
    body: Json = {"data": result.data}
    if result.errors:
        body["errors"] = [_shown(error) for error in result.errors]
        if result.data is None and any(error.path is None for error in result.errors):
            del body["data"]
    extensions: Json = {"cost": _cost(store, price, paid)}
    if asking.warnings:
        extensions["search"] = asking.warnings
    return {**body, "extensions": extensions}


def everything(store: "ShopifyStore", order_id: int) -> Json:
    """An order with every field the schema has; connections as their nodes."""
    query = f"query($id: ID!) {{ order(id: $id) {_selection('Order', ())} }}"
    asking = Asking(store, frozenset(store.tokens.scopes) | _READS)
    document, errors = _document(query)
    assert document is not None
    assert not errors, errors
    wanted = Wanted(query, {"id": f"gid://shopify/Order/{order_id}"}, None)
    operation = get_operation_ast(document)
    assert operation is not None
    result = _execute(asking, document, wanted, operation, "")
    if result.errors:
        raise result.errors[0]
    order: Json | None = (result.data or {})["order"]
    if order is None:
        raise KeyError(order_id)
    return order


_READS = frozenset({"read_orders", "read_all_orders", "read_products", "read_customers", "read_locations"})


def _execute(
    asking: Asking,
    document: DocumentNode,
    wanted: Wanted,
    operation: OperationDefinitionNode,
    api_version: str,
) -> ExecutionResult:
    is_mutation = operation.operation is OperationType.MUTATION
    result = execute(
        schema(),
        document,
        Mutation(asking, api_version) if is_mutation else Query(asking),
        variable_values=wanted.variables,
        operation_name=wanted.operation_name,
        field_resolver=resolve,
        type_resolver=resolve_type,
        is_awaitable=_never,
    )
    assert isinstance(result, ExecutionResult)
    return result


def _never(_value: Any) -> TypeGuard[Awaitable[Any]]:
    """Nothing here is awaited; asking each value would take half of the time."""
    return False


@lru_cache(maxsize=512)
def _document(query: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """A query read and checked against the schema, once for all requests that repeat it."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(schema(), document))


def _with_defaults(operation: OperationDefinitionNode, given: Json) -> Json:
    defaults = {}
    for one in operation.variable_definitions or ():
        value = getattr(one.default_value, "value", None)
        if value is not None:
            defaults[one.variable.name.value] = int(value) if str(value).isdigit() else value
    return {**defaults, **given}


def _shown(error: GraphQLError) -> Json:
    shown: Json = dict(error.formatted)
    if "extensions" not in shown:
        shown["extensions"] = {"code": _code_of(error)}
    return shown


def _code_of(error: GraphQLError) -> str:
    """The code real replies carry for what the checks of GraphQL itself find."""
    if error.path:
        return "INTERNAL_SERVER_ERROR"
    for start, code in (
        ("Cannot query field", "undefinedField"),
        ("Unknown argument", "argumentNotAccepted"),
        ("Variable", "INVALID_VARIABLE"),
        ("Syntax Error", "PARSE_ERROR"),
    ):
        if error.message.startswith(start):
            return code
    return "GRAPHQL_VALIDATION_FAILED"


def _too_dear(price: int) -> Json:
    message = f"Query cost is {price}, which exceeds the single query max cost limit ({cost.MOST})."
    detail = {
        "code": "MAX_COST_EXCEEDED",
        "cost": price,
        "maxCost": cost.MOST,
        "documentation": "https://shopify.dev/api/usage/rate-limits",
    }
    return {"errors": [{"message": message, "extensions": detail}]}


def _throttled(store: "ShopifyStore", price: int) -> Json:
    detail = {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}
    return {
        "errors": [{"message": "Throttled", "extensions": detail}],
        "extensions": {"cost": _cost(store, price, None)},
    }


def _cost(store: "ShopifyStore", price: int, paid: int | None) -> Json:
    return {
        "requestedQueryCost": price,
        "actualQueryCost": paid,
        "throttleStatus": store.bucket.status(),
    }


@lru_cache(maxsize=64)
def _selection(name: str, above: tuple[str, ...]) -> str:
    """Every field of a type, down to types that are already on the way."""
    parts = []
    made: Any = schema().type_map[name]
    if name.endswith("Connection"):
        node = made.fields["nodes"].type.of_type.of_type.of_type
        return f"{{ nodes {_selection(node.name, above)} }}"
    for field, definition in made.fields.items():
        inner: Any = definition.type
        while hasattr(inner, "of_type"):
            inner = inner.of_type
        of = inner.name
        if field == "metafield" or of in (*above, name) or of.removesuffix("Connection") in (*above, name):
            continue
        window = "(first: 250)" if of.endswith("Connection") else ""
        below = _selection(of, (*above, name)) if hasattr(inner, "fields") else ""
        parts.append(f"{field}{window} {below}")
    return "{ " + " ".join(parts) + " }"
