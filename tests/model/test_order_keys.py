"""Which orders a filter finds, and in what order: against the same rules written plainly, on both engines."""

import random
import threading
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stogly_tui.domain import search
from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.search import Surroundings
from stogly_tui.domain.states import IntakeState, OrderStatus, PaymentStatus, PushState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import order_keys, order_sums, orders
from stogly_tui.model.queries.base import rows
from stogly_tui.model.queries.order_filter import OrderFilter
from stogly_tui.model.queries.orders import OrderRow
from tests.model.support import ADA, add_channel

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
NAMES = (
    "Ruth Okafor",
    "王伟",
    "Müller & Söhne",
    "ΓΙΏΡΓΟΣ Παππάς",
    "O'Brien",
    "100%_off",
    "",
    "Ida Brandt",
    "이지훈",
)
SKUS = ("SOCK-5P", "TEE-WHT-M", "ÄPFEL-1", "x")


@pytest.fixture
def many(opened: str) -> dict[int, str]:
    """A few hundred orders of every kind; the channels by id."""
    dice = random.Random(7)
    main = add_channel("Main")
    shops = {add_channel("Woo Retail"): "Woo Retail", add_channel("eBay UK"): "eBay UK"}
    with db.write(ADA):
        for number in range(240):
            _order(dice, number, dice.choice(list(shops)), main)
    return shops


def _order(dice: random.Random, number: int, shop: int, main: int) -> None:
    name, sku = dice.choice(NAMES), dice.choice(SKUS)
    placed = NOW - timedelta(hours=dice.randrange(24 * 60), minutes=dice.randrange(3))
    email = f"buyer{number}@example.com"
    order = tables.Order.create(
        channel=shop, remote_id=str(5000 + number), incarnation="", number=f"N-{number}", remote_number=str(5000 + number),
        currency=dice.choice(("EUR", "JPY", "KWD")), total=dice.randrange(200_000), items=dice.randrange(9),
        placed_at=placed, modified_at=placed, remote_status="x", status=dice.choice(list(OrderStatus)),
        payment=dice.choice(list(PaymentStatus)), intake=dice.choice(list(IntakeState)), customer=name, email=email,
        search=folded(f"N-{number}\n{5000 + number}\n{name}\n{email}\n{sku}"), payload_digest="d", received_at=placed,
        updated_at=placed, ship_by=dice.choice((None, placed + timedelta(days=2))), is_at_shop=dice.random() < 0.1,
        assigned_to=dice.choice((None, "ana", "ben")),
    )  # fmt: skip
    tables.OrderLine.create(order=order, position=0, remote_id="1", sku=sku, name=sku, ordered=1, total=1)
    if dice.random() < 0.7:
        push = tables.Push.create(
            order=order, destination=main, generation=1, reference=f"r{number}", state=dice.choice(PUSHED),
            queued_at=placed, queued_by="ana", order_revision=1, due_at=placed, updated_at=placed, placed_at=placed,
        )  # fmt: skip
        tables.Order.update(push_id=push.id).where(tables.Order.id == order.id).execute()


PUSHED = [state for state in PushState if state is not PushState.NOT_APPLICABLE]


def which(text: str, shops: dict[int, str]) -> OrderFilter:
    found = search.read(text, Surroundings(shops, NOW, UTC, "ana"))
    assert found.mistakes == ()
    return OrderFilter(terms=found.terms)


def everything() -> list[OrderRow]:
    return orders.page([row[0] for row in rows("SELECT id FROM orders ORDER BY id")])


def holds(*parts: str) -> Callable[[OrderRow, str], bool]:
    return lambda row, text: all(folded(part) in text for part in parts)


UNITS = {"EUR": 100, "JPY": 1, "KWD": 1000}
Rule = Callable[[OrderRow, str], bool]
RULES: dict[str, Rule] = {
    "": lambda row, text: True,
    "okafor": holds("okafor"),
    "RUTH sock": holds("ruth", "sock"),
    "王": holds("王"),
    "王伟": holds("王伟"),
    "Müller": holds("müller"),
    "γιώργος": holds("γιώργος"),
    "äpfel": holds("äpfel"),
    "100%_": holds("100%_"),
    "o'b": holds("o'b"),
    "x": holds("x"),
    "-okafor": lambda row, text: "okafor" not in text,
    '"ruth oka"': holds("ruth oka"),
    "zzz": lambda row, text: False,
    "zq": lambda row, text: False,
    "customer:müller": lambda row, text: "müller" in folded(row.customer),
    "customer:5012": lambda row, text: False,
    "sku:ÄPF": holds("äpfel-1"),
    "number:N-12": lambda row, text: "n-12" in folded(row.number),
    "number:5012": lambda row, text: row.remote_id == "5012",
    "email:buyer7@": lambda row, text: row.email.startswith("buyer7@"),
    "channel:ebay": lambda row, text: row.channel == "eBay UK",
    "-channel:ebay status:pending": lambda row, text: row.channel != "eBay UK" and row.status is OrderStatus.PENDING,
    "push:error": lambda row, text: row.push_state in (PushState.ERROR, PushState.IN_DOUBT),
    "push:not-sent": lambda row, text: row.push_word.value == "not_sent",
    "-push:not-sent": lambda row, text: row.push_word.value != "not_sent",
    "push:queued,sent": lambda row, text: row.push_state is PushState.QUEUED or row.push_word.value == "sent",
    "push:error okafor": lambda row, text: row.push_word.value == "error" and "okafor" in text,
    "payment:unpaid": lambda row, text: row.payment is PaymentStatus.UNPAID,
    "is:paid": lambda row, text: row.payment.is_paid,
    "is:held": lambda row, text: row.intake is IntakeState.HELD,
    "currency:jpy": lambda row, text: row.currency == "JPY",
    "total:>100": lambda row, text: row.total > 100 * UNITS[row.currency],
    "total:<=100": lambda row, text: row.total <= 100 * UNITS[row.currency],
    "total:50..100": lambda row, text: 50 * UNITS[row.currency] <= row.total <= 100 * UNITS[row.currency],
    "placed:7d": lambda row, text: row.placed_at >= NOW - timedelta(days=7),
    "placed:<2026-11-01": lambda row, text: row.placed_at < datetime(2026, 11, 1, tzinfo=UTC),
    "ship-by:<2026-11-01": lambda row, text: row.ship_by is not None and row.ship_by < datetime(2026, 11, 1, tzinfo=UTC),
    "-ship-by:<2026-11-01": lambda row, text: row.ship_by is None or row.ship_by >= datetime(2026, 11, 1, tzinfo=UTC),
    "assigned:me": lambda row, text: row.assigned_to == "ana",
    "assigned:nobody": lambda row, text: not row.assigned_to,
    "-assigned:ben": lambda row, text: row.assigned_to != "ben",
}  # fmt: skip


