"""Hostile text that comes over HTTP, from stores and destinations, through every screen to a real terminal.

Two doors stand in its way: `safe_text` where text becomes something to show, and a filter on every painted line. Each
holds alone; without both, the bytes come through, which shows that they were there.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from stogly_tui.model import database
from stogly_tui.model.queries.base import one, rows
from stogly_tui.operations import channels, go_live
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sync import intake
from tests.console.terminal import DOWN, ENTER, ESC, OPEN, RIGHT, TAB, Terminal, harmful
from tests.support.trade import ADA, ADDRESS, BEGINNING, FAST, Trade, trading

pytestmark = pytest.mark.pty
HOSTILE = "\x1b]52;c;aGFja2Vk\x07\x1b]0;owned\x07\x9b31m\x9d0;c1\x9c\x1b[2J\u202eevil\u2066 [/foo] [@click=app.quit]x \x7f"
"""Without NUL: the JSON of a store holds it, the database does not take it; it is replaced on the way in."""
NO_FIRST_DOOR = """
from stogly_tui.console import launch, filters
from stogly_tui.domain import safe_text as door
door.safe_text = lambda text, limit=0: text
door.safe_line = lambda text, limit=0: text.replace("\\n", " ")
"""
NO_SECOND_DOOR = """
from stogly_tui.console import launch, filters
filters.NoControls.apply = lambda self, segments, background: segments
"""
WALK: tuple[tuple[str, str], ...] = (
    (DOWN, ""), (ENTER, "WHERE IS IT"), (RIGHT, "Items]"), (RIGHT, "Customer]"), (RIGHT, "Push]"), (RIGHT, "Timeline]"),
    (RIGHT, "Raw]"), ("?", "HELP"), (ESC, ""), ("j", ""), ("j", ""), ("H", "HOLD"), (ESC, ""), ("a", "ADDRESS"),
    (ESC, ""),
    (ESC, ""), ("*", ""), ("S", "Skipped"), ("l", ""), (ESC, ""), (ESC, ""), ("u", ""),
    ("c", "Push Status"), (ESC, ""), ("/evil", ""), (ENTER, ""), (ESC, ""), ("o", "GO TO ORDER"), ("evil", ""),
    (ESC, ""), (":", "COMMANDS"), ("evil", ""), (ESC, ""), ("p", ""), ("2", "[2 Channels]"),
    (DOWN, ""), (ENTER, "Store URL"), ("\x1bOS", "[Integration]"), (ESC, ""), ("z", "PAUSE"), (ESC, ""),
    ("6", "[6 Sync log]"), (TAB, ""), (ENTER, "SYNC LOG >"), (ESC, ""), ("\x1b[20~", "went live"),
    (ESC, ""),
    ("q", "LEAVE THE CONSOLE"), (ESC, ""),
)  # fmt: skip
"""Keys, and what is waited for after them; blank where nothing new has to come."""


def walk(terminals: Sequence[Terminal]) -> None:
    """Press the keys of the walk on each terminal."""
    for keys, shows in WALK:
        marks = [len(terminal.seen) for terminal in terminals]
        for terminal in terminals:
            terminal.type(keys)
        for terminal, mark in zip(terminals, marks, strict=True):
            if shows:
                terminal.until(shows, mark)
            terminal.quiet(0.06)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([]) as started:
        yield started


@pytest.fixture
def url(sandbox: Sandbox, empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database into which hostile orders were pulled, and from which a hostile destination was sent to."""
    with trading(sandbox, empty, monkeypatch) as trade:
        _trade(trade, sandbox)
        yield f"sqlite:///{empty / 'stogly.db'}"


def _trade(trade: Trade, sandbox: Sandbox) -> None:
    trade.connect(order_prefix="HOSTILE-")
    hostile = {
        "first_name": HOSTILE,
        "last_name": HOSTILE,
        "company": HOSTILE,
        "address_1": HOSTILE,
        "city": HOSTILE,
    }
    trade.shop.products.create({"name": HOSTILE, "sku": f"SKU{HOSTILE}", "regular_price": "3.00"})
    trade.place(sku=f"SKU{HOSTILE}", billing=ADDRESS | hostile | {"email": "a@example.com"},
                shipping=ADDRESS | hostile, customer_note=HOSTILE, transaction_id=HOSTILE,
                payment_method_title=HOSTILE)  # fmt: skip
    for _ in range(2):
        trade.place(billing=ADDRESS | hostile | {"email": "b@example.com"}, customer_note=HOSTILE)
    trade.pull()
    _pull_from_shopify(trade, sandbox)
    rejected = json.dumps({"code": f"bad{HOSTILE}", "message": HOSTILE, "data": {"status": 400}})
    trade.fault("status", "POST /orders", store=trade.destination.slug, code=400, body=rejected)
    trade.send()
    trade.push()
    trade.fault("status", "GET /orders", store=trade.shop.slug, code=404, body=rejected, times=None)
    trade.pull()
    with database.read():
        assert any("evil" in told for (told,) in rows("SELECT error_text FROM pushes"))
        assert any("evil" in told for (told,) in rows("SELECT message FROM log_entries"))
        assert one("SELECT 1 FROM orders WHERE note = ?", [HOSTILE]), "it has come as it was sent"
    database.drop_connection()


def _pull_from_shopify(trade: Trade, sandbox: Sandbox) -> None:
    shop = ShopifyStore(f"Oslo {HOSTILE}", slug=f"oslo-{trade.shop.slug}")
    shop.create_product(HOSTILE, f"NO{HOSTILE}", "29.75", vendor=HOSTILE)
    sandbox.add(shop)
    draft = channels.ChannelDraft("shopify", "Oslo", shop.base_url, shop.credentials, settings=FAST)
    channels.add(ADA, draft)
    go_live.go_live(ADA, go_live.plan_go_live(ADA, "Oslo", BEGINNING))
    shop.place([(f"NO{HOSTILE}", 1)], note=HOSTILE, tags=[HOSTILE], attributes=[(HOSTILE, HOSTILE)])
    intake.drain(trade.context, trade.channel("Oslo").id)


def test_each_door_alone_lets_no_control_byte_through(url: str) -> None:
    terminals = [Terminal(url, code=broken + OPEN) for broken in (NO_FIRST_DOOR, NO_SECOND_DOOR)]
    try:
        for terminal in terminals:
            terminal.until("HOSTILE-")
            terminal.quiet()
        walk(terminals)
        for terminal in terminals:
            assert harmful(terminal.seen) == []
            assert terminal.process.poll() is None, terminal.seen[-2000:]
    finally:
        for terminal in terminals:
            terminal.close()


def test_without_both_doors_the_bytes_come_through(url: str) -> None:
    terminal = Terminal(url, code=NO_FIRST_DOOR + NO_SECOND_DOOR.partition("filters\n")[2] + OPEN)
    try:
        terminal.until("HOSTILE-")
        terminal.press(DOWN)
        terminal.press(ENTER)
        assert {"\x1b]52", "\x1b]0;", "\u202e"} <= set(harmful(terminal.seen))
    finally:
        terminal.close()
