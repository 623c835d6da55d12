"""What we send against what Shopify publishes: every document is valid, every word of its enums is understood."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    Visitor,
    build_schema,
    parse,
    validate,
    visit,
)
from graphql import TypeInfoVisitor as WithTypes
from graphql.execution.values import get_variable_values

from stogly_tui.domain.status import are_sound
from stogly_tui.platforms.base import Sku
from stogly_tui.platforms.shopify import documents, order_documents, outgoing
from stogly_tui.platforms.shopify.destination import _DEFINITION
from stogly_tui.platforms.shopify.quantities import stage
from stogly_tui.platforms.shopify.sign_in import DESTINATION_SCOPES, SOURCE_SCOPES
from stogly_tui.platforms.shopify.translate import FULFILMENTS, PAYMENTS, read_order
from stogly_tui.platforms.shopify.webhooks import TOPICS
from stogly_tui.sandbox.shopify.schema import schema as sandbox_schema
from tests.platforms.shopify_support import CONTRACTS, SDL, a_line, an_order, needs_contracts, with_lines
from tests.platforms.support import an_order as an_outgoing_order

pytestmark = needs_contracts
MODULES = (documents, order_documents)
ALL = [
    *(one for module in MODULES for one in vars(module).values() if isinstance(one, documents.Operation)),
    documents.look_up(1),
    documents.look_up(documents.LOOK_UPS),
]
SKUS = {name: Sku(name, "1", "2") for name in ("MUG-1", "TEE-1")}


@cache
def contract() -> GraphQLSchema:
    return build_schema(SDL.read_text())


def words(name: str) -> list[str]:
    made = contract().type_map[name]
    assert isinstance(made, GraphQLEnumType)
    return list(made.values)


def variables_problems(operation: documents.Operation, given: dict[str, Any]) -> list[Any]:
    """What the schema has against variables."""
    definition = parse(operation.text).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    read = get_variable_values(contract(), definition.variable_definitions or (), given)
    return list(read) if isinstance(read, list) else []


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
def test_every_document_is_valid(operation: documents.Operation) -> None:
    assert validate(contract(), parse(operation.text)) == []


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
def test_no_document_asks_for_what_is_to_be_removed(operation: documents.Operation) -> None:
    info = TypeInfo(contract())
    deprecated: list[str] = []

    class Look(Visitor):
        def enter_field(self, node: Any, *_: Any) -> None:
            field = info.get_field_def()
            if field is not None and field.deprecation_reason:
                deprecated.append(node.name.value)

    visit(parse(operation.text), WithTypes(info, Look()))
    assert deprecated == []


def test_a_document_with_a_field_that_nobody_knows_is_found() -> None:
    assert validate(contract(), parse(documents.SHOP.text.replace("taxesIncluded", "taxIncluded")))


def test_what_we_create_is_what_the_schema_takes() -> None:
    made = outgoing.variables(
        an_outgoing_order(note="n"),
        SKUS,
        inventory="bypass",
        mails_buyer=True,
        is_defined=True,
        now=datetime.now(UTC),
    )
    for operation, given in ((documents.CREATE, made), (documents.DEFINE, {"definition": _DEFINITION})):
        assert variables_problems(operation, given) == []


def test_what_the_schema_does_not_take_is_found() -> None:
    assert variables_problems(documents.CREATE, {"order": {"references": "x"}})


def test_what_the_sandbox_answers_is_asked_as_shopify_would_be() -> None:
    """All but what the sandbox does not simulate."""
    missing = {"extras", "refund", "fulfilment"}
    for operation in ALL:
        if operation.name not in missing:
            assert validate(sandbox_schema(), parse(operation.text)) == [], operation.name


def test_the_topics_exist() -> None:
    assert set(TOPICS) <= set(words("WebhookSubscriptionTopic"))


def test_every_payment_status_has_a_meaning() -> None:
    assert set(PAYMENTS) == set(words("OrderDisplayFinancialStatus"))


def test_every_fulfilment_status_is_known() -> None:
    assert set(FULFILMENTS) == set(words("OrderDisplayFulfillmentStatus"))


@pytest.mark.parametrize("name", ["displayFinancialStatus", "displayFulfillmentStatus"])
def test_every_status_passes_through_and_is_kept_as_a_word(name: str) -> None:
    kind = "Order" + name[0].upper() + name[1:]
    for word in words(kind):
        order = read_order(an_order(**{name: word})).order
        assert order is not None, word
        assert not order.unknown
        told = order.financial_status if name == "displayFinancialStatus" else order.fulfilment_status
        assert told == word.lower()


def test_every_stage_of_a_fulfilment_passes_through() -> None:
    for status in words("FulfillmentStatus"):
        for display in [*words("FulfillmentDisplayStatus"), None]:
            notes: list[str] = []
            stage({"status": status, "displayStatus": display}, notes)
            assert notes == []
            made = with_lines(
                a_line(unfulfilledQuantity=0),
                fulfillments=[{"id": "f", "status": status, "displayStatus": display}],
            )
            order = read_order(made).order
            assert order is not None
            assert all(are_sound(line) for line in order.lines)


def test_every_way_to_restock_passes_through() -> None:
    for word in words("RefundLineItemRestockType"):
        refund = {
            "id": "r",
            "refundLineItems": {
                "nodes": [{"quantity": 1, "restockType": word, "lineItem": {"id": a_line()["id"]}}]
            },
        }
        order = read_order(with_lines(a_line(currentQuantity=1), refunds=[refund])).order
        assert order is not None
        assert not order.unknown
        assert order.lines[0].cancelled == 1


def test_what_needs_a_scope_is_in_the_list_of_scopes() -> None:
    told = json.loads((CONTRACTS / "admin-2026-07.scopes.json").read_text())["operations"]

    def needs(name: str) -> set[str]:
        return set(re.findall(r"(?:read|write)_\w+", told[name]["requiredAccess"]))

    assert needs("QueryRoot.ordersCount") & set(SOURCE_SCOPES)
    assert needs("Mutation.orderCreate") & set(DESTINATION_SCOPES)
    assert needs("QueryRoot.orderByIdentifier") & set(DESTINATION_SCOPES)
