"""Turns a good JSON reply into the wrong one a fault asks for."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from stogly_tui.sandbox.faults import Fault
from stogly_tui.sandbox.wire import Json, Reply, WooError, critical_error, encode, html_page, refusal

_PAGES = {429: "Too Many Requests", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out"}


def instead(fault: Fault) -> Reply:
    """The reply of a fault that keeps the site from handling the request."""
    if fault.kind == "redirect":
        return Reply(fault.code or 302, b"", {"Location": fault.location})
    if fault.kind == "html_200":
        return Reply(
            200, html_page("Welcome", "This is a page, not an answer."), media_type="text/html; charset=UTF-8"
        )
    code = fault.code or 500
    headers = dict(fault.headers)
    if fault.body is not None:
        return Reply(code, fault.body.encode(), headers, headers.pop("Content-Type", "application/json"))
    if code in _PAGES:
        return Reply(code, html_page(f"{code} {_PAGES[code]}", "nginx"), headers, "text/html")
    error = (
        critical_error() if code == 500 else WooError(code, "sandbox_fault", "The sandbox was told to fail.")
    )
    return refusal(error, headers)


def afterwards(fault: Fault, reply: Reply) -> Reply:
    """A handled request's reply, with the fault's damage to its content."""
    if fault.kind == "error_after_commit":
        return instead(replace(fault, kind="status"))
    if fault.kind == "malformed_json":
        return replace(reply, body=reply.body[:-1] + b",,")
    change = _CHANGES.get(fault.kind)
    if fault.kind == "unknown_status":
        change = partial(_unknown_status, fault.order_status or "awaiting-pickup")
    return reply if change is None else replace(reply, body=encode(_each(reply.json(), change)))


def _each(content: Any, change: Callable[[Json], Json]) -> Any:
    if isinstance(content, list):
        return [_each(one, change) for one in content]
    return change(content) if isinstance(content, dict) else content


def _wrong_types(one: Json) -> Json:
    wrong = dict(one)
    if "id" in wrong:
        wrong["id"] = str(wrong["id"])
    if "total" in wrong:
        wrong["total"] = float(wrong["total"])
    if "line_items" in wrong:
        wrong["line_items"] = None
    return wrong


def _unknown_fields(one: Json) -> Json:
    added = {**one, "x_plugin_data": {"nested": [1, {"deep": None}]}, "x_flag": True}
    if isinstance(one.get("line_items"), list):
        added["line_items"] = [{**line, "x_bundle_of": [1, 2]} for line in one["line_items"]]
    return added


def _unknown_status(status: str, one: Json) -> Json:
    return {**one, "status": status} if "status" in one else one


_CHANGES: dict[str, Callable[[Json], Json]] = {"wrong_types": _wrong_types, "unknown_fields": _unknown_fields}
