"""Stored orders judged again: after a filter changed, after Go live, and Retry of a failed intake."""

from datetime import datetime, timedelta

from stogly_tui.domain.people import Actor
from stogly_tui.domain.states import IntakeState, Level
from stogly_tui.model import database as db
from stogly_tui.model.queries import channels, golive, work
from stogly_tui.model.transitions import channels as channel_transitions
from stogly_tui.model.transitions import intake, meta, orders, runs
from stogly_tui.platforms.base import RawOrder
from stogly_tui.sync.context import Context
from stogly_tui.sync.judge import Rules, judge, names_buyer

DECIDING = frozenset({
    "import_statuses", "cancel_statuses", "financial_statuses", "fulfilment_statuses", "import_tags", "physical_only",
    "fallback_customer", "orders_from", "destination",
})  # fmt: skip
"""Settings of a channel by which its stored orders are judged."""
ASKED = "rejudge:"
PATIENCE = timedelta(minutes=2)
"""How long whoever changed the rules may take before the worker takes over."""
JUDGED = (IntakeState.ACCEPTED, IntakeState.HISTORY, IntakeState.FILTERED, IntakeState.HELD)


def ask(tx: db.Tx, channel_id: int) -> None:
    """Note, with the change of the rules, that stored orders have to be judged again: a process may die before it has."""
    meta.put(tx, f"{ASKED}{channel_id}", tx.at.isoformat())


def overdue() -> list[int]:
    """Channels whose orders wait to be judged again because the process that was at it is gone."""
    now = db.now()
    return [
        int(key.removeprefix(ASKED))
        for key, asked_at in work.facts(ASKED)
        if abs(now - datetime.fromisoformat(asked_at)) > PATIENCE
    ]


def rejudge(context: Context, actor: Actor, channel_id: int) -> int:
    """Judge every order of a channel that has not left by the rules of now; returns how many changed."""
    with db.read():
        asked_at = meta.get(f"{ASKED}{channel_id}")
    changed = _judge_all(context, actor, channel_id)
    if asked_at is not None:
        with db.write(actor) as tx:
            meta.forget(tx, f"{ASKED}{channel_id}", asked_at)
    return changed


def _judge_all(context: Context, actor: Actor, channel_id: int) -> int:
    with db.read():
        channel = channels.by_id(channel_id)
    if channel is None:
        return 0
    changed = 0
    with context.connected(channel) as line, db.connection():
        source = line.orders
        if source is None:
            return 0
        for chunk in golive.to_judge_again(channel_id):
            read = [(stored, source.read_again(stored.payload)) for stored in chunk]
            with db.write(actor) as tx:
                now = channel_transitions.lock(tx, channel_id, shared=True)
                if now is None:
                    break
                rules = Rules.of(now)  # of this very moment: Go live or a change may come in the middle
                verdicts = (_verdict(stored, raw, rules, channel_id) for stored, raw in read)
                changed += orders.rejudge(tx, [verdict for verdict in verdicts if verdict is not None])
    return changed


def _verdict(
    stored: golive.StoredOrder, raw: RawOrder, rules: Rules, channel_id: int
) -> orders.Verdict | None:
    references = [raw.order.reference] if raw.order and raw.order.reference else []
    record = judge(raw, rules, work.echoes(channel_id, references))
    if record.order is None or record.intake not in JUDGED:
        return None
    is_named = raw.order is None or names_buyer(raw.order)
    buyer = None if is_named else (record.order.customer, record.order.email, record.content)
    return orders.Verdict(
        stored.id, stored.digest, record.intake, record.reason, record.hold, record.cancel, record.status,
        record.is_at_shop, buyer,
    )  # fmt: skip


def retry(context: Context, actor: Actor, order_id: int) -> IntakeState | None:
    """Retry an intake from the stored payload; returns what became of it."""
    with db.read():
        found = golive.stored(order_id)
    if found is None:
        return None
    stored, channel_id = found
    with db.read():
        channel = channels.by_id(channel_id)
    if channel is None:
        return None
    with context.connected(channel) as line:
        if line.orders is None:
            return None
        raw = line.orders.read_again(stored.payload)
    references = [raw.order.reference] if raw.order and raw.order.reference else []
    with db.write(actor) as tx:
        record = judge(raw, Rules.of(channel), work.echoes(channel_id, references), is_fresh=True)
        intake.store(tx, channel_id, channel.order_prefix, None, [record])
        tx.audit("retry", "order", order_id, reason=f"read again from what is stored: {record.intake}")
        runs.log(
            tx, Level.INFO, "RETRY", f"read again from what is stored: {record.intake}", order_id=order_id
        )
    return record.intake
