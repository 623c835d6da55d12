"""What a query costs, and the bucket that is paid from.

The rule, simpler than the real one and like it where it matters:

- a scalar, an enum and a plain value (money, an address, a tax line, anything without an id) cost 0;
- an object with an id costs 1 and what is asked of it;
- a mutation costs 10 and what is asked of its result;
- a connection costs 2, plus the cost of one of its things times ``weight(n)``;
- ``nodes`` costs one of its things times ``weight(n)``, ``n`` being the number of ids;
- any other plain list of objects, such as an order's refunds, costs as much as one of them, the dearest.

``n`` is ``first`` or ``last``; ``weight`` grows slower than the number: 1, 10, 20, 50, 100 and 250 things weigh
1, 4, 7, 11, 16 and 28. So fifty whole orders of up to twenty lines fit into one query, and a hundred do not. What was
asked for is computed before the query runs and must be in the bucket; what was answered is computed by the same
rule from the numbers in the answer, and is what is taken out.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    value_from_ast_untyped,
)

MOST = 1000
_MUTATION = 10
_CONNECTION = 2
_GROWTH = 0.6
_NOT_YET = object()
Composite = GraphQLObjectType | GraphQLInterfaceType


def weight(count: int) -> int:
    """What a number of things counts for."""
    return math.ceil(count**_GROWTH) if count > 0 else 0


class Bucket:
    """Points that flow back at a steady rate; of one app at one shop."""

    def __init__(self, clock: Callable[[], float], maximum: float, restore_rate: float) -> None:
        self._clock = clock
        self.maximum = maximum
        self.restore_rate = restore_rate
        self._level = maximum
        self._at = clock()

    def available(self) -> float:
        """What is in it now."""
        now = self._clock()
        self._level = min(self.maximum, self._level + max(0.0, now - self._at) * self.restore_rate)
        self._at = now
        return self._level

    def take(self, cost: float) -> None:
        """Pay."""
        self._level = self.available() - cost

    def status(self) -> dict[str, float | int]:
        """``throttleStatus``."""
        return {
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": int(max(0.0, self.available())),
            "restoreRate": float(self.restore_rate),
        }


def requested(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> int:
    """What a query costs at most."""
    return _Meter(schema, document, variables).operation(operation, _NOT_YET)


def actual(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    data: Any,
) -> int:
    """What its answer costs."""
    return _Meter(schema, document, variables).operation(operation, data)


class _Meter:
    """Goes through a query, beside its answer when there is one."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }

    def operation(self, operation: OperationDefinitionNode, data: Any) -> int:
        root = self._schema.get_root_type(operation.operation)
        if root is None or data is None:
            return 0
        is_mutation = operation.operation is OperationType.MUTATION
        return math.ceil(self._selections(operation.selection_set, root, data, is_mutation=is_mutation))

    def _selections(
        self, selections: SelectionSetNode | None, parent: Composite, data: Any, *, is_mutation: bool = False
    ) -> float:
        cost = 0.0
        for selection in self._asked(selections):
            if isinstance(selection, FieldNode):
                cost += self._field(selection, parent, data) + (_MUTATION if is_mutation else 0)
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
            if isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode):
                on = fragment.type_condition
                inner = parent if on is None else self._schema.get_type(on.name.value)
                if isinstance(inner, Composite):
                    cost += self._selections(fragment.selection_set, inner, data)
        return cost

    def _field(self, node: FieldNode, parent: Composite, data: Any) -> float:
        definition = parent.fields.get(node.name.value)
        if definition is None:
            return 0.0
        made = get_named_type(definition.type)
        if is_leaf_type(made) or not isinstance(made, Composite):
            return 0.0
        answer = node.alias.value if node.alias else node.name.value
        value = data if data is _NOT_YET else (data or {}).get(answer)
        if value is None:
            return 0.0
        if made.name.endswith("Connection"):
            return self._connection(node, made, value)
        if is_list_type(get_nullable_type(definition.type)):
            return self._list(node, made, value)
        return self._object(node.selection_set, made, value)

    def _object(self, selections: SelectionSetNode | None, made: Composite, data: Any) -> float:
        own = 1 if "id" in made.fields else 0
        return own + self._selections(selections, made, data)

    def _list(self, node: FieldNode, made: Composite, data: Any) -> float:
        if any(argument.name.value == "ids" for argument in node.arguments or ()):
            return self._by_ids(node, made, data)
        things = [_NOT_YET] if data is _NOT_YET else [one for one in data if one is not None]
        return max((self._object(node.selection_set, made, one) for one in things), default=0.0)

    def _by_ids(self, node: FieldNode, made: Composite, data: Any) -> float:
        if data is not _NOT_YET:
            return self._mean(node.selection_set, made, data)
        ids = self._argument(node, "ids")
        count = len(ids) if isinstance(ids, list) else 1
        return weight(count) * self._object(node.selection_set, made, _NOT_YET)

    def _connection(self, node: FieldNode, made: Composite, data: Any) -> float:
        cost = float(_CONNECTION)
        for selection in self._fields(node.selection_set):
            if selection.name.value in {"nodes", "edges"}:
                cost += self._things(node, selection, made, data)
        return cost

    def _fields(self, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
        """The fields of one type, those in fragments as well."""
        for selection in self._asked(selections):
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                yield from self._fields(self._fragments[selection.name.value].selection_set)
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fields(selection.selection_set)

    def _asked(self, selections: SelectionSetNode | None) -> Iterator[SelectionNode]:
        """What is left of a selection after ``@include`` and ``@skip``."""
        for one in selections.selections if selections else ():
            directives = {directive.name.value: directive for directive in one.directives or ()}
            included = "include" not in directives or self._argument(directives["include"], "if")
            if included and not ("skip" in directives and self._argument(directives["skip"], "if")):
                yield one

    def _things(self, node: FieldNode, selection: FieldNode, made: Composite, data: Any) -> float:
        """The cost of ``nodes``, or of the ``node`` of ``edges``."""
        inner = get_named_type(made.fields[selection.name.value].type)
        if not isinstance(inner, Composite):
            return 0.0
        if data is _NOT_YET:
            return weight(self._size(node)) * self._object(selection.selection_set, inner, _NOT_YET)
        answer = selection.alias.value if selection.alias else selection.name.value
        return self._mean(selection.selection_set, inner, data.get(answer) or [])

    def _mean(self, selections: SelectionSetNode | None, made: Composite, things: list[Any]) -> float:
        costs = [self._object(selections, made, one) for one in things if one is not None]
        return weight(len(costs)) * sum(costs) / len(costs) if costs else 0.0

    def _size(self, node: FieldNode) -> int:
        sizes = (self._argument(node, name) for name in ("first", "last"))
        return next((size for size in sizes if isinstance(size, int)), 0)

    def _argument(self, node: FieldNode | DirectiveNode, name: str) -> Any:
        for argument in node.arguments or ():
            if argument.name.value == name:
                if isinstance(argument.value, VariableNode):
                    return self._variables.get(argument.value.name.value)
                return value_from_ast_untyped(argument.value)
        return None
