"""What the palette finds, by provider: actions of the screen beneath, channels, orders, and what else is registered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from stogly_tui.console.fuzzy import rank
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.widgets.painted import fitted
from stogly_tui.model.queries import channels, orders, views
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.model.queries.views import ViewRow
from stogly_tui.present import money, words
from stogly_tui.present.blocks import Line, Tone, line, safe_cell, say

if TYPE_CHECKING:
    from stogly_tui.console.app import StoglyApp

MOVING = ("cursor_", "scroll_", "move(")
"""Actions that are keys only: nobody moves a cursor by name."""
KEYS = 9


@dataclass(frozen=True, slots=True)
class Found:
    """Something the palette offers. What cannot be taken now says why."""

    key: Hashable
    line: Line
    take: Callable[[], object] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is looked for in the database: ``ask`` reads rows, ``show`` makes of each what is offered."""

    ask: Callable[[str, str], Sequence[Any]]
    """Takes what was typed and whose console it is; called in a read, on another thread."""
    show: Callable[[Any, StoglyApp], Found]


@dataclass(frozen=True, slots=True)
class _Action:
    name: str
    keys: str
    text: str
    others: str
    node: Any
    why: str

    @property
    def key(self) -> Hashable:
        """Two screens may call an action of theirs the same."""
        return self.name, id(self.node)

    def rank(self, typed: str) -> int | None:
        """Its sentence counts most, then its short name and its id."""
        first, second = rank(typed, self.text), rank(typed, self.others)
        told = [one for one in (first, None if second is None else second + 1) if one is not None]
        return min(told) if told else None


class Actions:
    """Every action that has a key on the screen beneath, and those it names without one; greyed ones say why."""

    def __init__(self, beneath: Screen[Any]) -> None:
        self._beneath = beneath
        self._all = list(self._collect())

    def find(self, typed: str) -> list[Found]:
        """The actions that fit what was typed: what can be done first, best first."""
        ranked = [(bool(one.why), found, one) for one in self._all if (found := one.rank(typed)) is not None]
        return [self._found(one) for _, _, one in sorted(ranked, key=lambda one: one[:2])]

    def _found(self, action: _Action) -> Found:
        app = self._beneath.app
        if action.why:
            told = line(
                say(f"{action.keys:<{KEYS}}{action.text}", Tone.MUTED),
                say(f"  not now: {action.why}", Tone.WARN),
            )
            return Found(action.key, told, None, action.why)
        told = line(say(f"{action.keys:<{KEYS}}", Tone.STRONG), action.text)
        return Found(action.key, told, lambda: app.call_later(app.run_action, action.name, action.node))

    def _collect(self) -> Iterator[_Action]:
        seen: set[tuple[str, Any]] = set()
        beneath = self._beneath
        for active in beneath.active_bindings.values():
            binding = active.binding
            if (
                not binding.tooltip
                or (binding.action, active.node) in seen
                or binding.action.startswith(MOVING)
            ):
                continue
            seen.add((binding.action, active.node))
            why = "" if active.enabled else why_not(beneath, binding.action)
            others = f"{binding.description} {(binding.id or '').replace('.', ' ')}"
            keys = beneath.app.get_key_display(binding)
            yield _Action(binding.action, keys, binding.tooltip, others, active.node, why)
        if isinstance(beneath, ConsoleScreen):
            for name, text in beneath.COMMANDS_ONLY:
                if (name, beneath) not in seen:
                    yield _Action(name, "", text, "", beneath, "")


def why_not(screen: Screen[Any], action: str) -> str:
    """Why an action of a screen is greyed, in a few words."""
    told = screen.why_not(action.partition("(")[0]) if isinstance(screen, ConsoleScreen) else ""
    return told or "it does not fit what is shown"


def _channels(typed: str, _owner: str) -> Sequence[ChannelRow]:
    if not typed:
        return ()
    ranked = [(found, row) for row in channels.overview() if (found := rank(typed, row.name)) is not None]
    return [row for _, row in sorted(ranked, key=lambda one: one[0])]


def _channel(row: ChannelRow, app: StoglyApp) -> Found:
    told = line(
        say(f"{'channel':<{KEYS}}", Tone.MUTED), say(row.name, Tone.STRONG), say(f"  {row.state}", Tone.MUTED)
    )
    return Found(("channel", row.id), told, lambda: app.open_room("channels", row.id))


def _views(typed: str, owner: str) -> Sequence[ViewRow]:
    ranked = [(found, row) for row in views.of(owner) if (found := rank(typed, row.name)) is not None]
    return [row for _, row in sorted(ranked, key=lambda one: one[0])]


def _view(row: ViewRow, app: StoglyApp) -> Found:
    told = line(
        say(f"{'view':<{KEYS}}", Tone.MUTED), say(row.name, Tone.STRONG), say(f"  {row.query}", Tone.MUTED)
    )
    return Found(("view", row.id), told, lambda: app.open_view(row))


def _orders(typed: str, _owner: str) -> Sequence[OrderRow]:
    return orders.find(typed) if len(typed) >= 2 else ()


def _order(row: OrderRow, app: StoglyApp) -> Found:
    return Found(("order", row.id), order_line(row), lambda: app.open_order(row.id))


def order_line(row: OrderRow) -> Line:
    """An order in one line."""
    return line(
        say(f"{fitted(safe_cell(row.number), 16)} ", Tone.STRONG),
        f"{fitted(safe_cell(row.channel), 11)} {fitted(safe_cell(row.customer), 14)} ",
        f"{money.aligned(row.total, row.currency)} ",
        words.push_short(row).segment,
    )


SOURCES: list[Source] = [Source(_channels, _channel), Source(_views, _view), Source(_orders, _order)]
"""What is looked for beside actions, in the order it is shown."""
