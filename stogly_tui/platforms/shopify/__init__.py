"""Shopify Admin GraphQL, as source of orders and as destination. Only `PLATFORM` is for others."""

from stogly_tui.platforms.shopify.platform import PLATFORM

__all__ = ["PLATFORM"]
