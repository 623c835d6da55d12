"""The form of a channel: added, connected, changed. It validates as one types and saves nothing by itself."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from stogly_tui.console.form_reads import (
    FormSnapshot,
    look_at,
    read_form,
)
from stogly_tui.console.forms import FieldRow
from stogly_tui.console.screens.channel_form_deeds import ChannelFormDeeds
from stogly_tui.console.screens.tool_deeds import ToolDeeds, ToolPage
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.inputs import Button
from stogly_tui.console.widgets.panel import Pages, Panel
from stogly_tui.domain.states import ChannelState
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations.go_live import GoLivePlan, plan_go_live
from stogly_tui.platforms import registry
from stogly_tui.present import channel_pages, times
from stogly_tui.present.blocks import BLANK, Tone, line, say

NOT_KEPT = ("platform", "url")
"""What is another one on another platform."""


class ChannelForm(ToolDeeds[str], ChannelFormDeeds):
    """Fields in tabs; what is wrong stands beside the field. Answers the channel's name when it was saved."""

    TABS = ("Store", "Integration", "Automation", "Mapping", "Tools", "Integration Guide")
    HELP_TITLE = "CHANNEL"
    HELP_TEXT = (
        "F2 saves: first it says what saving will do, when that is more than a setting in force. Connect (F6) asks the "
        "store whether address and keys work, and saves nothing. A new channel starts read-only: Go live (F7) comes "
        "after, with a plan. Keys are entered, never shown; leave them blank to keep those that are set.",
        "F8 signs in by redirect where the platform has that: you approve on its own page, in any browser. A new "
        "channel is first kept as a draft, from which nothing is read.",
        "Tab, Down and Enter go to the next field, F4 to the next tab; Left and Right too, where no field needs them. "
        "Left, Right and Space choose in a field with choices. F3 puts the default in, F1 tells more about a field.",
        "! caution: settings that cancel each other out. They do not prevent saving.",
        "Tools has its keys in its tab: they read, compare and count, and change no setting.",
    )

    def __init__(self, row: ChannelRow | None, *, tab: str = "Store", begin: str = "") -> None:
        """``begin`` is an action that is carried out once the form is there."""
        super().__init__()
        self.tab = tab
        self.row = row
        self._begin = begin

    def body(self) -> ComposeResult:
        """Title, tabs, fields or a page, what the field is for, what was found, buttons."""
        yield Crumbs()
        yield Panel(id="tabs")
        yield Rule()
        yield VerticalScroll(id="fields", can_focus=False)
        yield Pages(id="page")
        yield ToolPage(id="tools")
        yield Rule()
        yield Panel(line("..."), id="about")
        yield Panel(line(""), id="plan")
        yield Panel(line(""), id="said")
        with Horizontal(classes="buttons"):
            if self.may_change:
                yield Button("Save F2", id="save")
                yield Button("Connect F6", id="connect")
                yield Button("Sign in F8", id="sign-in")
            yield Button("Cancel" if self.may_change else "Close", id="cancel")

    @property
    def channel(self) -> ChannelRow | None:
        """The channel, once it is stored."""
        return self.row

    # --- reading -------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read the fields once: what is being typed is never overwritten."""
        if self.form is None and changes.is_everything:
            self._ask_form(self.row.platform if self.row else registry.names()[0])
            self._ask_plan()

    def _ask_form(self, platform: str) -> None:
        row, keys_set, is_fixed = self.row, self._keys_set(), not self.may_change
        self.asker("form").replace(lambda: read_form(platform, row, keys_set, is_fixed=is_fixed))

    def _ask_plan(self) -> None:
        """What Go live would do now, in the background: the channel itself may be asked for its counts."""
        row, actor = self.row, self.services.actor
        if row is None or row.state is not ChannelState.READ_ONLY or not self.may_change:
            self.plan = channel_pages.state_line(row, self.view())
            return
        self.plan = line(say("Go live now would: is being counted ...", Tone.MUTED))
        self.do("Go live", lambda: plan_go_live(actor, row.name), self._show_plan)

    def _show_plan(self, plan: GoLivePlan) -> None:
        self.plan = channel_pages.plan_line(plan.history, plan.taken_in, plan.sent, plan.stock_written)
        if self.is_attached:
            self.show_outcome()

    def _keys_set(self) -> str:
        row = self.row
        if row is None or not row.has_credentials:
            return ""
        at = times.short(row.credentials_set_at, self.services.time_zone).strip()
        return f"set {at} by {row.credentials_set_by}"

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show the fields, what is wrong in them, or what saving will do."""
        match slot:
            case "form":
                self.call_later(self._build, snapshot)
            case "before":
                self.take_look(snapshot.look)
                self._before_saving(snapshot)
            case _:
                self.take_look(snapshot)

    async def _build(self, form: FormSnapshot) -> None:
        page, was = self.query_one("#fields"), self.row_in_focus()
        typed = {row.field.name: row.value for row in self.changed_rows() if not row.field.is_secret}
        self.field_rows = []
        await page.remove_children()
        rows = [FieldRow(field) for field in form.fields]
        await page.mount(*rows)
        self.field_rows = rows
        self.form = form
        for button in self.query("#sign-in"):
            button.display = form.can_sign_in
        self.show_tab()
        for row in self.rows():
            if row.field.name in typed and row.field.name not in NOT_KEPT:
                row.take(typed[row.field.name])
        if was is not None and (found := self.row_of(was.field.name)) is not None:
            found.focus_field()
        self.validate()
        self.refresh_bindings()
        self.show_outcome()
        if self._begin:
            begin, self._begin = self._begin, ""
            await self.run_action(begin)

    # --- showing -------------------------------------------------------------------------------------------

    def show_title(self) -> None:
        """Which channel, and what may be done with it."""
        row = self.row
        title = f"{row.name} ({registry.TITLES.get(row.platform, row.platform)})" if row else "new"
        right = f"{row.role}, {row.state.replace('_', '-')}" if row else "starts read-only"
        if row and row.state is ChannelState.READ_ONLY:
            right = "mode: read-only until Go live"
        if not self.may_change:
            right = "read-only: needs the role admin"
        self.query_one(Crumbs).show(line("Channels > ", say(title, Tone.STRONG)), right)

    def show_page(self, tab: str) -> bool:
        """Mapping, Tools and the guide have no fields."""
        pages, tools = self.query_one("#page", Pages), self.query_one("#tools", ToolPage)
        self.query_one("#about").display = tab not in ("Mapping", "Tools", "Integration Guide")
        pages.display, tools.display = tab in ("Mapping", "Integration Guide"), tab == "Tools"
        if tools.display:
            self.show_tools()
            self.set_focus(tools)
        elif pages.display:
            room = self.app.size.width - 2
            guide = self.form.guide if self.form else ()
            told = channel_pages.mapping(room) if tab == "Mapping" else channel_pages.guide(guide, room)
            pages.show(told, keep_place=False)
            self.set_focus(pages)
        self.refresh_bindings()
        return pages.display or tools.display

    # --- typing --------------------------------------------------------------------------------------------

    def typed(self, row: FieldRow) -> None:
        """Another platform has other fields; what was found before is no longer said."""
        self.outcome = BLANK
        if row.field.name == "platform" and self.form is not None and row.value != self.form.platform:
            self._ask_form(row.value)

    def validate(self) -> None:
        """Ask what is wrong with what is typed."""
        if self.may_change and self.is_ready:
            draft, name = self.draft(), self.known_as
            self.asker("look").replace(lambda: look_at(draft, name))

    def of_draft(self, row: ChannelRow) -> ChannelForm:
        """The form of a channel that was kept as a draft, which begins its sign-in."""
        return ChannelForm(row, begin="sign_in")
