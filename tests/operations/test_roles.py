"""Who may do what: every public operation that takes an actor asks for a role before it does anything."""

import contextlib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stogly_tui import operations
from stogly_tui.domain.people import Actor, NotAllowed, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model.queries.base import rows
from stogly_tui.operations import bulk, channels, flows, go_live, pushes
from tests.support.trade import BEGINNING, Trade

Operation = Callable[..., Any]
ADMIN_ONLY = {
    "channels.add_draft", "sign_in.begin", "sign_in.finish", "webhooks.repair",
    "channels.add", "channels.change", "channels.pause", "channels.resume", "channels.remove",
    "flows.add", "flows.stop", "flows.change", "flows.remove", "go_live.plan_go_live", "go_live.go_live",
    "pushes.confirm_sending", "backup.make", "users.put", "users.remove",
}  # fmt: skip
"""What changes settings, or what is sent without a person."""


def every_operation() -> Iterator[tuple[str, Operation]]:
    for module_info in pkgutil.iter_modules(operations.__path__):
        module = importlib.import_module(f"stogly_tui.operations.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module_info.name}.{name}", function


OPERATIONS = dict(every_operation())
LOOKING = {
    "connecting.named", "connecting.validate", "connecting.check", "connecting.with_destination",
    "connecting.destination_of", "effects.effects", "effects.cautions", "fields.of_model", "fields.problems_of",
    "flow_settings.settings_of", "flow_settings.read", "flow_settings.next_due", "flow_settings.changed",
    "users.acting",
    "users.everyone", "handovers.latest", "fields.settings_of", "fields.credentials_of",
    "fields.values", "fields.read_settings", "fields.read_credentials", "fields.schema", "fields.nearest",
    "flows.found", "orders.resolve", "orders.unknown_skus", "orders.find_skus", "pulls.sources", "pulls.results",
    "views.save", "views.remove", "workplace.use", "workplace.context", "doctor.examine", "preferences.remember",
    "preferences.remembered", "team.assigned_words", "team.note_text", "team.people", "team.person",
    "team.require_unchanged",
    "planning.why_not", "plans.packed_items", "plans.packed_skipped", "plans.values", "bulk.of_send", "bulk.why_not",
    "privacy.is_hidden_from", "privacy.as_seen_by", "privacy.rows_as_seen_by", "privacy.masked", "privacy.show_customer",
}  # fmt: skip
"""What changes nothing that others see but the list of who looked, and is open to everybody."""
WITH_ACTOR = {
    name: call for name, call in OPERATIONS.items()
    if "actor" in inspect.signature(call).parameters and name not in LOOKING
}  # fmt: skip


PLANS: dict[str, Any] = {
    "go_live": go_live.GoLivePlan("Shop", BEGINNING, 0, 0, 0, 0),
    "bulk": bulk.BulkPlan(bulk.Verb.HOLD, "", BEGINNING, (), (), {}),
}


def call(name: str, actor: Actor, trade: Trade) -> None:
    """Call an operation with arguments that would let it do its work."""
    trade.place()
    order_id = 1
    plan = pushes.SendPlan(BEGINNING, "ada", (), (), (), (), 0, None)
    given: dict[str, Any] = {
        "name": "Shop", "channel_name": "Shop", "order_id": order_id, "order_ids": [order_id], "reason": "because",
        "settings": {}, "type": "orders", "flow": flows.found("Shop/Orders"), "flow_id": 1, "is_there": True,
        "destination_name": "Main", "sku": "TEE", "destination_sku": "MUG", "changes": {"city": "X"}, "names": [],
        "pasted": "?state=x", "role": "admin", "since": BEGINNING, "until": BEGINNING + timedelta(days=1),
        "day": BEGINNING.date(), "remote_id": "11", "target": Path("never.db"), "decision": "done there too",
        "text": "a note", "ids": [1], "console": "mine", "doing": "sending", "verb": bulk.Verb.HOLD,
        "draft": channels.ChannelDraft("woocommerce", "New", trade.shop.base_url),
        "plan": PLANS.get(name.partition(".")[0], plan),
    }  # fmt: skip
    signature = inspect.signature(WITH_ACTOR[name])
    needed = {
        key: given[key]
        for key, parameter in signature.parameters.items()
        if key != "actor" and parameter.default is inspect.Parameter.empty
    }
    WITH_ACTOR[name](actor, **needed)


def everything_stored() -> dict[str, list[tuple[Any, ...]]]:
    with db.read():
        tables = [row[0] for row in rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: rows(f"SELECT * FROM {table}") for table in tables}


def test_every_operation_takes_an_actor_or_is_known_to_change_nothing() -> None:
    assert WITH_ACTOR.keys() | LOOKING == OPERATIONS.keys()


@pytest.mark.parametrize("name", WITH_ACTOR)
def test_a_viewer_can_change_nothing(name: str, trade: Trade) -> None:
    before = everything_stored()

    with pytest.raises(NotAllowed, match="eve is viewer; this needs the role"):
        call(name, Actor("eve", Role.VIEWER), trade)

    assert everything_stored() == before


@pytest.mark.parametrize("name", sorted(ADMIN_ONLY))
def test_an_operator_can_change_no_settings(name: str, trade: Trade) -> None:
    before = everything_stored()

    with pytest.raises(NotAllowed, match="ope is operator; this needs the role admin"):
        call(name, Actor("ope", Role.OPERATOR), trade)

    assert everything_stored() == before


@pytest.mark.parametrize("name", sorted(WITH_ACTOR.keys() - ADMIN_ONLY))
def test_an_operator_may_work_on_orders(name: str, trade: Trade) -> None:
    trade.place()
    trade.pull()
    trade.send()
    with contextlib.suppress(InvalidInput):  # refused for another reason than the role
        call(name, Actor("ope", Role.OPERATOR), trade)


def test_every_change_by_a_person_is_in_the_audit_trail(trade: Trade) -> None:
    trade.place()
    trade.pull()
    trade.send()
    pushes.recall(Actor("ope", Role.OPERATOR), trade.ids())
    channels.change(Actor("ada", Role.ADMIN), "Shop", settings={"auto_send": "always"})

    with db.read():
        told = rows("SELECT actor, verb FROM audit ORDER BY id")
    assert [*told[-3:]] == [("ada", "send"), ("ope", "recall"), ("ada", "change_channel")]
