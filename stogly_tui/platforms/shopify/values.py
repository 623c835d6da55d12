"""Taking values out of an order as it came, whatever their types turned out to be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from stogly_tui.domain.money import BadMoney
from stogly_tui.domain.safe_text import safe_line, storable
from stogly_tui.platforms.errors import ProtocolError
from stogly_tui.platforms.shopify.wire import Json

ZERO = Decimal(0)
_MOST = Decimal(10**13)


def text(value: Any) -> str:
    """A text as a database takes it; blank for what is none."""
    return storable(value) if isinstance(value, str) else ""


def count(value: Any) -> int:
    """Whole pieces, never below zero; 0 for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        return 0
    return value


def obj(value: Any, key: str) -> Json:
    """An object inside another; empty when there is none."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, dict) else {}


def objects(value: Any, key: str) -> list[Json]:
    """The objects of a list, or of a connection's ``nodes``."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(inner, dict):
        inner = inner.get("nodes")
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def has_more(value: Any, key: str) -> str | None:
    """The cursor behind which a connection goes on; None when all of it is here.

    Raises:
        ProtocolError: it goes on, and nobody says where.
    """
    page = obj(obj(value, key), "pageInfo")
    if page.get("hasNextPage") is not True:
        return None
    after = page.get("endCursor")
    if not isinstance(after, str) or not after:
        raise ProtocolError("Shopify does not say where its list goes on.")
    return after


def numeric_id(value: Any) -> str | None:
    """The number in ``gid://shopify/Order/1``, or a bare number."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return str(value)
    last = value.rpartition("/")[2].partition("?")[0] if isinstance(value, str) else ""
    return str(int(last)) if last.isascii() and last.isdigit() and len(last) < 20 and int(last) else None


def moment(value: Any) -> datetime | None:
    """A time in UTC; Shopify gives ISO 8601 with a zone."""
    return _moment(value) if isinstance(value, str) else None


def shop(value: Any, key: str) -> Decimal:
    """The shop's money of a `MoneyBag`; zero when there is none.

    Raises:
        BadMoney: it is no amount.
    """
    return amount(obj(obj(value, key), "shopMoney").get("amount"))


def amount(value: Any) -> Decimal:
    """An exact amount; None and blank are zero.

    Raises:
        BadMoney: it is no finite number, or larger than any order.
    """
    if value is None or value == "":
        return ZERO
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadMoney(f"{shown(value)} is not an amount")
    try:
        read = Decimal(str(value).strip())
    except InvalidOperation:
        raise BadMoney(f"{shown(value)} is not an amount") from None
    if not read.is_finite() or abs(read) > _MOST:
        raise BadMoney(f"{shown(value)} is not an amount")
    return read


def shown(value: Any) -> str:
    """A value for people, short whatever it is."""
    if isinstance(value, str):
        return repr(safe_line(value, 40))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**30:
        return "a very large number"
    return safe_line(str(value), 40) if isinstance(value, int | float | None) else f"a {type(value).__name__}"


@lru_cache(maxsize=4096)
def _moment(value: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
