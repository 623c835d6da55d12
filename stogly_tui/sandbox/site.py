"""What a site tells about itself: index, settings, system status, currency, tax rates, gateways (10.5, recorded)."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stogly_tui.sandbox.lexicon import CURRENCIES, CURRENCY_NAMES, ORDER_STATUSES, SYMBOL_ENTITIES
from stogly_tui.sandbox.wire import Json

if TYPE_CHECKING:
    from stogly_tui.sandbox.store import WooStore

_NAMESPACES = (
    "oembed/1.0",
    "wc/v3",
    "wc/v1",
    "wc-admin",
    "wc-analytics",
    "wc/store",
    "wc/store/v1",
    "wc/v2",
    "wp/v2",
)
_GATEWAYS = (
    ("bacs", "Direct bank transfer", True),
    ("cheque", "Check payments", False),
    ("cod", "Cash on delivery", True),
)


def root(store: "WooStore") -> Json:
    """``GET /wp-json/``: open to everyone."""
    offset = datetime.fromtimestamp(store.now(), UTC).astimezone(store.zone).utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else 0.0
    return {
        "name": store.name,
        "description": "",
        "url": store.base_url,
        "home": store.base_url,
        "gmt_offset": int(hours) if hours.is_integer() else hours,
        "timezone_string": store.time_zone,
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": list(_NAMESPACES),
        "authentication": {
            "application-passwords": {
                "endpoints": {"authorization": f"{store.base_url}/wp-admin/authorize-application.php"}
            }
        },
        "site_logo": 0,
        "site_icon": 0,
        "site_icon_url": "",
        "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
    }


def namespace(store: "WooStore", paths: list[str]) -> Json:
    """``GET /wp-json/wc/v3``: the routes there are, without their arguments."""
    routes: Json = {
        path: {"namespace": "wc/v3", "methods": ["GET"], "endpoints": [], "_links": {"self": []}}
        for path in paths
    }
    return {
        "namespace": "wc/v3",
        "routes": routes,
        "_links": {"up": [{"href": f"{store.base_url}/wp-json/"}]},
    }


def statuses() -> list[Json]:
    """``GET /orders/statuses``."""
    return [{"slug": slug, "name": name} for slug, name in ORDER_STATUSES.items()]


def currency(store: "WooStore") -> Json:
    """``GET /data/currencies/current``."""
    return {
        "code": store.currency,
        "name": CURRENCY_NAMES.get(store.currency, store.currency),
        "symbol": _symbol(store.currency),
        "_links": {
            "self": [
                {"href": store.api(f"data/currencies/{store.currency}"), "targetHints": {"allow": ["GET"]}}
            ],
            "collection": [{"href": store.api("data/currencies")}],
        },
    }


def settings_general(store: "WooStore") -> list[Json]:
    """``GET /settings/general``."""
    place = f"{store.country}:{store.state}" if store.state else store.country
    group = "general"
    currencies = {code: CURRENCY_NAMES.get(code, code) for code in CURRENCIES}
    return [
        _setting(store, group, "woocommerce_store_address", "Address line 1", "text", ""),
        _setting(store, group, "woocommerce_store_address_2", "Address line 2", "text", ""),
        _setting(store, group, "woocommerce_store_city", "City", "text", ""),
        _setting(store, group, "woocommerce_default_country", "Country / State", "select", place),
        _setting(store, group, "woocommerce_store_postcode", "Postcode / ZIP", "text", ""),
        _setting(store, group, "woocommerce_calc_taxes", "Enable taxes", "checkbox", _yes(store.calc_taxes)),
        _setting(store, group, "woocommerce_enable_coupons", "Enable coupons", "checkbox", "yes"),
        _setting(
            store, group, "woocommerce_currency", "Currency", "select", store.currency, options=currencies
        ),
        _setting(store, group, "woocommerce_currency_pos", "Currency position", "select", "left"),
        _setting(store, group, "woocommerce_price_thousand_sep", "Thousand separator", "text", ","),
        _setting(store, group, "woocommerce_price_decimal_sep", "Decimal separator", "text", "."),
        _setting(store, group, "woocommerce_price_num_decimals", "Number of decimals", "number", "2"),
    ]


def settings_tax(store: "WooStore") -> list[Json]:
    """``GET /settings/tax``; empty when the shop computes no taxes."""
    if not store.calc_taxes:
        return []
    inclusive = _yes(store.prices_include_tax)
    shown = "incl" if store.prices_include_tax else "excl"
    return [
        _setting(
            store, "tax", "woocommerce_prices_include_tax", "Prices entered with tax", "radio", inclusive
        ),
        _setting(store, "tax", "woocommerce_tax_based_on", "Calculate tax based on", "select", "shipping"),
        _setting(store, "tax", "woocommerce_shipping_tax_class", "Shipping tax class", "select", "inherit"),
        _setting(store, "tax", "woocommerce_tax_round_at_subtotal", "Rounding", "checkbox", "no"),
        _setting(store, "tax", "woocommerce_tax_display_shop", "Display prices in the shop", "select", shown),
        _setting(store, "tax", "woocommerce_tax_display_cart", "Display prices during cart", "select", shown),
    ]


def taxes(store: "WooStore") -> list[Json]:
    """``GET /taxes``."""
    return [
        {
            "id": number,
            "country": rate.country,
            "state": rate.state,
            "postcode": "",
            "city": "",
            "rate": f"{rate.percent:.4f}",
            "name": rate.name,
            "priority": 1,
            "compound": False,
            "shipping": rate.shipping,
            "order": number - 1,
            "class": rate.tax_class,
            "postcodes": [],
            "cities": [],
            "_links": _links(store, f"taxes/{number}", "taxes"),
        }
        for number, rate in enumerate(store.tax_rates, start=1)
    ]


def payment_gateways(store: "WooStore") -> list[Json]:
    """``GET /payment_gateways``."""
    return [
        {
            "id": gateway,
            "title": title,
            "description": "",
            "order": "",
            "enabled": enabled,
            "method_title": title,
            "method_description": "",
            "method_supports": ["products"],
            "settings": {},
            "needs_setup": False,
            "post_install_scripts": [],
            "settings_url": f"{store.base_url}/wp-admin/admin.php?page=wc-settings&tab=checkout",
            "connection_url": None,
            "setup_help_text": None,
            "required_settings_keys": [],
            "_links": _links(store, f"payment_gateways/{gateway}", "payment_gateways"),
        }
        for gateway, title, enabled in _GATEWAYS
    ]


def system_status(store: "WooStore") -> Json:
    """``GET /system_status``: the parts that say which site and which WooCommerce this is."""
    return {
        "environment": {
            "home_url": store.base_url,
            "site_url": store.base_url,
            "store_id": store.store_id,
            "version": store.version,
            "wp_version": "6.9.1",
            "wp_multisite": False,
            "wp_debug_mode": False,
            "wp_cron": True,
            "wp_environment_type": "local",
            "language": "en_US",
            "server_info": "stogly sandbox",
            "php_version": "8.2.36",
            "php_post_max_size": 67108864,
            "php_max_execution_time": 120,
            "default_timezone": "UTC",
        },
        "database": {"wc_database_version": store.version, "database_prefix": "wp_"},
        "active_plugins": [
            {
                "plugin": "woocommerce/woocommerce.php",
                "name": "WooCommerce",
                "version": store.version,
                "version_latest": store.version,
                "url": "https://woocommerce.com/",
                "author_name": "Automattic",
                "author_url": "https://woocommerce.com",
                "network_activated": False,
            }
        ],
        "theme": {"name": "plain", "version": "1", "is_child_theme": False, "is_block_theme": False},
        "settings": {
            "api_enabled": False,
            "force_ssl": False,
            "currency": store.currency,
            "currency_symbol": _symbol(store.currency),
            "currency_position": "left",
            "thousand_separator": ",",
            "decimal_separator": ".",
            "number_of_decimals": 2,
            "HPOS_enabled": True,
            "HPOS_sync_enabled": False,
            "enabled_features": [],
        },
        "security": {"secure_connection": store.base_url.startswith("https"), "hide_errors": True},
        "pages": [],
    }


def _symbol(code: str) -> str:
    return SYMBOL_ENTITIES.get(code, code)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _setting(
    store: "WooStore",
    group: str,
    name: str,
    label: str,
    kind: str,
    value: str,
    *,
    options: Json | None = None,
) -> Json:
    setting: Json = {
        "id": name,
        "label": label,
        "description": label,
        "type": kind,
        "default": "",
        "tip": label,
    }
    if options is not None:
        setting["options"] = options
    return {
        **setting,
        "value": value,
        "_links": _links(store, f"settings/{group}/{name}", f"settings/{group}"),
    }


def _links(store: "WooStore", path: str, collection: str) -> Json:
    allow = ["GET", "POST", "PUT", "PATCH"]
    return {
        "self": [{"href": store.api(path), "targetHints": {"allow": allow}}],
        "collection": [{"href": store.api(collection)}],
    }
