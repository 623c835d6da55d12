"""Which platforms exist; each is imported when it is first asked for."""

from importlib import import_module
from typing import cast

from stogly_tui.platforms.base import Platform

_FOLDERS = {
    "woocommerce": "stogly_tui.platforms.woocommerce",
    "shopify": "stogly_tui.platforms.shopify",
}

TITLES = {
    "woocommerce": "WooCommerce",
    "shopify": "Shopify",
}
"""Platform names as people write them, without importing the platform."""


def names() -> list[str]:
    """Keys of all platforms, as ``channel add PLATFORM`` takes them."""
    return list(_FOLDERS)


def platform(key: str) -> Platform:
    """The platform of that key.

    Raises:
        KeyError: there is none.
    """
    return cast(Platform, import_module(_FOLDERS[key]).PLATFORM)
