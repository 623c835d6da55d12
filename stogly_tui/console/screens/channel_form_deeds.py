"""What the form of a channel does: connect, save after saying what that will do, go live, sign in by redirect."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from textual import on
from textual.binding import Binding
from textual.screen import Screen

from stogly_tui.console.form_reads import BeforeSaving, FormSnapshot, Look, before_saving, is_draft
from stogly_tui.console.screens.dialogs import Sure
from stogly_tui.console.screens.form import FormScreen
from stogly_tui.console.screens.sign_in import SignInScreen
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.inputs import Button
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.people import Role
from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import ChannelRole
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import channels, sign_in
from stogly_tui.operations.channels import ChannelDraft, CheckResult
from stogly_tui.present.blocks import BLANK, Line, Tone, line, say
from stogly_tui.present.connect_pages import found

NOT_SETTINGS = ("name", "platform", "url", "role")
BUTTONS = {"save": "save", "connect": "connect", "sign-in": "sign_in"}
CHANGES = ("save", "connect", "go_live", "default", "sign_in")
"""Actions of the form that only an admin has."""


class ChannelFormDeeds(FormScreen[str]):
    """A form over one channel, or over a new one while ``row`` is None."""

    BINDINGS = [
        Binding("f6", "connect", "Connect", show=False, id="form.connect", tooltip="Connect: ask the store; saves nothing"),
        Binding("f7", "go_live", "Go live", id="form.go_live", tooltip="Go live, after a plan"),
        Binding("f8", "sign_in", "Sign in", show=False, id="form.sign_in", tooltip="Sign in by redirect, in a browser"),
    ]  # fmt: skip

    row: ChannelRow | None = None
    form: FormSnapshot | None = None
    plan: Line = BLANK
    """What Go live would do, or what state it is in."""
    outcome: Line = BLANK
    """What was found or is being done; stands before the plan."""

    @property
    def may_change(self) -> bool:
        """Whether who looks may change the channel."""
        return self.services.actor.role.covers(Role.ADMIN) and not self.services.read_only

    @property
    def is_ready(self) -> bool:
        """Whether the fields are those of the platform that is chosen."""
        row = self.row_of("platform")
        return self.form is not None and (row is None or row.value == self.form.platform)

    @property
    def known_as(self) -> str | None:
        """Its name, once it is stored."""
        return self.row.name if self.row else None

    def draft(self) -> ChannelDraft:
        """The channel as it is filled in."""
        assert self.form is not None
        values = {row.field.name: row.value.strip() for row in self.rows()}
        secrets, row = self.form.secrets, self.row
        given = {name: values[name] for name, is_needed in secrets.items() if values[name] or is_needed}
        known = {*NOT_SETTINGS, *secrets}
        wanted = {one.field.name for one in self.rows() if row is None or one.is_changed}
        return ChannelDraft(
            platform=self.form.platform,
            name=row.name if row else values["name"],
            url=values["url"],
            credentials=given if row is None or any(given.values()) else {},
            role=row.role if row else ChannelRole(values["role"]),
            settings={name: value for name, value in values.items() if name not in known and name in wanted},
        )

    @abstractmethod
    def of_draft(self, row: ChannelRow) -> Screen[Any]:
        """The form of a channel that was kept as a draft."""

    def take_look(self, look: Look) -> None:
        self.problems = {problem.field: problem for problem in reversed(look.problems)}
        self.cautions = {caution.field: caution for caution in reversed(look.cautions)}
        self.show_problems()

    def show_problems(self) -> None:
        """How it stands, beside the fields and at the bottom."""
        super().show_problems()
        self.show_outcome()

    def show_outcome(self) -> None:
        """What was found, else what Go live would do."""
        self.query_one("#plan", Panel).lines = (self.outcome or self.plan,)

    def tell(self, text: str, tone: Tone = Tone.BUSY) -> None:
        """Say what is being done, or what came of it."""
        self.outcome = line(say(text, tone)) if text else BLANK
        self.show_outcome()

    # --- acting --------------------------------------------------------------------------------------------

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        await self.run_action(BUTTONS.get(str(message.button.id), "leave"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only an admin changes; sign-in is there where the platform has it."""
        if action in CHANGES and not self.may_change:
            return False
        if action == "sign_in":
            return self.form is not None and self.form.can_sign_in
        return super().check_action(action, parameters)

    def action_connect(self) -> None:
        """Ask the store; saves nothing."""
        if not self.is_ready:
            return
        draft, name = self.draft(), self.known_as
        self.shows_all = True
        self.tell("> the store is asked ...")
        self.do("Connect", lambda: channels.check(draft, name=name), self._connected)

    def _connected(self, result: CheckResult) -> None:
        if not self.is_attached:
            return
        account = result.account
        self.outcome = BLANK
        if account is not None:
            counts = [f"{account.orders:,} orders" if account.orders is not None else ""]
            counts.append(f"{account.products:,} products" if account.products is not None else "")
            parts = ", ".join(part for part in (*counts, account.currency) if part)
            told = f"+ verified: {account.title or account.account_id}, version {account.version}, {parts}"
            warnings = f"  ! {' '.join(account.warnings)}" if account.warnings else ""
            self.outcome = line(say(told, Tone.GOOD), say(warnings, Tone.WARN))
        self.take_look(Look(result.problems, tuple(self.cautions.values())))
        if account is not None and account.details:
            self.app.push_screen(TextScreen("CONNECT > what was found", found(account, self.app.size.width)))

    def action_save(self) -> None:
        """Say what saving will do, then save; problems stay beside their fields."""
        if not self.is_ready:
            return
        self.shows_all = True
        if self.row is not None and not self.changed_rows():
            self.tell("Nothing was changed.", Tone.MUTED)
            return
        draft, name = self.draft(), self.known_as
        self.asker("before").replace(lambda: before_saving(draft, name))

    def _before_saving(self, before: BeforeSaving) -> None:
        if before.look.problems:
            self.to_first_problem()
        elif before.says_more:
            told = [f"- {effect}" for effect in before.effects]
            told += [f"! caution: {one.message} {one.remedy}" for one in before.look.cautions]
            self.app.push_screen(
                Sure(f"SAVE {before.draft.name}: what this will do", told, "save"),
                lambda is_sure: self._save(before.draft) if is_sure else None,
            )
        else:
            self._save(before.draft)

    def _save(self, draft: ChannelDraft) -> None:
        row, actor = self.row, self.services.actor
        asked = "" if is_draft(row) else "; the store is asked first"
        self.tell(f"> saving{asked if row is None or draft.credentials or draft.url != row.url else ''} ...")
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
        is_new = self.row is None
        if self.is_attached:
            for one in self.rows():
                one.is_stored()
            self.close_with(row.name)
        if is_new and row.role.gives_orders:
            return f"{row.name} is added, read-only. Its orders are being read; G goes live, after a plan."
        return f"{row.name} is saved."

    def _refused(self, problems: Sequence[FieldProblem]) -> bool:
        if self.is_attached:
            self.outcome = BLANK
            self.take_look(Look(tuple(problems), ()))
            self.to_first_problem()
        return self.is_current

    def action_go_live(self) -> None:
        """Go live, after a plan; on the list of channels."""
        if self.row is None or self.changed_rows():
            self.app.say("Save first (F2), then Go live.", title="Go live")
        else:
            self.app.ask_go_live(self.row)

    # --- signing in by redirect ----------------------------------------------------------------------------

    def action_sign_in(self) -> None:
        """Sign in by redirect; a new channel is kept as a draft first."""
        if not self.is_ready:
            return
        row, actor, draft = self.row, self.services.actor, self.draft()
        self.shows_all = True
        if row is None:
            self.tell("> kept as a draft ...")
            self.do("Add draft", lambda: channels.add_draft(actor, draft), self._drafted, self._refused)
        elif not self.changed_rows():
            self.tell("> a sign-in is begun ...")
            self.do("Sign in", lambda: sign_in.begin(actor, row.name), self._begun, self._refused)
        else:
            self.app.say("Save first (F2), then sign in.", title="Sign in")

    def _drafted(self, row: ChannelRow) -> str:
        if self.is_attached:
            app = self.app
            for one in self.rows():
                one.is_stored()
            self.close_with(row.name)
            app.call_later(app.push_screen, self.of_draft(row))
        return f"{row.name} is kept as a draft: nothing is read before somebody has signed in."

    def _begun(self, begun: sign_in.SignInBegun) -> str | None:
        row = self.row
        if self.is_attached and row is not None:
            self.tell("")
            self.app.push_screen(SignInScreen(row, begun), self._signed_in)
        return None

    def _signed_in(self, name: str | None) -> None:
        if name:
            self.close_with(name)
