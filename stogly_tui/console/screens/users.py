"""People and their roles: who may look, work on orders, or change settings, and where each role comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from stogly_tui.console.screens.asking import ask_and_do
from stogly_tui.console.screens.base import ConsoleScreen
from stogly_tui.console.screens.dialogs import Question, Sure
from stogly_tui.console.widgets.frame import Crumbs, Rule
from stogly_tui.console.widgets.line_list import LineList, TableHead, TableList
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.domain.people import Role
from stogly_tui.model.changes import EVERYTHING, Changes
from stogly_tui.model.queries import users as queries
from stogly_tui.model.queries.users import UserRow
from stogly_tui.operations import users
from stogly_tui.present import times
from stogly_tui.present.blocks import Line, Tone, line, say, wrapped
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("name", "Name", 16, most=34),
    Head("role", "Role", 9),
    Head("source", "Where it comes from", 30, most=60),
)
MAY = {
    Role.VIEWER: "viewer looks",
    Role.OPERATOR: "operator also works on orders: send, hold, repair, read",
    Role.ADMIN: "admin also changes channels, settings and people",
}
CONFIG = "config.toml, goes before one given here"


@dataclass(frozen=True)
class Person:
    """One person, the role in force, and where it comes from."""

    name: str
    role: Role
    source: str
    is_here: bool
    """Whether the role was given here, so that it can be changed and removed here."""


def everybody(
    here: list[UserRow], config: Mapping[str, Role], when: Callable[[UserRow], str]
) -> list[Person]:
    """Everyone who has a role, here or in the settings of the program; those go before."""
    told = {
        row.name: Person(row.name, row.role, f"given here by {row.set_by}, {when(row)}", True) for row in here
    }
    for name, role in config.items():
        told[name] = Person(name, Role(role), CONFIG, name in told)
    return sorted(told.values(), key=lambda one: (one.name == users.EVERYONE_ELSE, one.name))


class UsersScreen(ConsoleScreen[None]):
    """Everyone with a role."""

    HELP_TITLE = "PEOPLE"
    HELP_TEXT = (
        "Who acts is the user of the operating system, or the name that a forced SSH command gives. The role stands in "
        "[roles] of config.toml, else here, else under * there or here. As long as nobody has a role anywhere, everyone "
        "with access is admin.",
        "; ".join(MAY.values()) + ".",
        "There is always one admin left. A new role is in force when that person opens the console the next time.",
    )
    BINDINGS = [
        Binding("a", "add", "add", id="users.add", tooltip="Give a person a role"),
        Binding("e", "change", "change role", id="users.change", tooltip="Give the chosen person another role"),
        Binding("D", "remove", "remove", id="users.remove", tooltip="Take the chosen person's role away"),
        Binding("escape,backspace", "leave", "back", id="users.leave", tooltip="Back to where you came from"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._people: list[Person] = []

    def body(self) -> ComposeResult:
        """Who acts, the list, what the roles mean."""
        yield Crumbs(line(say("Channels > ", Tone.PLAIN), say("People", Tone.STRONG)))
        yield Panel(id="you")
        yield Rule()
        yield TableHead(HEADS)
        yield TableList(HEADS, id="people")
        yield Rule()
        yield Panel(*(line(say(f"  {text}", Tone.MUTED)) for text in MAY.values()))

    def on_mount(self) -> None:
        """Focus on the list; `ConsoleScreen` reloads."""
        self.set_focus(self.query_one("#people"))

    def reload(self, changes: Changes = EVERYTHING) -> None:
        """Read everyone again."""
        if changes.is_everything or "user" in changes.kinds:
            self.asker("people").ask(queries.everyone)

    def show_loaded(self, slot: str, snapshot: Any) -> None:  # noqa: ARG002
        """Show everyone."""
        zone = self.services.time_zone
        self._people = everybody(
            snapshot, self.services.roles, lambda row: times.short(row.set_at, zone).strip()
        )
        self._show()

    def on_resize(self) -> None:
        """Room changed."""
        self._show()

    def _show(self) -> None:
        self.query_one("#you", Panel).lines = tuple(self._you())
        self.query_one("#people", TableList).show({one.name: self._cells(one) for one in self._people})

    def _you(self) -> list[Line]:
        actor = self.services.actor
        found = {one.name: one for one in self._people}
        mine = found.get(actor.name) or found.get(users.EVERYONE_ELSE)
        if not self._people:
            why = "nobody has a role yet, so everyone with access is admin. The first role given has to be an admin's."
        elif mine is None:
            why = "you have no role of your own, and there is none for everyone else (*)."
        else:
            why = f"{'for everyone else (*): ' if mine.name != actor.name else ''}{mine.source}."
        told = wrapped(f"You act as {actor.name}, {actor.role}: {why}", self.app.size.width)
        if not self._may_change:
            told += wrapped(
                "! Roles are changed by an admin only: ask one of those in the list.",
                self.app.size.width,
                0,
                Tone.WARN,
            )
        return told

    def _cells(self, one: Person) -> Cells:
        name = "* (everyone else)" if one.name == users.EVERYONE_ELSE else one.name
        you = "  (you)" if one.name == self.services.actor.name else ""
        return {
            "name": say(name + you, Tone.STRONG),
            "role": say(one.role),
            "source": say(one.source, Tone.MUTED),
        }

    @property
    def _may_change(self) -> bool:
        return self.services.actor.role.covers(Role.ADMIN) and not self.services.read_only

    @property
    def _chosen(self) -> Person | None:
        key = self.query_one("#people", TableList).cursor_key
        return next((one for one in self._people if one.name == key), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only an admin changes roles."""
        if action in ("add", "change", "remove") and not self._may_change:
            return None
        return super().check_action(action, parameters)

    def why_not(self, action: str) -> str:
        """Only an admin changes roles."""
        return "only an admin changes roles" if action in ("add", "change", "remove") else ""

    def action_add(self) -> None:
        """Give a person a role."""
        first = Role.OPERATOR if any(one.role is Role.ADMIN for one in self._people) else Role.ADMIN
        name = "" if self._people else self.services.actor.name
        self._ask("GIVE A ROLE", name, first)

    @on(LineList.Opened)
    def _opened(self) -> None:
        if self._may_change:
            self.action_change()

    def action_change(self) -> None:
        """Give the chosen person another role."""
        one = self._chosen
        if one is not None and self._is_here(one):
            self._ask(f"CHANGE ROLE: {one.name}", one.name, one.role)

    def action_remove(self) -> None:
        """Take the chosen person's role away."""
        one, actor = self._chosen, self.services.actor
        if one is None or not self._is_here(one):
            return

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.do(
                    "Remove role",
                    lambda: users.remove(actor, one.name),
                    lambda _: f"{one.name} has no role here.",
                )

        told = ["What follows: the role of everyone else (*), or viewer where there is none."]
        self.app.push_screen(Sure(f"TAKE THE ROLE OF {one.name} AWAY", told, "take it away"), answered)

    def action_leave(self) -> None:
        """Back."""
        self.dismiss(None)

    def _is_here(self, one: Person) -> bool:
        if not one.is_here:
            self.app.say(f"{one.name} has the role by config.toml: change it there.", title="People")
        return one.is_here

    def _ask(self, title: str, name: str, role: Role) -> None:
        actor = self.services.actor
        questions = (
            Question("name", "Name", name, "as the operating system has it; * is everyone else", is_needed=True),
            Question("role", "Role", role.value, options=tuple((one.value, one.value) for one in Role),
                     about="; ".join(MAY.values()) + "."),
        )  # fmt: skip
        ask_and_do(
            self, title, wrapped("It is in force when that person opens the console the next time.", 70), questions, "Give",
            lambda answers: lambda: users.put(actor, answers["name"], answers["role"]),
            lambda row: f"{row.name} is {row.role}.",
        )  # fmt: skip
