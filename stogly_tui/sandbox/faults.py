"""Faults a sandbox can be told to have: which request they hit, how often, and what goes wrong."""

import random
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Literal, Self, get_args

from stogly_tui.sandbox.wire import Json

World = Literal["expired_key", "clock_skew", "shift_page"]
Instead = Literal[
    "drop_before_commit", "commit_late", "half_made", "status", "hang", "redirect", "html_200", "oversized"
]
Afterwards = Literal[
    "drop_reply_after_commit",
    "error_after_commit",
    "slow_reply",
    "slow_drip",
    "truncated_json",
    "malformed_json",
    "wrong_types",
    "unknown_fields",
    "unknown_status",
]
Kind = World | Instead | Afterwards
Operation = tuple[str, str] | None

WORLD: frozenset[str] = frozenset(get_args(World))
INSTEAD: frozenset[str] = frozenset(get_args(Instead))
AFTERWARDS: frozenset[str] = frozenset(get_args(Afterwards))


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: what goes wrong; see `KINDS` for each.
        on: which requests: ``"POST /orders"``, ``"PUT /orders/{id}"``, ``"GET *"`` or ``"*"``. Paths are
            those below ``/wp-json/wc/v3``; outside of it, those below the site. Of a Shopify store's one
            GraphQL endpoint: ``"POST /graphql"``, or by the first field that is asked for ``"query orders"``,
            ``"mutation orderCreate"``, ``"mutation *"`` or ``"POST /graphql orderCreate"``.
        store: the slug of the store, or None for all.
        times: how many requests it hits before it is gone; None until it is cleared.
        skip: how many matching requests pass before the first one is hit.
        chance: the probability of a hit, drawn from a generator with a fixed seed.
        seconds: commit_late, hang, slow_reply: how long; clock_skew: by how much the clock is off.
        hold: commit_late: keep the client waiting until the commit instead of cutting it off at once.
        code: status, error_after_commit, redirect: the HTTP status.
        headers: status: further headers.
        body: status: the body; None for the page or error such a status comes with.
        location: redirect: where to.
        order_status: half_made: the status of the row; unknown_status: the status shown. A Shopify store
            leaves nothing half made and only answers 500.
        size: oversized: how many bytes are streamed.
        bytes_per_second: slow_drip: how fast.
        order_id: shift_page: the order to touch; None for the first of the page just read.
    """

    kind: Kind
    on: str = "*"
    store: str | None = None
    times: int | None = 1
    skip: int = 0
    chance: float = 1.0
    seconds: float = 0.0
    hold: bool = False
    code: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    location: str = ""
    order_status: str = ""
    size: int = 50_000_000
    bytes_per_second: int = 100
    order_id: int | None = None

    @classmethod
    def from_json(cls, raw: Json) -> Self:
        """A fault from the control endpoint's body: the same names.

        Raises:
            ValueError: a name or a kind is not known.
        """
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(raw) - known)
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}")
        if raw.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of: {', '.join(KINDS)}")
        return cls(**raw)

    def to_json(self) -> Json:
        """All its values by name."""
        return {**asdict(self), "headers": dict(self.headers)}

    def matches(self, store: str, method: str, path: str, operation: Operation = None) -> bool:
        """Whether a request is one it hits; ``operation`` is kind and first field of a GraphQL request."""
        if self.store not in {None, store}:
            return False
        asked = [(method, path)]
        if operation is not None:
            kind, name = operation
            asked += [(kind, name), (f"{method} {path}", name)]
        return any(self._names(*one) for one in asked)

    def _names(self, method: str, path: str) -> bool:
        wanted_method, _, wanted_path = self.on.rpartition(" ")
        if wanted_method not in {"", method}:
            return False
        return wanted_path == "*" or _pattern(wanted_path).fullmatch(path) is not None


KINDS: Mapping[str, str] = {
    "expired_key": "the key is no longer known: 401",
    "clock_skew": "the site's clock is off by `seconds`, in the Date header and in what it writes",
    "shift_page": "after the list is read, an order of it is touched, so that the next page shifts",
    "drop_before_commit": "the connection is cut, nothing is done",
    "commit_late": "the connection is cut (or held, `hold`), and the request is carried out `seconds` later",
    "half_made": "POST /orders saves a row without lines and totals in `order_status`, then answers 500",
    "status": "answers `code` with `headers` and `body`, nothing is done",
    "hang": "no answer for `seconds`, then the connection is cut; nothing is done",
    "redirect": "answers `code` (302) to `location`",
    "html_200": "answers 200 with a page in HTML",
    "oversized": "streams `size` bytes of JSON",
    "drop_reply_after_commit": "the request is carried out, then the connection is cut",
    "error_after_commit": "the request is carried out, then the answer is `code` (500)",
    "slow_reply": "the request is carried out, the answer comes `seconds` later",
    "slow_drip": "the answer trickles at `bytes_per_second`",
    "truncated_json": "the connection is cut in the middle of the body",
    "malformed_json": "the body is complete, but not JSON",
    "wrong_types": "total is a number, id a text, line_items null",
    "unknown_fields": "objects carry fields no version has",
    "unknown_status": "orders show the status `order_status` of a plugin",
}
"""Every kind of fault and what it does."""


@dataclass(frozen=True)
class Plan:
    """What hits one request: at most one fault of each stage."""

    world: Fault | None = None
    instead: Fault | None = None
    afterwards: Fault | None = None


class Faults:
    """The faults in force. Thread-safe; the first that matches, in the order they were added, hits."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._active: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._active.append(_Armed(fault, fault.times, fault.skip))

    def clear(self, store: str | None = None) -> None:
        """Take all faults back, or those that name this store."""
        with self._lock:
            self._active = [one for one in self._active if store is not None and one.fault.store != store]

    def active(self) -> list[Fault]:
        """The faults still in force."""
        with self._lock:
            return [one.fault for one in self._active]

    def take(self, store: str, method: str, path: str, operation: Operation = None) -> Plan:
        """Decide what hits this request, and count it."""
        asked = (store, method, path, operation)
        with self._lock:
            return Plan(*(self._take(stage, asked) for stage in (WORLD, INSTEAD, AFTERWARDS)))

    def _take(self, stage: frozenset[str], asked: tuple[str, str, str, Operation]) -> Fault | None:
        for one in self._active:
            if one.fault.kind in stage and one.fault.matches(*asked) and self._hits(one):
                return one.fault
        return None

    def _hits(self, one: "_Armed") -> bool:
        if one.skip > 0:
            one.skip -= 1
            return False
        if one.fault.chance < 1.0 and self._random.random() >= one.fault.chance:
            return False
        if one.left is not None:
            one.left -= 1
            if one.left <= 0:
                self._active.remove(one)
        return True


@dataclass(eq=False)
class _Armed:
    fault: Fault
    left: int | None
    skip: int


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/"))
    )
