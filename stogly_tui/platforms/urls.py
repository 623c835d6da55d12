"""Addresses of accounts: what may be asked with keys, and what may not."""

import ipaddress
from urllib.parse import quote, urlsplit

import httpx


class BadUrl(ValueError):
    """The address may not be used; the text says why, as a sentence."""


def clean_url(url: str) -> str:
    """The base URL without a slash at its end, if it may be used.

    Raises:
        BadUrl: not https (plain http only to this machine), a name or password in it, or no host.
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
        httpx.URL(url.strip())
    except (ValueError, httpx.InvalidURL) as error:
        raise BadUrl("This is not a web address.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadUrl("This is not a web address that begins with https://.")
    if "@" in parts.netloc:
        raise BadUrl("The address holds a name or password.")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadUrl("The address is not encrypted (http).")
    netloc = parts.netloc.lower()
    return f"{parts.scheme}://{netloc}{quote(parts.path.rstrip('/'), safe='/%:@!$&()*+,;=~')}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, 127.0.0.0/8 or ::1."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
