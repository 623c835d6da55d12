"""Rows to test the model with: a source, a destination, and orders as a platform would translate them."""

import itertools
import json
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stogly_tui.domain.orders import Address, IncomingLine, IncomingOrder
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import ChannelRole, ChannelState, IntakeState, PaymentStatus
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import one, rows
from stogly_tui.model.tables import Channel, Order
from stogly_tui.model.transitions import intake, pushes

ADA = Actor("ada", Role.ADMIN)
PLACED = datetime(2026, 11, 20, 12, tzinfo=UTC)
_bodies = itertools.count(1)
_spawning = multiprocessing.get_context("spawn")


def add_channel(name: str, role: ChannelRole = ChannelRole.SOURCE, destination: int | None = None) -> int:
    """An active channel; its id."""
    with db.write(ADA) as tx:
        return int(
            Channel.insert(
                platform="woocommerce", name=name, name_key=name.lower(), account_id=name, role=role,
                state=ChannelState.ACTIVE, destination=destination, created_at=tx.at, updated_at=tx.at,
            ).execute()
        )  # fmt: skip


def incoming(remote_id: str, minutes: int = 0, **more: Any) -> IncomingOrder:
    """An order of one tee, last changed so many minutes after it was placed."""
    order = IncomingOrder(
        remote_id=remote_id, incarnation=f"key-{remote_id}", number=remote_id, currency="EUR", total=2000,
        placed_at=PLACED, modified_at=PLACED + timedelta(minutes=minutes), remote_status="processing",
        payment=PaymentStatus.PAID, confirmed=True, customer="Mia Jensen", email="mia@example.com",
        shipping=Address(name="Mia Jensen", line1="Havnegade 12", city="Kobenhavn", country="DK"),
        lines=(IncomingLine("1", "TEE", "Tee", 1, 2000),),
    )  # fmt: skip
    return replace(order, **more)


def record(
    order: IncomingOrder, intake_state: IntakeState = IntakeState.ACCEPTED, **more: Any
) -> intake.Record:
    """A record as a page brings it, each with bytes of its own."""
    body = more.pop("body", None) or json.dumps([next(_bodies), asdict(order)], default=str).encode()
    return intake.Record(body, order.remote_id, order, intake_state, **more)


def store(channel_id: int, records: Sequence[intake.Record]) -> intake.Counts:
    """Store a page in a transaction of its own."""
    with db.write(ADA) as tx:
        return intake.store(tx, channel_id, "", None, records)


def add_orders(channel_id: int, count: int) -> list[int]:
    """So many accepted orders; their ids, oldest first."""
    store(channel_id, [record(incoming(str(1000 + number))) for number in range(count)])
    with db.read():
        return [
            row[0] for row in rows("SELECT id FROM orders WHERE channel_id = ? ORDER BY id", [channel_id])
        ]


def queue(order_ids: Sequence[int], destination_id: int) -> list[int]:
    """Queue these orders as they are now; their pushes."""
    with db.write(ADA) as tx:
        pushes.queue(tx, [to_queue(order_id, destination_id) for order_id in order_ids], rule="by hand")
    with db.read():
        return [row[0] for row in rows("SELECT push_id FROM orders WHERE push_id IS NOT NULL ORDER BY id")]


def to_queue(order_id: int, destination_id: int, generation: int = 1) -> pushes.ToQueue:
    """What queueing an order as it is now needs."""
    revision = int(Order.select(Order.revision).where(Order.id == order_id).scalar())
    return pushes.ToQueue(
        order_id, revision, destination_id, f"ref:{order_id}:{generation}", None, generation
    )


def count(sql: str, parameters: Sequence[object] = ()) -> int:
    """The number that a statement answers."""
    with db.read():
        found = one(sql, parameters)
    assert found is not None
    return int(found[0])


def in_process(work: Callable[..., None], *arguments: object) -> Any:
    """Start ``work`` in a process of its own; join it with `ended_well`."""
    process = _spawning.Process(target=work, args=arguments)
    process.start()
    return process


def ended_well(*processes: Any) -> None:
    """Wait for processes, and for each to have ended by itself without an error."""
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * len(processes)
