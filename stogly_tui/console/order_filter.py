"""What is typed behind ``/``: free text, and words with a field: ``channel:woo status:pending push:error placed:30d``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from stogly_tui.domain.safe_text import folded
from stogly_tui.domain.states import OrderStatus, PushState, PushWord
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderFilter

FIELDS = ("channel", "status", "push", "customer", "placed")
DAYS = (("", "any time"), ("1", "today (24 h)"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
PUSH = (
    ("", "any"),
    ("not_sent", "Not Sent"),
    ("error", "Error"),
    ("sent", "Sent"),
    ("queued", "queued"),
    ("in_doubt", "outcome unknown"),
    ("handled_manually", "sent by hand"),
    ("not_applicable", "at shop"),
)
_WORD = re.compile(r'(\w+):("[^"]*"|\S*)|(\S+)')


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asks to see: the typed text and the drop-downs beside it."""

    text: str = ""
    channel: str = ""
    """The id of a channel, or blank."""
    push: str = ""
    days: str = ""
    sort: str = "placed"
    errors_only: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether everything is shown."""
        return replace(self, sort="placed") == Wanted()


def to_filter(wanted: Wanted, channels: Sequence[ChannelRow], now: datetime) -> tuple[OrderFilter, str]:
    """The filter that is meant, and what could not be understood (blank when all was)."""
    told, problem = _typed(wanted.text, {channel.id: channel.name for channel in channels}, now)
    if wanted.channel:
        told = replace(told, channels=(int(wanted.channel),))
    if wanted.push:
        told = _with_push(told, wanted.push) or told
    if wanted.days:
        told = replace(told, since=now - timedelta(days=int(wanted.days)))
    return (told.errors_only() if wanted.errors_only else told), problem


def _typed(text: str, channels: Mapping[int, str], now: datetime) -> tuple[OrderFilter, str]:
    told, free, problem = OrderFilter(), [], ""
    for field, quoted, word in _WORD.findall(text):
        value = quoted.strip('"')
        if word or field not in FIELDS:
            free.append(word or f"{field}:{quoted}")
            continue
        if not value:
            continue
        read = _field(told, field, value, channels, now)
        if read is None:
            problem = f"{field}:{value} is not known"
        else:
            told = read
    return replace(told, search=" ".join(free)), problem


def _field(
    told: OrderFilter, field: str, value: str, channels: Mapping[int, str], now: datetime
) -> OrderFilter | None:
    match field:
        case "channel":
            wanted = folded(value).replace(" ", "")
            found = tuple(key for key, name in channels.items() if wanted in folded(name).replace(" ", ""))
            return replace(told, channels=found) if found else None
        case "status":
            statuses = tuple(status for status in OrderStatus if status.value.startswith(value.lower()))
            return replace(told, statuses=told.statuses + statuses) if statuses else None
        case "push":
            return _with_push(told, value.lower().replace("-", "_"))
        case "customer":
            return replace(told, customer=value)
        case _:
            days = re.fullmatch(r"(\d{1,4})d?", value)
            return replace(told, since=now - timedelta(days=int(days[1]))) if days else None


def _with_push(told: OrderFilter, value: str) -> OrderFilter | None:
    words = {word.value for word in PushWord}
    if value in words:
        return replace(told, push=(*told.push, PushWord(value)))
    if value in {state.value for state in PushState}:
        return replace(told, states=(*told.states, PushState(value)))
    return None
