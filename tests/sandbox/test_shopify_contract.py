"""What the simulated shop answers by is what Shopify publishes."""

from pathlib import Path
from typing import Any, cast

import pytest
from graphql import GraphQLSchema, build_schema, validate_schema

from stogly_tui.sandbox import ShopifyStore
from stogly_tui.sandbox.shopify.schema import schema

PUBLISHED = Path(__file__).parents[3] / "shared/contracts/shopify/admin-2026-10.subset.graphql"
needs_published = pytest.mark.skipif(not PUBLISHED.is_file(), reason="../shared/contracts is not here")


@pytest.fixture(scope="module")
def published() -> GraphQLSchema:
    return build_schema(PUBLISHED.read_text("utf-8"))


def deviations(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    """Everything of the one that the other does not have just so."""
    found = []
    for name, made in ours.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        made, other = cast(Any, made), cast(Any, theirs.type_map.get(name))
        if other is None or type(other) is not type(made):
            found.append(name)
            continue
        values = getattr(made, "values", {})
        found += [f"{name}.{value}" for value in values if value not in other.values]
        if hasattr(made, "types") or hasattr(made, "interfaces"):
            theirs_names = {one.name for one in getattr(other, "interfaces", ())}
            found += [
                f"{name} & {one.name}"
                for one in getattr(made, "interfaces", ())
                if one.name not in theirs_names
            ]
        for field, definition in getattr(made, "fields", {}).items():
            published_field = other.fields.get(field)
            if published_field is None or str(published_field.type) != str(definition.type):
                found.append(f"{name}.{field}")
                continue
            for argument, given in getattr(definition, "args", {}).items():
                there = published_field.args.get(argument)
                if there is None or str(there.type) != str(given.type):
                    found.append(f"{name}.{field}({argument})")
    return found


def test_our_schema_is_a_schema() -> None:
    assert validate_schema(schema()) == []


@needs_published
def test_every_type_field_argument_and_value_is_published(published: GraphQLSchema) -> None:
    assert deviations(schema(), published) == []


@needs_published
def test_inputs_ask_for_nothing_more_than_published_ones(published: GraphQLSchema) -> None:
    """What the published input demands, ours must know, or a client's valid request would be refused here."""
    for name, made in schema().type_map.items():
        if type(made).__name__ == "GraphQLInputObjectType":
            theirs: Any = published.type_map[name]
            demanded = {field for field, one in theirs.fields.items() if str(one.type).endswith("!")}
            assert demanded <= set(getattr(made, "fields")), name  # noqa: B009


@needs_published
@pytest.mark.parametrize(
    ("sdl", "named"),
    [
        ("type Query { a: Int } type Shop { nickname: String }", "Shop.nickname"),
        ("type Query { a: Int } type Shop { name: String }", "Shop.name"),
        ("type Query { a: Int } enum OrderSortKeys { MOOD }", "OrderSortKeys.MOOD"),
        (
            "type Query { a: Int } type LineItem { taxLines(first: String): [TaxLine!]! } type TaxLine { title: String! }",
            "LineItem.taxLines(first)",
        ),
        ("type Query { a: Int } input Shop { name: String! }", "Shop"),
    ],
)
def test_a_deviation_is_noticed(published: GraphQLSchema, sdl: str, named: str) -> None:
    assert named in deviations(build_schema(sdl), published)


def test_every_field_of_an_order_can_be_answered(nl: ShopifyStore) -> None:
    order = nl.place([("SHIRT", 2), ("MUG", 1)], discount="TEN", tip="2.00", currency="SEK")
    nl.fulfil(order, [("SHIRT", 1)], ("DHL", "123", "https://example.com/123"))
    nl.refund(order, [("MUG", 1)])
    nl.refund(order, amount="1.00", with_shipping=True)
    nl.cancel(nl.place([("SHIRT", 1)], authorized=True))
    wire = nl.wire(order)
    assert set(wire) >= {"lineItems", "refunds", "fulfillments", "transactions", "customer"}
    assert wire["refunds"][0]["refundLineItems"]["nodes"][0]["lineItem"]["sku"] == "MUG"
