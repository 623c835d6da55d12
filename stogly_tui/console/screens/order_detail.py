"""One order, whole: where is it, what is in it, what happened on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.reader import Lane
from stogly_tui.console.screens.order_deeds import OrderDeeds
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.long_text import LongText, TextPane
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.orders import Address
from stogly_tui.domain.states import PushState
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import order_detail
from stogly_tui.model.queries.order_detail import OrderDetail
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations import privacy
from stogly_tui.operations.pushes import SendResult
from stogly_tui.present import order_pages
from stogly_tui.present.blocks import Line, Tone, line, plain, say, wrapped
from stogly_tui.present.errors import steps
from stogly_tui.present.raw import payload_lines

AT_ONCE = 100_000
"""Bytes of a payload that are laid out without anybody noticing."""
Neighbour = Callable[[int], tuple[int, str] | None]


class OrderScreen(OrderDeeds):
    """An order in pages. Opens at Push when it is in Error."""

    HELP_TITLE = "ORDER"
    HELP_TEXT = (
        "Summary answers where the order is. Push shows each try: what was sent, what came back, what to do. "
        "Timeline tells everything that happened and who did it; Raw is what the channel gave us.",
        "k and j go to the order before and after this one in the list. / looks for a text on the page: n and N go "
        "from match to match, Esc ends the search. y copies the page, Y one line, both without secrets.",
        "Viewers see customers masked; v shows them, and the look is written into the order's timeline.",
    )
    COMMANDS_ONLY = tuple((f"open_page('{name}')", f"Order page: {name}") for name in order_pages.PAGES)
    BINDINGS = [
        Binding("left", "page(-1)", "page", show=False, id="order.page_before", tooltip="The page before"),
        Binding("right", "page(1)", "page", show=False, id="order.page_after", tooltip="The next page"),
        Binding("k", "neighbour(-1)", "prev", id="order.previous", tooltip="The order above in the list"),
        Binding("j", "neighbour(1)", "next", id="order.next", tooltip="The order below in the list"),
        Binding("v", "show_customer", "show customer", id="order.show_customer",
                tooltip="Show street, phone and e-mail; the look is written down"),
        Binding("S", "send_again", "Send", show=False, id="order.send", tooltip="Plan to send this order"),
        Binding("escape,backspace", "leave", "back", id="order.leave", tooltip="Back to the list, as it was"),
    ]  # fmt: skip

    def __init__(self, order_id: int, *, tab: str = "", neighbours: Neighbour | None = None) -> None:
        super().__init__()
        self._order_id, self._tab, self._neighbours = order_id, tab, neighbours
        self._detail: OrderDetail | None = None
        self._is_gone = False
        self._looked_at: set[int] = set()
        self._raw: tuple[bytes, Sequence[Line]] = (b"", ())

    def body(self) -> ComposeResult:
        """Title, tabs, page, steps."""
        yield Crumbs()
        yield Panel(id="tabs")
        yield Rule()
        yield TextPane()
        yield Panel(id="steps")

    def on_mount(self) -> None:
        """Tabs first; `ConsoleScreen` reloads."""
        self.set_focus(self._text)
        self._show_tabs()

    @property
    def order(self) -> OrderRow | None:
        """The order shown."""
        return self._detail.row if self._detail else None

    @property
    def shipping(self) -> Address | None:
        """Where it goes."""
        return self._detail.shipping if self._detail else None

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read the order again, unless the change names others only."""
        named = changes.ids.get("order", frozenset())
        if changes.kinds == {"order"} and named and self._order_id not in named:
            return
        if changes.is_everything or changes.kinds & {"order", "push", "log", "channel"}:
            self._ask_order()

    def _ask_order(self) -> None:
        order_id = self._order_id
        self.asker("order", Lane.QUICK).ask(lambda: order_detail.detail(order_id))

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show the order, or that it is gone; or its payload, once it is laid out."""
        if slot == "raw":
            self._raw = snapshot
            self._show(keep_place=True)
            return
        detail: OrderDetail | None = snapshot
        if detail is not None and detail.row.id != self._order_id:
            return
        is_new = self._detail is None or (detail is not None and self._detail.row.id != detail.row.id)
        if detail is not None and not self._tab:
            stuck = detail.row.push_state in (PushState.ERROR, PushState.IN_DOUBT)
            self._tab = "Push" if stuck else "Summary"
        self._detail, self._is_gone = detail, detail is None
        self._show(keep_place=not is_new)

    def help_now(self) -> Sequence[Line]:
        """Which order, and what it wants."""
        row = self.order
        if row is None:
            return ()
        told = " | ".join(f"{step.key} {step.words}" for step in steps(row)) or "nothing is asked of you"
        return wrapped(f"{row.number}: {told}", max(self.app.size.width - 2, 20), 2)

    @property
    def _shown(self) -> OrderDetail | None:
        """The order as this person may see it."""
        detail = self._detail
        if detail is None or detail.row.id in self._looked_at:
            return detail
        return privacy.as_seen_by(self.services.actor, detail)

    def tick(self) -> None:
        """Times may read otherwise."""
        self._show(keep_place=True)

    def on_resize(self) -> None:
        """Room changed."""
        self._show(keep_place=True)

    def _show(self, *, keep_place: bool) -> None:
        self._show_tabs()
        detail = self._shown
        if detail is None or not self._tab:
            if self._is_gone:
                self._text.show([line("This order is not here any more. Esc goes back.")])
            return
        at = self._neighbours(0) if self._neighbours else None
        place = f"{at[1]}  k prev  j next" if at and at[0] == self._order_id else ""
        self.query_one(Crumbs).show((say("Orders > "), *order_pages.title(detail)), place)
        is_raw = self._tab == "Raw" and not detail.is_masked
        self._text.copied_under = "" if is_raw else f"{plain(order_pages.title(detail))}\n{self._tab}"
        self._text.show(self._raw_lines(detail) if is_raw else self._page(detail), keep_place=keep_place)
        keys = (
            " | ".join(f"{step.key} {step.words}" for step in steps(detail.row)) or "nothing is asked of you"
        )
        self.query_one("#steps", Panel).lines = (line(say("next: ", Tone.MUTED), say(keys, Tone.STRONG)),)
        self.refresh_bindings()

    def _page(self, detail: OrderDetail) -> Sequence[Line]:
        return order_pages.PAGES[self._tab](detail, self.view(self.app.size.width - 1))

    def _raw_lines(self, detail: OrderDetail) -> Sequence[Line]:
        """The payload; one of megabytes is laid out beside the screen."""
        body, lines = self._raw
        if body == detail.payload and lines:
            return lines
        if len(detail.payload) <= AT_ONCE:
            self._raw = (detail.payload, payload_lines(detail.payload))
            return self._raw[1]
        wanted = detail.payload
        self.asker("raw").replace(lambda: (wanted, payload_lines(wanted)))
        return [line(say(f"Laying out {len(wanted) // 1000:,} kB ...", Tone.MUTED))]

    @property
    def _text(self) -> LongText:
        return self.query_one(LongText)

    def _show_tabs(self) -> None:
        parts = [
            say(
                f"[{name}]" if name == self._tab else f" {name} ",
                Tone.STRONG if name == self._tab else Tone.PLAIN,
            )
            for name in order_pages.PAGES
        ]
        self.query_one("#tabs", Panel).lines = ((*parts, say("   Left/Right", Tone.MUTED)),)

    def action_page(self, steps: int) -> None:
        """Another page of the order."""
        names = list(order_pages.PAGES)
        if self._tab:
            self.action_open_page(names[(names.index(self._tab) + steps) % len(names)])

    def action_open_page(self, name: str) -> None:
        """One page of the order."""
        self._tab = name
        self._show(keep_place=False)

    @on(events.Click, "#tabs")
    def _clicked_tab(self, event: events.Click) -> None:
        at = 0
        for name in order_pages.PAGES:
            at += len(name) + 2
            if event.x < at:
                self.action_open_page(name)
                return

    def action_show_customer(self) -> None:
        """Show customer data to somebody from whom it is hidden, once that is written down."""
        actor, order_id = self.services.actor, self._order_id
        self.app.work_on(
            "Show customer", lambda: privacy.show_customer(actor, order_id), self._customer_shown
        )

    def _customer_shown(self, order_id: int) -> str:
        self._looked_at.add(order_id)
        self._show(keep_place=True)
        return "Shown; the look is written down."

    def action_neighbour(self, step: int) -> None:
        """The order above or below in the list."""
        found = self._neighbours(step) if self._neighbours else None
        if found is not None:
            self._order_id = found[0]
            order_id = self._order_id
            self.asker("order", Lane.QUICK).replace(lambda: order_detail.detail(order_id))

    def action_leave(self) -> None:
        """Back to the list."""
        self.dismiss(None)

    def sent(self, _result: SendResult) -> None:
        """The row repaints itself when the feed tells."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Grey what does not fit this order."""
        if action == "show_customer":
            return self._shown is not None and self._shown.is_masked
        return self.deeds_fit(action)
