"""Making the plan of a send: every order is looked at by the gates, in parts that are short for everybody else."""

import zlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise

from stogly_tui.domain.gates import Refusal, must_stay, warnings_for_a_person
from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import ChannelHealth, ChannelState, Mode, PushState
from stogly_tui.model import database as db
from stogly_tui.model.queries import alike, channels, presences, work
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.work import Candidate
from stogly_tui.model.tables.base import to_millis
from stogly_tui.operations.packed import Packed
from stogly_tui.operations.plans import (
    AlsoThere,
    DestinationSummary,
    Doubtful,
    PlanItem,
    SendPlan,
    Skipped,
    packed_items,
    packed_skipped,
    values,
)
from stogly_tui.operations.watching import Stopped, Watch

UNUSUAL = {"EUR": 100_000, "USD": 100_000, "GBP": 100_000}
"""Totals (minor units) from which an order is pointed out; other currencies are not."""
LOOK_ALIKE = timedelta(minutes=10)
AT_ONCE = 500
"""Orders that are looked at in one read."""
PAIRS_AT_MOST = 2000
"""Pairs of orders that look alike and are compared item by item; of more, the buyer and the total have to do."""
NAMED = 4


@dataclass(slots=True)
class _Going:
    """What is remembered of the orders that go, until the plan is whole."""

    items: Packed[PlanItem] = field(default_factory=packed_items)
    placed: "array[int]" = field(default_factory=lambda: array("q"))
    buyer: "array[int]" = field(default_factory=lambda: array("q"))
    """A digest of e-mail, total and currency; 0 where nobody is named."""
    ship_today: "array[int]" = field(default_factory=lambda: array("q"))
    shipped: "array[int]" = field(default_factory=lambda: array("q"))


def plan(
    actor: Actor,
    order_ids: Sequence[int],
    *,
    console: str = "",
    zone: tzinfo = UTC,
    watch: Watch | None = None,
) -> SendPlan:
    """Say what sending these orders would do. Changes nothing.

    ``console`` is who plans, so that its own presence is not told of; ``zone`` says when today ends.

    Raises:
        Stopped: ``watch`` was stopped.
    """
    actor.require(Role.OPERATOR)
    watch = watch or Watch()
    wanted = array("q", dict.fromkeys(order_ids))
    watch.begin(len(wanted))
    with db.read():
        now = db.now()
        by_id = {channel.id: channel for channel in channels.overview(with_archived=True)}
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    going, skipped = _Going(), packed_skipped()
    others: dict[tuple[str, str], AlsoThere] = {}
    for start in range(0, len(wanted), AT_ONCE):
        if watch.is_stopped:
            raise Stopped
        part = wanted[start : start + AT_ONCE].tolist()
        with db.read():
            found = work.candidates(part)
            there = presences.of(part, console)
        for candidate in found:
            source = by_id[candidate.channel_id]
            destination = by_id.get(candidate.push_destination_id or source.destination_id or 0)
            refusal = why_not(candidate, source, destination)
            if refusal is None:
                assert destination is not None
                _take(going, candidate, source, destination, tomorrow)
            else:
                skipped.add(*_stays(candidate, refusal, source))
        for one in there.values():
            known = others.get((one.actor, one.doing))
            others[one.actor, one.doing] = AlsoThere(
                one.actor, one.doing, min(one.since, known.since) if known else one.since,
                known.count + 1 if known else 1,
            )  # fmt: skip
        watch.step(len(part))
    return _whole(actor, now, going, skipped, by_id, tuple(others.values()))


def why_not(candidate: Candidate, source: ChannelRow, destination: ChannelRow | None) -> Refusal | None:
    """Say why a person cannot send this order now, or None."""
    if candidate.is_at_shop:
        return Refusal.AT_SHOP
    match candidate.push_state:
        case PushState.SENT | PushState.HANDLED_MANUALLY:
            return Refusal.ALREADY_SENT
        case PushState.QUEUED | PushState.CLAIMED | PushState.SENDING:
            return Refusal.ON_ITS_WAY
        case PushState.IN_DOUBT:
            return Refusal.IN_DOUBT
        case _:
            pass
    if candidate.may_exist:
        return Refusal.MAY_BE_THERE
    blocked = must_stay(candidate.facts)
    if blocked is not None:
        return blocked
    if source.state is not ChannelState.ACTIVE:
        return Refusal.CHANNEL_NOT_LIVE
    if destination is None or source.mode is not Mode.PUSH or destination.state is ChannelState.ARCHIVED:
        return Refusal.NO_DESTINATION
    return None


