"""What a flow can be set to, by type; form, ``--set`` and the worker read these same fields."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import FlowType
from stogly_tui.operations import fields
from stogly_tui.operations.fields import SettingField
from stogly_tui.platforms.settings import setting
from stogly_tui.sync import refetch

ONCE_A_DAY = "transfer_once_a_day"
_FORBID = ConfigDict(extra="forbid", frozen=True)


class OrdersFlow(BaseModel):
    """Reads what was modified since the last time."""

    model_config = _FORBID

    transfer_once_a_day: bool = setting(
        False,
        "Transfer orders once a day",
        "yes: reads the last days again by creation time and compares ids, as the proof that nothing is missing.",
    )
    interval: int | None = setting(
        None,
        "Interval",
        "How often it runs; blank: the channel's Auto-sync interval.",
        unit="minutes",
        ge=1,
        le=60,
    )


class DailyFlow(BaseModel):
    """Reads the last days again, once a day."""

    model_config = _FORBID

    transfer_once_a_day: bool = setting(
        True,
        "Transfer orders once a day",
        "no: it becomes a flow that reads what was modified, at an interval.",
    )
    transmission_time: str = setting(
        refetch.DEFAULTS["transmission_time"],
        "Transmission time",
        "When it starts, HH:MM in the time zone of the channel.",
    )
    timeframe_days: int = setting(
        refetch.DEFAULTS["timeframe_days"],
        "Timeframe to receive data",
        "How many days back are read again.",
        unit="days",
        ge=1,
        le=90,
    )
    time_difference: int = setting(
        refetch.DEFAULTS["time_difference"],
        "Timedifference",
        "Seconds that are kept to the regular run.",
        unit="seconds",
        ge=0,
        le=3600,
    )

    @field_validator("transmission_time")
    @classmethod
    def _is_time_of_day(cls, value: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError(f"{value!r} is no time of day; write it like 03:00")
        return value


class HistoryFlow(BaseModel):
    """Reads what was placed before the channel was connected, slower than live orders."""

    model_config = _FORBID

    since: datetime | None = setting(
        None, "From", "The day from which history is read, for example 2024-01-01; blank: from the beginning."
    )


class PushFlow(BaseModel):
    """Sends what is due; what and when is set at the channel."""

    model_config = _FORBID


MODELS: dict[FlowType, type[BaseModel]] = {
    FlowType.ORDERS: OrdersFlow,
    FlowType.ORDERS_DAILY: DailyFlow,
    FlowType.HISTORY: HistoryFlow,
    FlowType.PUSH: PushFlow,
}


def settings_of(type: FlowType) -> list[SettingField]:
    """Every setting of a flow of this type, in order."""
    return fields.of_model(MODELS[type])


def read(type: FlowType, given: Mapping[str, Any]) -> tuple[FlowType, dict[str, Any]]:
    """The type that is meant and its settings, from what was typed; a blank value takes one back.

    ``Transfer orders once a day`` is what makes an orders flow a daily one.

    Raises:
        InvalidInput: every problem by field.
    """
    given = {key: value for key, value in given.items() if value not in ("", None)}
    if type in (FlowType.ORDERS, FlowType.ORDERS_DAILY):
        type = _by_schedule(type, given)
    model = MODELS[type]
    given.pop(ONCE_A_DAY, None)
    try:
        chosen = model.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(*fields.problems_of(error, model)) from None
    told = chosen.model_dump(mode="json", exclude_unset=True)
    return type, told


def changed(
    type: FlowType, stored: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[FlowType, dict[str, Any]]:
    """The same for a flow that has settings: what the type that is meant does not know of them falls away.

    Raises:
        InvalidInput: every problem by field.
    """
    if type in (FlowType.ORDERS, FlowType.ORDERS_DAILY):
        type = _by_schedule(type, given)
    kept = {key: value for key, value in stored.items() if key in MODELS[type].model_fields}
    foreign = {key for known in MODELS.values() for key in known.model_fields} - MODELS[
        type
    ].model_fields.keys()
    blank = {key for key in foreign if given.get(key, "") in ("", None)}
    return read(type, {**kept, **{key: value for key, value in given.items() if key not in blank}})


def next_due(
    type: FlowType, settings: Mapping[str, Any], zone: str, now: datetime, regular: datetime | None = None
) -> datetime | None:
    """When a flow with these settings runs next; None when something else says so."""
    match type:
        case FlowType.ORDERS_DAILY:
            return refetch.next_time(json.dumps(dict(settings)), zone, now, regular)
        case FlowType.ORDERS:
            return now
        case _:
            return None


def _by_schedule(type: FlowType, given: Mapping[str, Any]) -> FlowType:
    word = str(given.get(ONCE_A_DAY, "")).lower()
    if word in ("true", "yes", "1", "on"):
        return FlowType.ORDERS_DAILY
    if word in ("false", "no", "0", "off"):
        return FlowType.ORDERS
    if word:
        raise InvalidInput(FieldProblem(ONCE_A_DAY, f"{word!r} is neither yes nor no."))
    return type
