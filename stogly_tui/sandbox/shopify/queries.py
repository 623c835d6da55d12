"""What can be asked: the fields of ``QueryRoot``."""

from typing import Any

from stogly_tui.sandbox.shopify import views_shop
from stogly_tui.sandbox.shopify.asking import Answer, Asking, number_of
from stogly_tui.sandbox.shopify.paging import Connection, Edge, Window, listed
from stogly_tui.sandbox.shopify.records import Order
from stogly_tui.sandbox.shopify.schema import refused
from stogly_tui.sandbox.shopify.views_order import OrderView
from stogly_tui.sandbox.shopify.views_people import CustomerView
from stogly_tui.sandbox.shopify.views_trade import FulfilmentView, RefundView
from stogly_tui.sandbox.shopify.webhooks import Subscription

Json = dict[str, Any]
_COUNTED_UP_TO = 10_000


class Query:
    """The root of queries; each method is a field."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._store = asking.store

    def shop(self) -> views_shop.ShopView:
        return views_shop.ShopView(self._store)

    def current_app_installation(self) -> views_shop.InstallationView:
        return views_shop.InstallationView(self._asking)

    def orders(
        self, query: str | None = None, sort_key: str | None = None, **window: Any
    ) -> Connection[OrderView]:
        self._asking.need("read_orders", "orders")
        sort = sort_key or "PROCESSED_AT"
        found = self._store.orders.find(query, sort, Window(**window), self._asking.oldest)
        self._warn("orders", query, found.warnings)
        edges = [Edge(edge.cursor, OrderView(self._asking, edge.node)) for edge in found.page.edges]
        return Connection(edges, found.page.has_next, found.page.has_previous)

    def orders_count(self, query: str | None = None, limit: int | None = _COUNTED_UP_TO) -> Answer:
        self._asking.need("read_orders", "ordersCount")
        count, warnings = self._store.orders.count(query, self._asking.oldest)
        self._warn("ordersCount", query, warnings)
        return _count(count, limit)

    def order(self, id: str) -> OrderView | None:
        self._asking.need("read_orders", "order")
        number = number_of(id, "Order")
        return self._seen(None if number is None else self._store.orders.get(number))

    def refund(self, id: str) -> RefundView | None:
        self._asking.need("read_orders", "refund")
        number = number_of(id, "Refund")
        for order in self._store.orders.all():
            for one in order.refunds:
                if one.id == number and (seen := self._seen(order)):
                    return RefundView(self._asking, one, order, seen.shown)
        return None

    def fulfillment(self, id: str) -> FulfilmentView | None:
        self._asking.need("read_orders", "fulfillment")
        number = number_of(id, "Fulfillment")
        for order in self._store.orders.all():
            for one in order.fulfilments:
                if one.id == number and (seen := self._seen(order)):
                    return FulfilmentView(self._asking, one, seen.shown)
        return None

    def order_by_identifier(self, identifier: Json) -> OrderView | None:
        self._asking.need("read_orders", "orderByIdentifier")
        if identifier.get("id"):
            return self.order(identifier["id"])
        custom = identifier["customId"]
        namespace, key = custom.get("namespace") or "custom", custom["key"]
        definition = self._store.definitions.find("ORDER", namespace, key)
        if definition is None or not definition.is_unique:
            raise refused(
                f"Metafield definition of type 'id' is required when using custom ids: {namespace}.{key}",
                "NOT_FOUND",
            )
        return self._seen(self._store.orders.by_value(namespace, key, custom["value"]))

    def node(self, id: str) -> Any:
        kind = id.removeprefix("gid://shopify/").partition("/")[0]
        number = number_of(id, kind)
        if kind == "Order":
            return self.order(id)
        if kind == "Refund":
            return self.refund(id)
        if kind == "Fulfillment":
            return self.fulfillment(id)
        if kind == "ProductVariant":
            return self.product_variant(id)
        if kind == "Product":
            return self.product(id)
        if kind == "Shop":
            return self.shop()
        if kind == "Customer":
            self._asking.need("read_customers", "node")
            found = (CustomerView(one) for one in self._store.customers if one.id == number)
            return next(found, None)
        if kind == "WebhookSubscription":
            subscription = self._store.webhooks.get(number)
            return None if subscription is None else views_shop.SubscriptionView(subscription)
        return None

    def nodes(self, ids: list[str]) -> list[Any]:
        return [self.node(one) for one in ids]

    def product_variants(
        self, query: str | None = None, sort_key: str | None = None, **window: Any
    ) -> Connection[views_shop.VariantView]:
        self._asking.need("read_products", "productVariants")
        found, warnings = self._store.products.find(query, sort_key or "ID", Window(**window))
        self._warn("productVariants", query, warnings)
        edges = [Edge(edge.cursor, views_shop.VariantView(self._asking, edge.node)) for edge in found.edges]
        return Connection(edges, found.has_next, found.has_previous)

    def product_variant(self, id: str) -> views_shop.VariantView | None:
        self._asking.need("read_products", "productVariant")
        variant = self._store.products.variant(number_of(id, "ProductVariant"))
        return None if variant is None else views_shop.VariantView(self._asking, variant)

    def product(self, id: str) -> views_shop.ProductView | None:
        self._asking.need("read_products", "product")
        variant = self._store.products.product(number_of(id, "Product") or 0)
        return None if variant is None else views_shop.ProductView(variant)

    def products_count(self, query: str | None = None, limit: int | None = _COUNTED_UP_TO) -> Answer:
        self._asking.need("read_products", "productsCount")
        del query  # counting is of all products
        return _count(self._store.products.products(), limit)

    def locations(
        self, query: str | None = None, *, include_inactive: bool | None = None, **window: Any
    ) -> Connection[views_shop.LocationView]:
        self._asking.need("read_locations", "locations")
        del query, include_inactive  # all are active, and few
        return listed(
            self._store.locations, Window(**window), lambda one: views_shop.LocationView(one[0], one[1])
        )

    def metafield_definitions(
        self,
        owner_type: str,
        namespace: str | None = None,
        key: str | None = None,
        query: str | None = None,
        **window: Any,
    ) -> Connection[views_shop.DefinitionView]:
        del query  # namespace and key say enough
        wanted = self._store.definitions.of(owner_type, namespace, key)
        return listed(wanted, Window(**window), lambda one: views_shop.DefinitionView(self._asking, one))

    def webhook_subscriptions(
        self,
        topics: list[str] | None = None,
        uri: str | None = None,
        query: str | None = None,
        **window: Any,
    ) -> Connection[views_shop.SubscriptionView]:
        del query  # topics and address say enough

        def is_wanted(one: Subscription) -> bool:
            return (not topics or one.topic in topics) and uri in {None, one.uri}

        wanted = [one for one in self._store.webhooks.all() if is_wanted(one)]
        return listed(wanted, Window(**window), views_shop.SubscriptionView)

    def _seen(self, order: Order | None) -> OrderView | None:
        oldest = self._asking.oldest
        if order is None or (oldest is not None and order.created < oldest):
            return None
        return OrderView(self._asking, order)

    def _warn(self, field: str, query: str | None, warnings: list[dict[str, str]]) -> None:
        if warnings:
            self._asking.warnings.append({"path": [field], "query": query, "warnings": warnings})


def _count(count: int, limit: int | None) -> Answer:
    if limit is not None and count > limit:
        return Answer(count=limit, precision="AT_LEAST")
    return Answer(count=count, precision="EXACT")
