"""The shop itself, its app, locations, products and webhook subscriptions, as GraphQL shows them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stogly_tui.sandbox.shopify import money
from stogly_tui.sandbox.shopify.asking import Asking, always, gid
from stogly_tui.sandbox.shopify.records import Variant

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.definitions import Definition
    from stogly_tui.sandbox.shopify.store import ShopifyStore
    from stogly_tui.sandbox.shopify.webhooks import Subscription


class PlanView:
    """``ShopPlan``."""

    partner_development = False
    shopify_plus = False

    def __init__(self, name: str) -> None:
        self.display_name = self.public_display_name = name


class DomainView:
    """``Domain``."""

    typename = "Domain"
    ssl_enabled = True

    def __init__(self, store: "ShopifyStore") -> None:
        self.id = gid("Domain", store.shop_id)
        self.host = store.shop_domain
        self.url = f"https://{store.shop_domain}"


class ShopView:
    """``Shop``."""

    typename = "Shop"
    setup_required = False

    def __init__(self, store: "ShopifyStore") -> None:
        self._store = store
        self.id = gid("Shop", store.shop_id)
        self.name = store.name
        self.email = self.contact_email = f"hello@{store.slug}.example.com"
        self.myshopify_domain = store.shop_domain
        self.url = f"https://{store.shop_domain}"
        self.currency_code = store.currency
        self.enabled_presentment_currencies = [store.currency, *sorted(store.presentment)]
        self.iana_timezone = store.time_zone
        self.taxes_included = store.taxes_included
        self.tax_shipping = store.taxes_included
        self.created_at = self.updated_at = "2021-03-01T08:00:00Z"

    def plan(self) -> PlanView:
        return PlanView(self._store.plan)

    def primary_domain(self) -> DomainView:
        return DomainView(self._store)

    def timezone_offset_minutes(self) -> int:
        offset = datetime.fromtimestamp(self._store.now(), UTC).astimezone(self._store.zone).utcoffset()
        return 0 if offset is None else int(offset.total_seconds() // 60)


class ScopeView:
    """``AccessScope``."""

    def __init__(self, handle: str) -> None:
        self.handle = handle
        self.description = handle.replace("_", " ").capitalize()


class AppView:
    """``App``."""

    typename = "App"
    handle = "order-console"
    title = "Order console"

    def __init__(self, store: "ShopifyStore") -> None:
        self.id = gid("App", store.shop_id + 1)
        self.api_key = store.app.client_id


class InstallationView:
    """``AppInstallation``."""

    typename = "AppInstallation"

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.id = gid("AppInstallation", asking.store.shop_id + 2)

    def access_scopes(self) -> list[ScopeView]:
        return [ScopeView(scope) for scope in sorted(self._asking.scopes)]

    def app(self) -> AppView:
        return AppView(self._asking.store)


class LocationView:
    """``Location``."""

    typename = "Location"
    created_at = "2021-03-01T08:00:00Z"
    fulfills_online_orders = True
    ships_inventory = True
    is_active = True

    def __init__(self, number: int, name: str) -> None:
        self.id = gid("Location", number)
        self.legacy_resource_id = str(number)
        self.name = name


class ProductView:
    """``Product``."""

    typename = "Product"
    status = "ACTIVE"

    def __init__(self, variant: Variant) -> None:
        self.id = gid("Product", variant.product_id)
        self.legacy_resource_id = str(variant.product_id)
        self.title = variant.title
        self.handle = variant.title.lower().replace(" ", "-")
        self.vendor = variant.vendor
        self.is_gift_card = variant.gift_card
        self.created_at = always(variant.created)
        self.updated_at = always(variant.updated)


class ItemView:
    """``InventoryItem``."""

    typename = "InventoryItem"
    tracked = True

    def __init__(self, variant: Variant) -> None:
        self.id = gid("InventoryItem", variant.id + 1)
        self.legacy_resource_id = str(variant.id + 1)
        self.sku = variant.sku
        self.requires_shipping = variant.requires_shipping


class VariantView:
    """``ProductVariant``."""

    typename = "ProductVariant"
    barcode = None

    def __init__(self, asking: Asking, variant: Variant) -> None:
        self._asking = asking
        self._variant = variant
        self.id = gid("ProductVariant", variant.id)
        self.legacy_resource_id = str(variant.id)
        self.sku = variant.sku
        self.title = variant.variant_title
        self.display_name = f"{variant.title} - {variant.variant_title}"
        self.price = money.rest(variant.price)
        self.taxable = variant.taxable
        self.inventory_policy = "DENY" if variant.deny_when_out else "CONTINUE"
        self.inventory_quantity = variant.quantity
        self.created_at = always(variant.created)
        self.updated_at = always(variant.updated)

    def product(self) -> ProductView:
        return ProductView(self._variant)

    def inventory_item(self) -> ItemView:
        return ItemView(self._variant)


class DefinitionView:
    """``MetafieldDefinition``."""

    typename = "MetafieldDefinition"

    def __init__(self, asking: Asking, definition: "Definition") -> None:
        self._asking = asking
        self._definition = definition
        self.id = gid("MetafieldDefinition", definition.id)
        self.name = definition.name
        self.namespace = definition.namespace
        self.key = definition.key
        self.owner_type = definition.owner_type
        self.description = definition.description

    def metafields_count(self) -> int:
        wanted = (self._definition.namespace, self._definition.key)
        fields = (one for order in self._asking.store.orders.all() for one in order.metafields)
        return sum((one.namespace, one.key) == wanted for one in fields)


class VersionView:
    """``ApiVersion``."""

    supported = True

    def __init__(self, handle: str) -> None:
        self.handle = self.display_name = handle


class SubscriptionView:
    """``WebhookSubscription``."""

    typename = "WebhookSubscription"

    def __init__(self, subscription: "Subscription") -> None:
        self._subscription = subscription
        self.id = gid("WebhookSubscription", subscription.id)
        self.legacy_resource_id = str(subscription.id)
        self.topic = subscription.topic
        self.uri = self.callback_url = subscription.uri
        self.format = "JSON"
        self.filter = subscription.filter
        self.name = subscription.name
        self.include_fields = subscription.include_fields
        self.metafield_namespaces: list[str] = []
        self.created_at = always(subscription.created)
        self.updated_at = always(subscription.updated)

    def api_version(self) -> VersionView:
        return VersionView(self._subscription.api_version)
