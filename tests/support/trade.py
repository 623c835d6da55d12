"""A small trade for tests: a source store, a destination store, this product between them, and a clock to move."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stogly_tui.config import Settings, host
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels as channel_queries
from stogly_tui.model.queries import order_detail, order_keys, orders, runs
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import channels, go_live, pulls, pushes, workplace
from stogly_tui.sandbox import Fault, Sandbox, WooStore
from stogly_tui.sync import health, intake, looks, push, rules, witness
from stogly_tui.sync.context import Context

ADA = Actor("ada", Role.ADMIN)
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
FAST = {"requests_per_second": 10_000, "request_timeout": 5.0, "parallel_requests": 4}
_numbers = itertools.count(1)


class Crash(BaseException):
    """The process ends here, as by kill -9: nothing of it writes any more."""


class Clock:
    """The database's clock, moved by tests."""

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self._real = db.now

    def __call__(self) -> datetime:
        return self._real() + self.offset

    def advance(self, **by: float) -> None:
        """Move it."""
        self.offset += timedelta(**by)


@dataclass
class Trade:
    """Two stores and what stands between them."""

    sandbox: Sandbox
    shop: WooStore
    destination: WooStore
    context: Context
    clock: Clock
    is_dead: bool = False
    crash_after: str = ""
    crash_skip: int = 0
    steps: list[str] = field(default_factory=list)

    def connect(self, *, settle_time: int = 600, live: bool = True, **settings: Any) -> None:
        """Connect both stores: destination active, source live from the beginning of time."""
        self.add(
            "Main", self.destination, ChannelRole.DESTINATION, settings={**FAST, "settle_time": settle_time}
        )
        self.add("Shop", self.shop, ChannelRole.SOURCE, destination="Main", settings={**FAST, **settings})
        if live:
            go_live.go_live(ADA, go_live.plan_go_live(ADA, "Shop", BEGINNING))

    def add(self, name: str, store: WooStore, role: ChannelRole, **more: Any) -> None:
        """Connect one store."""
        credentials = self.sandbox.credentials(store.slug)
        channels.add(
            ADA, channels.ChannelDraft("woocommerce", name, store.base_url, credentials, role, **more)
        )

    def place(self, sku: str = "TEE", quantity: int = 1, **more: Any) -> int:
        """A buyer places a paid order; returns its id at the shop."""
        body = {
            "set_paid": True, "billing": ADDRESS | {"email": "buyer@example.com"}, "shipping": ADDRESS,
            "line_items": [{"sku": sku, "quantity": quantity}],
        }  # fmt: skip
        return self.shop.orders.create(body | more, created_via="checkout")

    def pull(self) -> runs.RunRow:
        """Read the shop once; returns the run."""
        pulls.pull_now(ADA, ["Shop"])
        return self.drain_intake()[-1]

    def drain_intake(self) -> list[runs.RunRow]:
        """Serve all intake that is asked for."""
        return pulls.results(intake.drain(self.context, self.channel("Shop").id))

    def send(self, order_ids: Sequence[int] | None = None) -> pushes.SendResult:
        """Queue these orders by a person, or all."""
        ids = list(self.ids() if order_ids is None else order_ids)
        return pushes.send(ADA, pushes.plan(ADA, ids))

    def push(self) -> push.Tally:
        """Send what is due, once."""
        return push.drain(self.context, self.channel("Main").id)

    def look(self) -> int:
        """Look at what is in doubt, once."""
        return looks.settle(self.context, self.channel("Main").id)

    def queue_by_rule(self) -> int:
        """Let the automatic rule queue."""
        return rules.queue_due()

    def until_settled(self) -> None:
        """Send and look, with the clock moving, until nothing is on its way or in doubt."""
        for _ in range(40):
            self.push()
            self.look()
            if not any(row.push_state in MOVING for row in self.rows()):
                return
            self.clock.advance(minutes=11)
        raise AssertionError([row.push_state for row in self.rows()])

    def until_settled_with_proof(self) -> None:
        """As `until_settled`, where an order that arrives first proves the look-up."""
        self.place()
        self.pull()
        self.send([row.id for row in self.rows() if row.push_state == "not_sent"])
        self.until_settled()

    def later_at_shop(self, seconds: float = 5) -> None:
        """Let time pass by the shop's own clock."""
        self.shop.clock = lambda: time.time() + seconds

    def heal(self, name: str) -> None:
        """Look at a channel that is down, when its next look is due."""
        self.clock.advance(minutes=30)
        health.look(self.context, self.channel(name).id)

    def fault(self, kind: Any, on: str = "POST /orders", **more: Any) -> None:
        """Something goes wrong at the destination."""
        self.sandbox.faults.add(Fault(kind, on=on, store=more.pop("store", self.destination.slug), **more))

    def restart(self) -> None:
        """Start the program again after a crash."""
        self.is_dead, self.crash_after = False, ""
        self.context.stop.clear()
        self.context.worker = name_of_a_dead_process()

    def step(self, name: str) -> None:
        """A job has done a step; the test may want the process to end here."""
        self.steps.append(name)
        if name == self.crash_after:
            if self.crash_skip:
                self.crash_skip -= 1
                return
            self.is_dead = True
            raise Crash(name)

    def channel(self, name: str) -> channel_queries.ChannelRow:
        """A channel as it is now."""
        return channels.named(name)

    def ids(self) -> list[int]:
        """All orders, newest first."""
        with db.read():
            return list(order_keys.all_ids(OrderFilter()))

    def rows(self) -> list[OrderRow]:
        """All orders as rows."""
        with db.read():
            return orders.page(list(order_keys.all_ids(OrderFilter())))

    def row(self, remote_id: int) -> OrderRow:
        """The order of the shop's id."""
        return next(row for row in self.rows() if row.remote_id == str(remote_id))

    def detail(self, remote_id: int) -> order_detail.OrderDetail:
        """The order of the shop's id, whole."""
        with db.read():
            found = order_detail.detail(self.row(remote_id).id)
        assert found is not None
        return found

    def at_destination(self, remote_id: int | None = None) -> list[dict[str, Any]]:
        """Destination orders that carry our reference (of one order, or of any), in any status."""
        mine = [self.destination.orders.wire(key) for key in self.destination.orders.ids()]
        mine = [one for one in mine if str(one["created_via"]).startswith("woocommerce:")]
        if remote_id is None:
            return mine
        return [one for one in mine if str(one["created_via"]).split(":")[2] == str(remote_id)]


