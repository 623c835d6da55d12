"""The form of a channel: added, connected, changed. It validates as one types and saves nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from stogly_tui.console.forms import FieldRow, FormField, credential_fields, setting_fields
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.inputs import Button, Choice
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import channels as queries
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import channels, fields
from stogly_tui.operations.channels import ChannelDraft, CheckResult
from stogly_tui.operations.go_live import plan_go_live
from stogly_tui.platforms import registry
from stogly_tui.present import times
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped

TABS = ("Store", "Integration", "Automation", "Integration Guide")
GUIDE = TABS[-1]
NOT_SETTINGS = ("name", "platform", "url", "role")
SET_BY_GO_LIVE = ("orders_from",)


@dataclass(frozen=True)
class FormSnapshot:
    """What the form is made of: fields, and the guide of the platform."""

    platform: str
    fields: tuple[FormField, ...]
    secrets: frozenset[str]
    guide: tuple[tuple[str, str], ...]


def read_form(platform: str, row: ChannelRow | None, keys_set: str) -> FormSnapshot:
    """Fields of a platform with the values of a channel; imports the platform, so it runs in a reading thread."""
    destinations = [
        one.name for one in queries.overview() if one.role.takes_orders and (row is None or one.id != row.id)
    ]
    stored = fields.values(row) if row else {}
    settings = [one for one in fields.settings_of(platform) if one.name not in SET_BY_GO_LIVE]
    secrets = credential_fields(fields.credentials_of(platform), is_set=keys_set)
    known = registry.platform(platform)
    roles = [
        (role.value, title)
        for role, title in (
            (ChannelRole.SOURCE, "source"),
            (ChannelRole.DESTINATION, "destination"),
            (ChannelRole.BOTH, "both"),
        )
        if (known.can_be_source or role is ChannelRole.DESTINATION)
        and (known.can_be_destination or role is ChannelRole.SOURCE)
    ]
    role = FormField(
        "role", "Role", "Store", "It gives orders (source), takes them (destination), or both.",
        row.role.value if row else roles[0][0], options=tuple(roles), is_needed=True,
    )  # fmt: skip
    url = FormField(
        "url", "Site URL", "Store", "The address of the store.", row.url if row else "", is_needed=True,
        hint="https://shop.example.com",
    )  # fmt: skip
    first = [url, *secrets]
    if row is None:
        name = FormField(
            "name", "Name", "Store", "How this channel is called here.", is_needed=True, hint="Woo Retail"
        )
        kinds = tuple((key, registry.TITLES.get(key, key)) for key in registry.names())
        kind = FormField("platform", "Platform", "Store", "The kind of system.", platform, options=kinds)
        first = [name, *([kind] if len(kinds) > 1 else []), role, *first]
    return FormSnapshot(
        platform,
        (*first, *setting_fields(settings, stored, destinations)),
        frozenset(secret.name for secret in secrets),
        tuple(known.guide),
    )


class ChannelForm(ConsoleScreen[str | None]):
    """Fields in tabs; what is wrong stands beside the field. Answers the channel's name when it was saved."""

    HELP_TITLE = "CHANNEL"
    HELP_TEXT = (
        "F2 saves. Connect (F6) asks the store whether address and keys work, and saves nothing. A new channel starts "
        "read-only: Go live comes after. Keys are entered, never shown; leave them blank to keep those that are set.",
    )
    BINDINGS = [
        Binding("f2", "save", "save", id="form.save", tooltip="Save what is filled in"),
        Binding(
            "f6", "connect", "Connect", id="form.connect", tooltip="Connect: ask the store; saves nothing"
        ),
        Binding("f7", "go_live", "Go live", id="form.go_live", tooltip="Go live, after a plan"),
        Binding("f3", "default", "default", id="form.default", tooltip="Put the default into this field"),
        Binding("f4", "tab(1)", "next tab", id="form.next_tab", tooltip="The next tab"),
        Binding("f1", "about", "field help", id="form.about", tooltip="Help on this field"),
        Binding("down", "app.focus_next", "Next", show=False, id="form.next", tooltip="The next field"),
        Binding(
            "up", "app.focus_previous", "Before", show=False, id="form.before", tooltip="The field before"
        ),
        Binding(
            "escape",
            "leave",
            "leave",
            id="form.leave",
            tooltip="Leave; asks first when something was changed",
        ),
    ]

    def __init__(self, row: ChannelRow | None) -> None:
        super().__init__()
        self._row = row
        self._tab = TABS[0]
        self._form: FormSnapshot | None = None
        self._problems: dict[str, FieldProblem] = {}
        self._shows_all = False
        self._said: Line = ()

    def body(self) -> ComposeResult:
        """Title, tabs, fields, what the field is for, what was found, buttons."""
        yield Crumbs()
        yield Panel(id="tabs")
        yield Rule()
        yield VerticalScroll(id="fields", can_focus=False)
        yield Rule()
        yield Panel(line("..."), id="about")
        yield Panel(line(""), id="said")
        with Horizontal(classes="buttons"):
            yield Button("Save F2", id="save")
            yield Button("Connect F6", id="connect")
            yield Button("Cancel", id="cancel")

    # --- showing -------------------------------------------------------------------------------------------

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read the fields once: what is being typed is never overwritten."""
        if self._form is None and changes.is_everything:
            platform = self._row.platform if self._row else registry.names()[0]
            row, keys_set = self._row, self._keys_set()
            self.asker("form").ask(lambda: read_form(platform, row, keys_set))

    def _keys_set(self) -> str:
        row = self._row
        if row is None or not row.has_credentials:
            return ""
        at = times.short(row.credentials_set_at, self.services.time_zone)
        return f"set {at} by {row.credentials_set_by}"

    def show_loaded(self, slot: str, snapshot: Any) -> None:
        """Show the fields, or the problems that were found in them."""
        if slot == "form":
            if self._form is None:
                self._form = snapshot
                self.call_later(self._build)
        else:
            self._problems = {problem.field: problem for problem in reversed(snapshot)}
            self._show_problems()

    async def _build(self) -> None:
        assert self._form is not None
        guide = Panel(*self._guide_lines(), id="guide")
        await self.query_one("#fields").mount(*(FieldRow(field) for field in self._form.fields), guide)
        self._show_tab()
        self._validate()

    def _guide_lines(self) -> list[Line]:
        assert self._form is not None
        told: list[Line] = []
        for number, (title, text) in enumerate(self._form.guide, 1):
            told += [heading(f"{number}. {title}"), *wrapped(text, self.app.size.width - 6, 3), BLANK]
        return told

    def on_resize(self) -> None:
        """Room changed."""
        self._show_frame()

    def _show_frame(self) -> None:
        row = self._row
        title = f"{row.name} ({registry.TITLES.get(row.platform, row.platform)})" if row else "new"
        right = f"{row.role}, {row.state.replace('_', '-')}" if row else "starts read-only"
        if row and row.orders_from:
            right += f", orders count from {times.short(row.orders_from, self.services.time_zone)}"
        self.query_one(Crumbs).show(line("Channels > ", say(title, Tone.STRONG)), right)
        wrong = {row.field.tab for row in self._rows() if row.field.name in self._shown_problems()}
        parts = []
        for tab in TABS:
            word = f"{tab}{' !' if tab in wrong else ''}"
            tone = Tone.STRONG if tab == self._tab else Tone.BAD if tab in wrong else Tone.PLAIN
            parts.append(say(f"[{word}]" if tab == self._tab else f" {word} ", tone))
        self.query_one("#tabs", Panel).lines = ((*parts, say("  F4", Tone.MUTED)),)

    def _show_tab(self) -> None:
        for row in self._rows():
            row.display = row.field.tab == self._tab
        for guide in self.query("#guide"):
            guide.display = self._tab == GUIDE
        self._show_frame()
        page = self.query_one("#fields", VerticalScroll)
        page.can_focus = self._tab == GUIDE
        first = next((row for row in self._rows() if row.display), None)
        if first is not None:
            first.focus_field()
        else:
            self.set_focus(page)

    def _rows(self) -> list[FieldRow]:
        return [*self.query(FieldRow)]

    def _shown_problems(self) -> dict[str, FieldProblem]:
        """What is said: problems of fields that were typed into, and of all once saving was tried."""
        touched = {row.field.name for row in self._rows() if row.is_touched}
        return {
            name: problem for name, problem in self._problems.items() if self._shows_all or name in touched
        }

    def _show_problems(self) -> None:
        shown = self._shown_problems()
        for row in self._rows():
            row.show_problem(shown.get(row.field.name))
        self._show_frame()
        titles = {row.field.name: row.field.title for row in self._rows()}
        if shown:
            order = [
                *(name for name in titles if name in shown),
                *(name for name in shown if name not in titles),
            ]
            named = [f"{titles.get(name, name)}: {shown[name].message}" for name in order]
            wrong = say(f"! {len(named)} wrong. {' '.join(named)}", Tone.BAD)
            self._say(line(*self._said[:1], "  ", wrong) if self._said else line(wrong))
        elif changed := self._changed_rows():
            self._say(
                line(f"{len(changed)} changed, not saved: {', '.join(row.field.title for row in changed)}")
            )
        else:
            self._say(self._said)
        self._focused()

    def _say(self, shown: Line) -> None:
        self.query_one("#said", Panel).lines = (shown,)

    @on(events.DescendantFocus)
    def _focused(self) -> None:
        row = self._row_in_focus()
        shown: tuple[Line, ...] = ()
        if row is not None:
            shown = row.field.about(self.app.size.width, self._shown_problems().get(row.field.name))
        self.query_one("#about", Panel).lines = shown

    def _row_in_focus(self) -> FieldRow | None:
        return next(
            (row for row in self._rows() if self.focused is not None and row in self.focused.ancestors), None
        )

    # --- typing --------------------------------------------------------------------------------------------

    @on(Input.Changed)
    @on(Choice.Changed)
    def _typed(self) -> None:
        row = self._row_in_focus()
        if row is not None and (row.is_changed or row.is_touched):
            row.is_touched = True
            self._validate()

    @on(Input.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    def _validate(self) -> None:
        draft, name = self.draft(), self._row.name if self._row else None
        self.asker("problems").replace(lambda: _problems(draft, name))

    def draft(self) -> ChannelDraft:
        """The channel as it is filled in."""
        assert self._form is not None
        values = {row.field.name: row.value.strip() for row in self._rows()}
        secrets = self._form.secrets
        given = {name: values[name] for name in secrets}
        row = self._row
        known = {*NOT_SETTINGS, *secrets}
        wanted = {one.field.name for one in self._rows() if row is None or one.is_changed}
        return ChannelDraft(
            platform=self._form.platform,
            name=row.name if row else values["name"],
            url=values["url"],
            credentials=given if row is None or any(given.values()) else {},
            role=row.role if row else ChannelRole(values["role"]),
            settings={name: value for name, value in values.items() if name not in known and name in wanted},
        )

    def _changed_rows(self) -> list[FieldRow]:
        return [row for row in self._rows() if row.is_changed]

    # --- acting --------------------------------------------------------------------------------------------

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        await self.run_action({"save": "save", "connect": "connect"}.get(str(message.button.id), "leave"))

    def action_tab(self, steps: int) -> None:
        """Another tab."""
        self._tab = TABS[(TABS.index(self._tab) + steps) % len(TABS)]
        self._show_tab()

    @on(events.Click, "#tabs")
    def _clicked_tab(self, event: events.Click) -> None:
        at = 0
        for tab in TABS:
            at += len(tab) + 2
            if event.x < at:
                self._tab = tab
                self._show_tab()
                return

    def action_default(self) -> None:
        """Put the default into the field."""
        row = self._row_in_focus()
        if row is not None and not row.field.is_secret:
            row.value = row.field.default

    def action_about(self) -> None:
        """Help on this field."""
        row = self._row_in_focus()
        if row is None:
            self.app.action_help()
            return
        field = row.field
        lines = [
            heading(field.title),
            *wrapped(field.help, self.app.size.width - 2),
            *wrapped(field.allowed, 70),
        ]
        how = "--credentials FILE, never in an argument" if field.is_secret else f"--set {field.name}=VALUE"
        lines += [BLANK, line(say(f"On the command line: {how}", Tone.MUTED))]
        self.app.push_screen(TextScreen(f"HELP > {field.title}", lines))

    def action_connect(self) -> None:
        """Ask the store; saves nothing."""
        draft, name = self.draft(), self._row.name if self._row else None
        self._shows_all = True
        self._say(line(say("> the store is asked ...", Tone.BUSY)))
        self.do("Connect", lambda: channels.check(draft, name=name), self._connected)

    def _connected(self, result: CheckResult) -> None:
        self._problems = {problem.field: problem for problem in reversed(result.problems)}
        account = result.account
        if account is not None:
            counts = [f"{account.orders:,} orders" if account.orders is not None else ""]
            counts.append(f"{account.products:,} products" if account.products is not None else "")
            found = ", ".join(part for part in (*counts, account.currency) if part)
            told = f"+ verified: {account.title or account.account_id}, version {account.version}, {found}"
            warnings = f"  ! {' '.join(account.warnings)}" if account.warnings else ""
            self._said = line(say(told, Tone.GOOD), say(warnings, Tone.WARN))
        self._show_problems()
        if account is not None and not self._problems:
            self._say(self._said)

    def action_save(self) -> None:
        """Save what is filled in; problems stay beside their fields."""
        self._shows_all = True
        if self._problems:
            self._show_problems()
            self._to_first_problem()
            return
        draft, row, actor = self.draft(), self._row, self.services.actor
        self._say(line(say("> saving; the store is asked first ...", Tone.BUSY)))
        if row is None:
            self.do("Add channel", lambda: channels.add(actor, draft), self._saved, self._refused)
            return
        url = draft.url if draft.url != row.url else None
        self.do(
            "Change channel",
            lambda: channels.change(
                actor, row.name, settings=draft.settings, credentials=draft.credentials or None, url=url
            ),
            self._saved,
            self._refused,
        )

    def _saved(self, row: ChannelRow) -> str:
        self.dismiss(row.name)
        if self._row is None and row.role.gives_orders:
            return f"{row.name} is added, read-only. Its orders are being read; G goes live, after a plan."
        return f"{row.name} is saved."

    def _refused(self, problems: Sequence[FieldProblem]) -> None:
        self._problems = {problem.field: problem for problem in reversed(problems)}
        self._show_problems()
        self._to_first_problem()

    def _to_first_problem(self) -> None:
        wrong = next((row for row in self._rows() if row.field.name in self._problems), None)
        if wrong is not None:
            self._tab = wrong.field.tab
            self._show_tab()
            wrong.focus_field()

    def action_go_live(self) -> None:
        """Go live, after a plan; on the list of channels."""
        row, actor = self._row, self.services.actor
        if row is None or self._changed_rows():
            self.app.say("Save first (F2), then Go live.", title="Go live")
            return
        self.do("Go live", lambda: plan_go_live(actor, row.name), self.app.show_go_live)

    def action_leave(self) -> None:
        """Leave; asks first when something was changed."""
        changed = self._changed_rows()
        if not changed:
            self.dismiss(None)
            return
        names = ", ".join(row.field.title for row in changed)
        self.app.push_screen(
            Sure("LEAVE WITHOUT SAVING", [f"{len(changed)} changed: {names}."], "leave, forget the changes"),
            self._left,
        )

    def _left(self, is_sure: bool | None) -> None:
        if is_sure:
            self.dismiss(None)


def _problems(draft: ChannelDraft, name: str | None) -> list[FieldProblem]:
    try:
        found = channels.validate(draft, name=name)
    except InvalidInput as error:
        return [*error.problems]
    blank = {key for key, value in draft.credentials.items() if not value}
    return [
        replace(problem, message="is needed.", remedy="") if problem.field in blank else problem
        for problem in found
    ]
