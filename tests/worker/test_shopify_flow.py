"""A shop from the first click to its last delivery: signed in by browser, told of orders, uninstalled."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from stogly_tui.domain.states import ChannelHealth, ChannelState
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one
from stogly_tui.operations import channels, flows, sign_in, workplace
from stogly_tui.sandbox import Sandbox
from stogly_tui.sandbox.shopify import ShopifyStore
from stogly_tui.sync.context import Context, Door
from stogly_tui.worker.runtime import Worker
from tests.support.trade import ADA, FAST, Trade
from tests.worker.receiving import CLIENT, endpoint, free_port
from tests.worker.support import wait_for

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def shop(sandbox: Sandbox) -> ShopifyStore:
    made = ShopifyStore("Oslo", slug=f"oslo{free_port()}")
    made.create_product("Mug", "MUG-1", "29.75")
    sandbox.add(made)
    return made


@pytest.fixture
def context(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> Context:
    port = free_port()
    door = Door(True, "127.0.0.1", port, f"http://127.0.0.1:{port}/in")
    made = replace(Context(trade.context.vault), door=door)
    monkeypatch.setattr(workplace, "_context", made)
    return made


@pytest.fixture
def worker(context: Context) -> Iterator[Worker]:
    made = Worker(context)
    made.start()
    wait_for(lambda: is_there(context))
    yield made
    made.stop(5)
    db.drop_connection()


def is_there(context: Context) -> bool:
    try:
        return CLIENT.get(f"{context.door.public_url}/health").status_code == 200
    except httpx.TransportError:
        return False


def test_a_shop_is_signed_in_by_browser_tells_of_its_orders_and_says_when_it_is_uninstalled(
    trade: Trade, shop: ShopifyStore, worker: Worker
) -> None:
    draft = channels.ChannelDraft("shopify", "Oslo", shop.base_url, shop.app_credentials, settings=FAST)
    channels.add_draft(ADA, draft)
    begun = sign_in.begin(ADA, "Oslo")

    page = CLIENT.get(begun.url, follow_redirects=True)

    assert (page.status_code, "Oslo is connected" in page.text) == (200, True), page.text
    assert channels.named("Oslo").state is ChannelState.READ_ONLY
    flows.stop(ADA, flows.found("Oslo/Orders").id)
    wait_for(lambda: len(endpoint(trade, "Oslo").subscriptions) == 5)
    placed = shop.place([("MUG-1", 2)])
    wait_for(lambda: is_here(placed))
    assert endpoint(trade, "Oslo").received >= 1

    shop.tokens._refresh.clear()  # what the sandbox leaves valid
    shop.uninstall()

    wait_for(lambda: channels.named("Oslo").health is ChannelHealth.NEEDS_SIGN_IN)


def is_here(remote_id: int) -> bool:
    with db.read():
        return one("SELECT 1 FROM orders WHERE remote_id = ?", [str(remote_id)]) is not None