def _take(
    going: _Going, one: Candidate, source: ChannelRow, destination: ChannelRow, tomorrow: datetime
) -> None:
    going.items.add(
        one.order_id, one.number, source.name, one.revision, one.total, one.currency, destination.name,
        tuple(warnings_for_a_person(one.facts)),
    )  # fmt: skip
    going.placed.append(to_millis(one.placed_at))
    buyer = f"{one.email.lower()} {one.total} {one.currency}".encode()
    going.buyer.append(zlib.crc32(buyer) + 1 if one.email else 0)
    if one.ship_by is not None and one.ship_by < tomorrow:
        going.ship_today.append(one.order_id)
    if one.facts.is_shipped:
        going.shipped.append(len(going.items) - 1)


def _stays(
    one: Candidate, refusal: Refusal, source: ChannelRow
) -> tuple[int, str, Refusal, str, str, datetime | None]:
    on_its_way = refusal is Refusal.ON_ITS_WAY
    detail = source.name if refusal in (Refusal.CHANNEL_NOT_LIVE, Refusal.NO_DESTINATION) else ""
    by, since = (one.queued_by, one.queued_at) if on_its_way else ("", None)
    return one.order_id, one.number, refusal, detail, by, since


def _whole(
    actor: Actor,
    now: datetime,
    going: _Going,
    skipped: Packed[Skipped],
    by_id: Mapping[int, ChannelRow],
    others: tuple[AlsoThere, ...],
) -> SendPlan:
    counts = Counter(values(going.items, "destination"))
    oldest = min(going.placed, default=None)
    return SendPlan(
        made_at=now,
        made_by=actor.name,
        items=going.items,
        skipped=skipped,
        doubtful=tuple(_doubtful(going)),
        destinations=tuple(_summary(one, counts[one.name]) for one in by_id.values() if counts[one.name]),
        ship_today=len(going.ship_today),
        oldest=None if oldest is None else datetime.fromtimestamp(oldest / 1000, UTC),
        also_there=others,
        _ship_today=going.ship_today.tolist(),
    )


def _doubtful(going: _Going) -> list[Doubtful]:
    told = [_named(going, pair, f"{how}, {_apart(going, pair)}") for pair, how in _alike(going)]
    large: dict[str, list[int]] = {}
    for index, (total, currency) in enumerate(
        zip(values(going.items, "total"), values(going.items, "currency"), strict=True)
    ):
        if total >= UNUSUAL.get(currency, 10**15):
            large.setdefault(currency, []).append(index)
    told += [
        _named(going, many, f"over {currency} {UNUSUAL[currency] // 100:,}")
        for currency, many in large.items()
    ]
    if going.shipped:
        told.append(_named(going, going.shipped, "shipped already, says its channel"))
    return told


def _alike(going: _Going) -> list[tuple[tuple[int, int], str]]:
    """Pairs of one buyer and one total that were placed within minutes, with the same items where that can be seen."""
    order = sorted(range(len(going.items)), key=lambda n: (going.buyer[n], going.placed[n]))
    near = LOOK_ALIKE // timedelta(milliseconds=1)
    pairs = [
        (first, second)
        for first, second in pairwise(order)
        if going.buyer[first] and going.buyer[first] == going.buyer[second]
        and going.placed[second] - going.placed[first] <= near
    ]  # fmt: skip
    if len(pairs) > PAIRS_AT_MOST:
        return [(pair, "same buyer, same total") for pair in pairs]
    keys = [going.items.values(index)[0] for pair in pairs for index in pair]
    with db.read():
        items = alike.items_of(keys)
    return [
        (pair, "same buyer, same items")
        for pair, (one, two) in zip(pairs, zip(keys[::2], keys[1::2], strict=True), strict=True)
        if items.get(one) == items.get(two)
    ]


def _apart(going: _Going, pair: tuple[int, int]) -> str:
    minutes = (going.placed[pair[1]] - going.placed[pair[0]]) // 60_000
    return f"{minutes} min" if minutes else "within a minute"


def _named(going: _Going, indices: Sequence[int], why: str) -> Doubtful:
    keys = array("q", (going.items.values(index)[0] for index in indices))
    return Doubtful(keys, tuple(going.items.values(index)[1] for index in indices[:NAMED]), why)


def _summary(destination: ChannelRow, count: int) -> DestinationSummary:
    settings = destination.settings
    trouble = "" if destination.health is ChannelHealth.OK else destination.health.value.replace("_", " ")
    if destination.state is ChannelState.PAUSED:
        trouble = "paused"
    return DestinationSummary(
        destination.name,
        count,
        str(settings.get("destination_status", "processing")),
        bool(settings.get("destination_mails_buyer", False)),
        bool(settings.get("destination_takes_stock", True)),
        destination.waiting,
        float(settings.get("requests_per_second", 10.0)),
        trouble,
    )
