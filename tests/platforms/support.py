"""What the tests of platforms share: a limiter that lets everything pass, channels of a sandbox, an order to send."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from stogly_tui.domain.orders import Address
from stogly_tui.domain.outgoing import OutgoingCharge, OutgoingLine, OutgoingOrder
from stogly_tui.domain.states import ChargeKind
from stogly_tui.platforms.base import (
    Account,
    Budget,
    ChannelAddress,
    Connection,
    OrderDestination,
    OrderSource,
)
from stogly_tui.platforms.woocommerce import PLATFORM
from stogly_tui.platforms.woocommerce.settings import WooSettings
from stogly_tui.sandbox import Sandbox

CONTRACTS = Path(__file__).parents[2] / "../shared/contracts/woocommerce"
OPEN: list[Connection] = []
"""Lines that the sandbox fixture closes after each test."""
NEVER = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Free:
    """A limiter that never waits and remembers what it was told."""

    waits: list[float] = field(default_factory=list)
    asked: int = 0
    points: float = 0
    budget: Budget | None = None

    def acquire(self, *, urgent: bool, until: float) -> None:
        self.asked += 1

    def told_to_wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        self.points += points

    def settle(self, points: float, budget: Budget | None) -> None:
        self.budget = budget


def address(sandbox: Sandbox, slug: str, **settings: Any) -> ChannelAddress:
    """A store of the sandbox as a channel that was never checked."""
    keys = {name: SecretStr(value) for name, value in sandbox.credentials(slug).items()}
    return ChannelAddress(sandbox.url(slug), keys, WooSettings(**settings))


def connected(sandbox: Sandbox, slug: str, limiter: Free | None = None, **settings: Any) -> ChannelAddress:
    """The same after Connect, with the facts that it found."""
    made = address(sandbox, slug, **settings)
    account = PLATFORM.check(made, limiter or Free(), needs_write=True)
    assert isinstance(account, Account), account
    return replace(made, currency=account.currency, time_zone=account.time_zone, facts=account.facts)


def source(sandbox: Sandbox, slug: str, limiter: Free | None = None, **settings: Any) -> OrderSource:
    orders = _line(sandbox, slug, limiter, settings).orders
    assert orders is not None
    return orders


def destination(
    sandbox: Sandbox, slug: str, limiter: Free | None = None, **settings: Any
) -> OrderDestination:
    made = _line(sandbox, slug, limiter, settings).destination
    assert made is not None
    return made


def _line(sandbox: Sandbox, slug: str, limiter: Free | None, settings: Mapping[str, Any]) -> Connection:
    line = PLATFORM.connect(connected(sandbox, slug, **settings), limiter or Free())
    OPEN.append(line)
    return line


def an_order(reference: str = "woocommerce:shop:1:1", **changes: Any) -> OutgoingOrder:
    """An order of two lines and shipping, 129.90 EUR with tax."""
    where = Address(
        name="Ada Maria Lovelace",
        line1="Weg 1",
        city="Berlin",
        postcode="10115",
        country="DE",
        email="ada@example.test",
    )
    made = OutgoingOrder(
        reference=reference,
        number="1001",
        channel="retail",
        remote_id="1",
        placed_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        currency="EUR",
        total=12990,
        is_paid=True,
        payment_method="PayPal",
        note="",
        email="ada@example.test",
        billing=where,
        shipping=where,
        lines=(OutgoingLine("MUG-1", "Mug", 2, 5000, 950), OutgoingLine("TEE-1", "Tee", 1, 5496, 1044)),
        charges=(OutgoingCharge(ChargeKind.SHIPPING, "DHL", 420, 80),),
    )
    return replace(made, **changes)


def recorded_orders() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every whole order in the recorded replies, with where it is from."""
    for path in sorted(CONTRACTS.glob("10.5.0/*.json")) + sorted(CONTRACTS.glob("recordings*.json")):
        if path.name != "options_orders.json":
            for order in _orders_in(json.loads(path.read_text())):
                yield f"{path.name} {order['id']}", order


def _orders_in(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict) and "line_items" in value and "order_key" in value:
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _orders_in(item)


needs_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the recorded replies (../shared/contracts) are not on this machine"
)
