"""Adding and changing flows: their type, their name, and the settings that the type has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stogly_tui.console.forms import as_text
from stogly_tui.console.screens.asking import ask_and_do
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Answers, Ask, Question
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import FlowType
from stogly_tui.model.queries.channels import ChannelRow, FlowRow
from stogly_tui.operations import flow_settings, flows
from stogly_tui.operations.fields import SettingField
from stogly_tui.present.blocks import Tone, wrapped

WIDTH = 70
NAME = "flow_name"
KINDS = {
    FlowType.ORDERS: ("orders", "orders, at an interval"),
    FlowType.ORDERS_DAILY: ("orders_daily", "daily re-fetch"),
    FlowType.HISTORY: ("history", "history"),
}
ABOUT = {
    FlowType.ORDERS: "Reads what is new or was modified, at an interval.",
    FlowType.ORDERS_DAILY: "Once a day the last days are read again by creation time and compared by id, in the zone of "
    "the channel: the proof that nothing is missing. It reports what it found missing.",
    FlowType.HISTORY: "Reads what was placed before the channel was connected, window by window, slower than live orders.",
    FlowType.PUSH: "Sends what is due. What is sent and when is set at the channel it comes from.",
}  # fmt: skip


def ask_type(screen: ConsoleScreen[Any], row: ChannelRow) -> None:
    """Ask for the type of a new flow, then for what that type has."""
    kinds = Question(
        "type", "Type", FlowType.ORDERS_DAILY.value, 
        options=tuple((kind.value, title) for kind, (_, title) in KINDS.items()),
    )  # fmt: skip
    about = wrapped("A flow is one job between us and a channel, with its own name and schedule.", WIDTH)
    for kind, (_, title) in KINDS.items():
        about += wrapped(f"{title}: {ABOUT[kind]}", WIDTH, 2, Tone.MUTED)

    def answered(answers: Answers | None) -> None:
        if answers:
            ask_new(screen, row, FlowType(answers["type"]))

    screen.app.push_screen(Ask(f"ADD FLOW TO {row.name}", about, (kinds,), "Next"), answered)


def ask_new(screen: ConsoleScreen[Any], row: ChannelRow, kind: FlowType) -> None:
    """Ask for name and settings of a new flow."""
    actor, word = screen.services.actor, KINDS[kind][0]
    name = Question(
        NAME, "Name", "", flows.NAMES[kind], about="How it is called in lists; blank: as its type."
    )
    questions = [] if kind is FlowType.HISTORY else [name]
    known = [one for one in flow_settings.settings_of(kind) if one.name != flow_settings.ONCE_A_DAY]
    questions += [_question(one, one.default) for one in known]
    ask_and_do(
        screen, f"ADD FLOW: {row.name}, {KINDS[kind][1]}", wrapped(ABOUT[kind], WIDTH), questions, "Add",
        lambda answers: lambda: flows.add(
            actor, row.name, word, name=answers.get(NAME, ""), settings=_settings(answers)
        ),
        lambda flow: f"{flow.channel}: {flow.name} is added.",
        lambda answers: _wrong(kind, _settings(answers)),
    )  # fmt: skip


def ask_change(screen: ConsoleScreen[Any], flow: FlowRow) -> None:
    """Ask for another name, schedule and settings of a flow."""
    actor = screen.services.actor
    name = Question(NAME, "Name", flow.name, about="How it is called in lists.", is_needed=True)
    stored = {**flow.settings}
    questions = [name]
    if flow.type is not FlowType.HISTORY:
        questions += [
            _question(one, stored.get(one.name, one.default)) for one in flow_settings.settings_of(flow.type)
        ]

    def act(answers: Answers) -> Any:
        wanted = _fitting(flow.type, _settings(answers))
        return lambda: flows.change(actor, flow, name=answers[NAME], settings=wanted)

    ask_and_do(
        screen, f"CHANGE FLOW: {flow.channel}, {flow.name}", wrapped(ABOUT[flow.type], WIDTH), questions, "Save", act,
        lambda changed: f"{changed.channel}: {changed.name} is changed, in force within a second.",
        lambda answers: _wrong(flow.type, _fitting(flow.type, _settings(answers))),
    )  # fmt: skip


def _question(one: SettingField, value: Any) -> Question:
    low, high = (f"{edge:g}" if edge is not None else "" for edge in (one.minimum, one.maximum))
    bounds = f"{low} to {high} {one.unit}".strip() if low or high else one.unit
    default = f"default {as_text(one.default)}" if one.default not in (None, "") else "default: blank"
    about = f"{one.help} {', '.join(part for part in (bounds, default) if part).capitalize()}."
    switch = (("true", "yes"), ("false", "no")) if one.is_switch else ()
    return Question(one.name, one.title, as_text(value), bounds, options=switch, about=about)


def _settings(answers: Answers) -> dict[str, str]:
    return {name: value for name, value in answers.items() if name != NAME}


def _fitting(kind: FlowType, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings the flow will have: `Transfer orders once a day` makes it another type, which takes others back."""
    switch = settings.get(flow_settings.ONCE_A_DAY)
    target = {"true": FlowType.ORDERS_DAILY, "false": FlowType.ORDERS}.get(switch or "", kind)
    known = {one.name for one in flow_settings.settings_of(target)}
    return {name: value if name in known else "" for name, value in settings.items()}


def _wrong(kind: FlowType, settings: Mapping[str, str]) -> str:
    try:
        flow_settings.read(kind, settings)
    except InvalidInput as error:
        titles = {one.name: one.title for one in flow_settings.settings_of(kind)}
        return " ".join(
            f"{titles.get(one.field, one.field)}: {one.message} {one.remedy}".strip()
            for one in error.problems
        )
    return ""
