"""Reading what Shopify's GraphQL answers: data, what went wrong beside it, what it cost, and refusals by status."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stogly_tui.domain.safe_text import safe_line
from stogly_tui.platforms.base import Budget
from stogly_tui.platforms.errors import AuthFailed, PlatformError, Rejected, Unavailable
from stogly_tui.platforms.replies import Reply

Json = dict[str, Any]
"""An object as it was parsed; nothing about its keys is certain."""

THROTTLED = "THROTTLED"
ACCESS_DENIED = "ACCESS_DENIED"
TOO_COSTLY = "MAX_COST_EXCEEDED"
NOT_STARTED = frozenset({THROTTLED, TOO_COSTLY, "SHOP_INACTIVE", "BAD_REQUEST", "INVALID_VARIABLE"})
"""Refusals before anything is carried out; what a schema does not know has a code in camel case."""
_GRANT_REFUSED = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "shop_not_permitted",
        "app_not_installed",
        "application_cannot_be_found",
    }
)


class NotJson(ValueError):
    """The reply is not a GraphQL answer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One of the top-level ``errors`` of an answer."""

    code: str
    message: str
    path: tuple[str | int, ...]

    @property
    def field(self) -> str:
        """The path as people write it."""
        return ".".join(str(part) for part in self.path)


@dataclass(frozen=True, slots=True)
class Cost:
    """``extensions.cost``: what was asked for, and what is left."""

    requested: float
    budget: Budget | None

    @property
    def wait(self) -> float:
        """Seconds until so much is there; one when nobody can tell."""
        if self.budget is None or self.budget.restore_rate <= 0:
            return 1.0
        missing = min(self.requested, self.budget.maximum) - self.budget.available
        return max(math.ceil(missing / self.budget.restore_rate * 10) / 10, 0.1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL answer. ``data`` is None where nothing was carried out."""

    data: Json | None
    troubles: tuple[Trouble, ...]
    cost: Cost | None

    def trouble(self, code: str) -> Trouble | None:
        """The first of that code."""
        return next((one for one in self.troubles if one.code == code), None)

    @property
    def was_started(self) -> bool:
        """Whether anything of it may have been carried out: only a closed list of refusals says no."""
        return self.data is not None or not self.troubles or not all(map(_is_refusal, self.troubles))


def _is_refusal(trouble: Trouble) -> bool:
    is_schema = bool(trouble.code) and trouble.code[0].islower()
    return trouble.code in NOT_STARTED or trouble.code == ACCESS_DENIED or is_schema


def answer(body: bytes) -> Answer:
    """Read ``{data, errors, extensions}`` (GraphQL; the codes are Shopify's).

    Raises:
        NotJson: it is not one.
    """
    told = _object(body)
    data, errors = told.get("data"), told.get("errors")
    if data is not None and not isinstance(data, dict):
        raise NotJson("its data is no object")
    if isinstance(errors, str):
        errors = [{"message": errors}]
    troubles = tuple(_trouble(one) for one in errors if one) if isinstance(errors, list) else ()
    if data is None and not troubles:
        raise NotJson("it holds neither data nor errors")
    return Answer(data, troubles, _cost(told))


def plain(text: object, limit: int = 300) -> str:
    """A message of Shopify's on one line."""
    return safe_line(text if isinstance(text, str) else json.dumps(text), limit)


def refusal(reply: Reply, excerpt: str) -> PlatformError | None:
    """Read a 4xx as Shopify refuses: ``{errors}``, or ``{error, error_description}`` of the sign-in.

    402 is a shop that is frozen, 423 one that is locked. None when the reply has another shape, as a
    firewall's page has.
    """
    try:
        told = _object(reply.body)
    except NotJson:
        return None
    errors, grant = told.get("errors"), told.get("error")
    status = reply.status
    if isinstance(grant, str):
        detail = plain(told.get("error_description") or grant)
        kind = AuthFailed if grant in _GRANT_REFUSED or status in (401, 403) else Unavailable
        return kind(detail, status=status, excerpt=excerpt)
    if not errors:
        return None
    detail = plain(errors)
    if status in (401, 403):
        return AuthFailed(detail, status=status, excerpt=excerpt)
    if status == 402:
        return Unavailable(
            "Shopify has frozen this shop: its plan is not paid.", status=status, excerpt=excerpt
        )
    if status == 404:
        return Unavailable(
            "Shopify has no shop at this address, or no such API version.", status=status, excerpt=excerpt
        )
    if status == 423:
        return Unavailable("Shopify has locked this shop.", status=status, excerpt=excerpt)
    return Rejected(detail, remote_code=str(status), status=status, excerpt=excerpt)


def document(body: bytes) -> Json:
    """Read one JSON object.

    Raises:
        NotJson: it is none.
    """
    return _object(body)


def _object(body: bytes) -> Json:
    try:
        told = json.loads(body.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise NotJson("the JSON is cut or broken") from error
    if not isinstance(told, dict):
        raise NotJson("it is not one object")
    return told


def _trouble(one: Any) -> Trouble:
    if not isinstance(one, dict):
        return Trouble("", plain(one), ())
    extensions = one.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    path = one.get("path")
    parts = tuple(part for part in path if isinstance(part, str | int)) if isinstance(path, list) else ()
    return Trouble(code if isinstance(code, str) else "", plain(one.get("message") or "refused"), parts)


def _cost(told: Json) -> Cost | None:
    extensions = told.get("extensions")
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    if not isinstance(cost, dict) or (requested := _number(cost.get("requestedQueryCost"))) is None:
        return None
    status = cost.get("throttleStatus")
    spent = _number(cost.get("actualQueryCost"))
    return Cost(requested, _budget(status, spent) if isinstance(status, dict) else None)


def _budget(status: Mapping[str, Any], spent: float | None) -> Budget | None:
    told = [_number(status.get(name)) for name in ("currentlyAvailable", "maximumAvailable", "restoreRate")]
    available, maximum, rate = told
    if available is None or maximum is None or rate is None:
        return None
    return Budget(available, maximum, rate, spent)


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None
