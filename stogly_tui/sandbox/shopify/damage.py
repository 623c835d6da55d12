"""Turns a good GraphQL reply into the wrong one a fault asks for."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stogly_tui.sandbox import damage
from stogly_tui.sandbox.faults import Fault
from stogly_tui.sandbox.wire import Json, Reply

_SHOWN_STATUSES = {"displayFinancialStatus", "displayFulfillmentStatus"}


def instead(fault: Fault) -> Reply:
    """The reply of a fault that keeps the shop from handling the request."""
    reply = damage.instead(fault)
    if (
        fault.kind in {"status", "half_made"}
        and fault.body is None
        and reply.media_type.startswith("application/json")
    ):
        return replace(reply, body=b'{"errors":"Internal Server Error"}')
    return reply


def afterwards(fault: Fault, reply: Reply) -> Reply:
    """A handled request's reply, with the fault's damage to its content."""
    change = _changes(fault).get(fault.kind)
    if fault.kind == "error_after_commit":
        return instead(replace(fault, kind="status"))
    if change is None:
        return damage.afterwards(fault, reply)
    body = reply.json()
    if isinstance(body, dict) and "data" in body:
        body["data"] = _each(body["data"], change)
    return replace(reply, body=json.dumps(body, ensure_ascii=False).encode())


def first_order_id(reply: Reply) -> int | None:
    """The first order of the page just read."""
    body = reply.json()
    listed = ((body.get("data") or {}).get("orders") or {}) if isinstance(body, dict) else {}
    nodes = listed.get("nodes") or [edge["node"] for edge in listed.get("edges") or []]
    gid = nodes[0].get("id", "") if nodes else ""
    return int(gid.rpartition("/")[2]) if gid else None


def _changes(fault: Fault) -> dict[str, Callable[[str, Any], Any]]:
    return {
        "wrong_types": _wrong_type,
        "unknown_fields": _with_more,
        "unknown_status": lambda name, value: (
            fault.order_status or "AWAITING_PICKUP" if name in _SHOWN_STATUSES else value
        ),
    }


def _each(content: Any, change: Callable[[str, Any], Any]) -> Any:
    if isinstance(content, list):
        return [_each(one, change) for one in content]
    if isinstance(content, dict):
        return {name: change(name, _each(value, change)) for name, value in content.items()}
    return content


def _wrong_type(name: str, value: Any) -> Any:
    if name == "id" and isinstance(value, str):
        digits = value.rpartition("/")[2]
        return int(digits) if digits.isdigit() else value
    if name == "amount":
        return float(value)
    return None if name == "lineItems" else value


def _with_more(_name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    added: Json = {**value, "xFlag": True, "xNested": {"deep": [1, None]}}
    return added