@pytest.mark.parametrize("few", [0, 5000], ids=["common", "rare"])
def test_every_search_finds_what_it_says_however_it_is_looked_for(
    many: dict[int, str], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(order_keys, "FEW", few)
    with db.read():
        every = everything()
        texts = dict(rows("SELECT id, search FROM orders"))
        for text, rule in RULES.items():
            wanted = [row.id for row in newest_first(every) if rule(row, texts[row.id])]
            chosen = which(text, many)
            assert list(order_keys.all_ids(chosen)) == wanted, text
            assert order_keys.first_ids(chosen, 25) == wanted[:25], text
            assert order_keys.first_ids(chosen, 10, "-placed", 5) == wanted[5:15], text
            assert order_keys.count(chosen) == len(wanted), text
            assert order_keys.on_top(chosen, [row.id for row in every], None) == wanted, text


def newest_first(rows: list[OrderRow]) -> list[OrderRow]:
    return sorted(rows, key=lambda row: (row.placed_at, row.id), reverse=True)


def test_each_sort_turns_round_and_agrees_with_its_first_rows(many: dict[int, str]) -> None:
    with db.read():
        for column in order_keys.COLUMNS:
            up = list(order_keys.all_ids(OrderFilter(), column))
            down = list(order_keys.all_ids(OrderFilter(), f"-{column}"))
            assert sorted(up) == sorted(down)
            assert len(up) == 240
            assert order_keys.first_ids(OrderFilter(), 30, column) == up[:30]
            assert order_keys.first_ids(which("push:error", many), 300, column) == [
                key for key in up if key in set(order_keys.all_ids(which("push:error", many)))
            ]
        by_total = [row.total for row in orders.page(order_keys.first_ids(OrderFilter(), 240, "total"))]
        ships = [
            row.ship_by is None for row in orders.page(order_keys.first_ids(OrderFilter(), 240, "ship_by"))
        ]
    assert by_total == sorted(by_total)
    assert ships == sorted(ships), "orders without a ship-by come last"


def test_the_text_index_follows_what_changes(many: dict[int, str]) -> None:
    order = tables.Order
    with db.write(ADA):
        first = rows("SELECT min(id) FROM orders")[0][0]
        order.update(search="quite another thing").where(order.id == first).execute()
    with db.read():
        assert list(order_keys.all_ids(which("another", many))) == [first]
        assert first not in order_keys.all_ids(which("N-0", many))


def test_new_orders_stand_on_top_or_are_not_placed_by_guess(many: dict[int, str]) -> None:
    with db.read():
        keys = order_keys.all_ids(OrderFilter())
        assert order_keys.on_top(OrderFilter(), list(keys[:3]), keys[3]) == list(keys[:3])
        assert order_keys.on_top(OrderFilter(), [keys[0], keys[9]], keys[3]) is None
        assert order_keys.on_top(which("zzz", many), list(keys[:3]), keys[3]) == []


def test_sums_of_marked_orders_are_those_of_their_rows(many: dict[int, str]) -> None:
    with db.read():
        some = [row for row in everything() if row.id % 3]
        sums = order_sums.of([row.id for row in some])
    assert sums.money == {one: sum(row.total for row in some if row.currency == one) for one in UNITS}
    assert sums.unpaid == sum(not row.payment.is_paid for row in some)
    assert sums.doubtful == sum(row.push_state is PushState.IN_DOUBT for row in some)


@given(st.lists(st.integers(0, 2**40), unique=True), st.integers(0, 2**40))
def test_a_key_is_found_where_it_stands(keys: list[int], other: int) -> None:
    held = array("q", keys)
    for at, key in enumerate(keys):
        assert order_keys.index_of(held, key) == at
    assert order_keys.index_of(held, other) == (keys.index(other) if other in keys else None)
    assert order_keys.index_of(held, None) is None


def test_a_read_is_ended_by_another_thread(many: dict[int, str]) -> None:
    ended = db.Interrupt()
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"

    def ask() -> None:
        with db.read(ended):
            started.set()
            rows(slow)

    def read() -> None:
        with pytest.raises(db.Interrupted):
            ask()
        with db.read():
            assert order_keys.count(OrderFilter()) == 240
        db.drop_connection()

    started = threading.Event()
    thread = threading.Thread(target=read)
    thread.start()
    started.wait()
    while thread.is_alive():
        ended.now()
        thread.join(0.05)


def test_a_read_that_nobody_wants_any_more_does_not_begin(many: dict[int, str]) -> None:
    ended = db.Interrupt()
    ended.now()
    with pytest.raises(db.Interrupted), db.read(ended):
        raise AssertionError("it began")