MOVING = ("queued", "claimed", "sending", "retry_later", "in_doubt")
ADDRESS = {
    "first_name": "Mia", "last_name": "Jensen", "address_1": "Havnegade 12", "city": "Kobenhavn",
    "postcode": "1058", "country": "DK", "state": "", "phone": "+45 555 01",
}  # fmt: skip


def make_store(sandbox: Sandbox, slug: str, **more: Any) -> WooStore:
    """A store that sells a tee, a mug and socks."""
    store = WooStore(slug.title(), slug=f"{slug}{next(_numbers)}", calc_taxes=False, **more)
    for sku, price in (("TEE", "20.00"), ("MUG", "12.50"), ("SOCK", "5.00")):
        store.products.create({"name": sku.title(), "sku": sku, "regular_price": price})
    sandbox.add(store)
    return store


def name_of_a_dead_process() -> str:
    """A worker's name whose process does not run: its claims are free at once."""
    return f"{host()}:{4_194_304 + next(_numbers)}:test"


@contextmanager
def trading(sandbox: Sandbox, home: Path, patch: pytest.MonkeyPatch) -> Iterator[Trade]:
    """A trade on the database that is open."""
    context = workplace.use(Settings(home=home))
    witness.use_home(home)
    clock = Clock()
    trade = Trade(sandbox, make_store(sandbox, "shop"), make_store(sandbox, "main"), context, clock)
    trade.destination.products.create({"name": "Known", "sku": "KNOWN", "regular_price": "1.00"})
    context.after_step = trade.step
    context.worker = name_of_a_dead_process()
    real_write: Callable[..., Any] = db.write

    @contextmanager
    def write(actor: Actor) -> Iterator[db.Tx]:
        if trade.is_dead:
            raise Crash
        with real_write(actor) as tx:
            yield tx

    patch.setattr(db, "now", clock)
    patch.setattr(db, "write", write)
    patch.setattr(workplace, "_context", context)
    yield trade
    patch.setattr(db, "write", real_write)
    sandbox.faults.clear()
