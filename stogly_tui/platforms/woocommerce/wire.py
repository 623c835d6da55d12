"""Reading what WooCommerce sends, tolerantly: exact bytes per record, PHP notices before the JSON, odd types."""

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.errors import AuthFailed, NotFound, PlatformError, Rejected, Unavailable
from stogly_tui.platforms.http import Reply

Json = dict[str, Any]
"""An object as it was parsed; nothing about its keys is certain."""

_scan = json.JSONDecoder().raw_decode
_GAP = re.compile(r"[ \t\r\n]*")
_LIST = re.compile(r"\[(?=[ \t\r\n]*[\]{])")
_OBJECT = re.compile(r"\{(?=[ \t\r\n]*[\"}])")
_TAG = re.compile(r"<[^>]*>")
_TRIES = 50
_ORDER_GONE = "woocommerce_rest_shop_order_invalid_id"


class NotJson(ValueError):
    """The text is not the JSON that was asked for."""


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a list: the value, and the very characters it was read from."""

    value: Any
    text: str

    @property
    def body(self) -> bytes:
        """The very bytes on the wire."""
        return self.text.encode("utf-8", "surrogateescape")


class LeftDraft(Rejected):
    """A create was refused, but its draft stayed (recorded: order_create_bad_coupon_400). ``draft_id`` is its id."""

    draft_id = ""


def records(body: bytes) -> list[Record]:
    """Read a list as ``GET /orders`` answers it (WooCommerce 9.9 and 10.5, recorded), each record apart.

    A PHP notice before the list is skipped when the rest is exactly a list (recorded:
    php_warning_before_json_200).

    Raises:
        NotJson: it is not a list.
    """
    text = _decoded(body)
    start = _GAP.match(text).end()  # type: ignore[union-attr]
    if text.startswith("[", start):
        return _list_at(text, start)
    if text.startswith("{", start):
        raise NotJson("an object came instead of a list")
    for count, match in enumerate(_LIST.finditer(text)):
        if count == _TRIES:
            break
        try:
            return _list_at(text, match.start())
        except NotJson:
            continue
    raise NotJson("no JSON list was found")


def document(body: bytes, *, strict: bool = False) -> Json:
    """Read an object; ``strict`` takes no notice before it, as the answer to a create must have none.

    Raises:
        NotJson: it is not an object.
    """
    text = _decoded(body)
    start = _GAP.match(text).end()  # type: ignore[union-attr]
    if strict or text.startswith(("{", "["), start):
        return _object_at(text, start)
    for count, match in enumerate(_OBJECT.finditer(text)):
        if count == _TRIES:
            break
        try:
            return _object_at(text, match.start())
        except NotJson:
            continue
    raise NotJson("no JSON object was found")


def _decoded(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _value_at(text: str, start: int) -> tuple[Any, int]:
    try:
        return _scan(text, start)
    except (ValueError, RecursionError) as error:
        raise NotJson("the JSON is cut or broken") from error


def _list_at(text: str, start: int) -> list[Record]:
    found: list[Record] = []
    at = _GAP.match(text, start + 1).end()  # type: ignore[union-attr]
    if text.startswith("]", at):
        return _ended(text, at, found)
    while True:
        value, end = _value_at(text, at)
        found.append(Record(value, text[at:end]))
        at = end if text.startswith((",", "]"), end) else _GAP.match(text, end).end()  # type: ignore[union-attr]
        if text.startswith("]", at):
            return _ended(text, at, found)
        if not text.startswith(",", at):
            raise NotJson("the list is cut or broken")
        at = _GAP.match(text, at + 1).end()  # type: ignore[union-attr]


def _ended(text: str, at: int, found: list[Record]) -> list[Record]:
    if text[at + 1 :].strip():
        raise NotJson("something follows the list")
    return found


def _object_at(text: str, start: int) -> Json:
    value, end = _value_at(text, start)
    if not isinstance(value, dict) or text[end:].strip():
        raise NotJson("it is not one object")
    return value


def plain(text: object, limit: int = 300) -> str:
    """A message of WordPress as plain text: it escapes entities and may hold HTML."""
    return safe_line(html.unescape(_TAG.sub(" ", str(text))), limit)


def refusal(reply: Reply, excerpt: str) -> PlatformError | None:
    """Read a 4xx as WooCommerce refuses: ``{code, message, data}`` (recorded: every error class of 9.9 and 10.5).

    ``data`` may be a number or missing, ``code`` a number. None when the reply has another shape, as a
    firewall's page has.
    """
    try:
        told = document(reply.body, strict=True)
    except NotJson:
        return None
    code, message = told.get("code"), told.get("message")
    if isinstance(code, bool) or not isinstance(code, str | int) or not isinstance(message, str):
        return None
    detail, name = plain(message) or f"refused ({reply.status})", str(code)
    if reply.status in (401, 403):
        return AuthFailed(detail, status=reply.status, excerpt=excerpt)
    if name == "rest_no_route":
        return Unavailable(
            "WooCommerce's REST API is not there: is the plugin switched off?",
            status=reply.status,
            excerpt=excerpt,
        )
    data = told.get("data")
    data = data if isinstance(data, dict) else {}
    draft = data.get("new_draft_order_id")
    kind = NotFound if name == _ORDER_GONE else LeftDraft if draft else Rejected
    refused = kind(
        _with_params(detail, data.get("params")),
        remote_code=name,
        field=_first_key(data.get("params")),
        may_exist=reply.status == 409 or "exist" in name or "duplicate" in name,
        status=reply.status,
        excerpt=excerpt,
    )
    if isinstance(refused, LeftDraft):
        refused.draft_id = plain(draft, 40)
    return refused


def _with_params(detail: str, params: object) -> str:
    if not isinstance(params, dict):
        return detail
    told = "; ".join(f"{plain(name, 40)}: {plain(why, 120)}" for name, why in list(params.items())[:5])
    return f"{detail} ({told})" if told else detail


def _first_key(params: object) -> str:
    return plain(next(iter(params)), 80) if isinstance(params, dict) and params else ""
