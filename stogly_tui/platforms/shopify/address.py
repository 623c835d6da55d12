"""The address a person typed, made into the address of the shop, and the shop's own name for itself."""

import re
from urllib.parse import urlsplit

from stogly_tui.platforms.urls import BadUrl, clean_url, is_loopback

SHOP_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_]*\.myshopify\.com\Z")
"""A shop as callbacks name it (shopify-app-js); anchored at both ends by `re.match`."""
_DOMAIN = ".myshopify.com"
_ADMIN = re.compile(r"/+(?:admin(?:/.*)?)?$", re.IGNORECASE)
_BARE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-_]*\Z")
_ADMIN_PATH = re.compile(r"/store/([a-zA-Z0-9][a-zA-Z0-9\-_]*)(?:/|\Z)")


def base_url(typed: str) -> str:
    """The shop's base URL: ``yourstore``, ``yourstore.myshopify.com`` and its admin pages all mean one shop.

    An ``http://127.0.0.1:PORT/name`` stands for a shop on this machine.

    Raises:
        ValueError: it cannot be a shop; the text is a sentence.
    """
    text = typed.strip()
    if not text:
        raise ValueError("The address of the store is missing. Enter it like yourstore.myshopify.com.")
    if _BARE.match(text):
        return f"https://{text.lower()}{_DOMAIN}"
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
        if is_loopback(host):
            return clean_url(f"{parts.scheme.lower()}://{parts.netloc}{_ADMIN.sub('', parts.path)}")
        cleaned = clean_url(f"{parts.scheme.lower()}://{parts.netloc}")
    except BadUrl as error:
        raise ValueError(f"{error} Enter it like yourstore.myshopify.com.") from None
    except ValueError:
        raise ValueError("This is not a web address. Enter it like yourstore.myshopify.com.") from None
    named = _ADMIN_PATH.match(parts.path) if host == "admin.shopify.com" else None
    if named:
        return f"https://{named[1].lower()}{_DOMAIN}"
    if not SHOP_NAME.match(host) or urlsplit(cleaned).port not in (None, 443):
        raise ValueError(
            "The API does not answer at a shop's own domain: give the myshopify.com address "
            "(Settings > Domains in Shopify's admin shows it)."
        )
    return f"https://{host}"


def shop_domain(url: str) -> str:
    """The shop's myshopify.com name; on this machine the last part of the path stands for it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not is_loopback(host):
        return host
    return f"{parts.path.rstrip('/').rpartition('/')[2].lower()}{_DOMAIN}"
