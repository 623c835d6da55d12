"""What every screen has around it: where and who one is, the rooms, and the keys."""

from collections.abc import Sequence

from textual import events
from textual.reactive import reactive
from textual.screen import Screen

from stogly_tui.console.services import Services
from stogly_tui.console.widgets.painted import Painted, length
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.model.queries.status import Vitals
from stogly_tui.present import times
from stogly_tui.present.blocks import Line, Segment, Tone, line, say

PROBLEMS = "problems"
"""Not a room of its own yet: a page that opens over the present one."""
ROOMS = (
    ("1", "Orders", "orders"),
    ("2", "Channels", "channels"),
    ("3", "Problems", PROBLEMS),
    ("6", "Sync log", "log"),
    ("7", "Overview", "overview"),
)
"""Key, title and name of each room that exists."""

KEY_NAMES = {
    "space": "Spc",
    "asterisk": "*",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "enter": "Enter",
    "escape": "Esc",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "backspace": "Bksp",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}


class StatusBar(Painted):
    """Environment and database, who one is, age of the data, worker, open problems; or what is the matter."""

    DEFAULT_CSS = """
    StatusBar { height: 1; background: $bar; }
    StatusBar.-danger {
        background: $bar-danger; color: $bar-danger-text;
        & .tone--muted, & .tone--good, & .tone--busy, & .tone--warn { color: $bar-danger-text; }
        & .tone--bad { color: $bar-danger-text; text-style: bold; }
    }
    """
    vitals: reactive[Vitals | None] = reactive(None, init=False)
    lost: reactive[str] = reactive("", init=False)

    def __init__(self, services: Services) -> None:
        super().__init__(classes="-danger" if services.is_production else None)
        self.services = services

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line; the problems stand at its end."""
        services, vitals = self.services, self.vitals
        if self.lost:
            return line(
                say(f"! the database does not answer ({self.lost}); asked again by itself", Tone.BAD)
            ), ""
        where = f"{services.environment} {services.database_title}".strip()
        who = f"{services.actor.name}, {services.actor.role}{' (read only)' if services.read_only else ''}"
        parts = [say(where, Tone.STRONG), say(who), say(f"data {self._age()}"), *self._worker()]
        end = Segment("")
        if vitals is not None:
            count = vitals.problems
            end = (
                say(f"! {count} problem{'' if count == 1 else 's'}", Tone.BAD)
                if count
                else say("+ ok", Tone.GOOD)
            )
        if vitals and vitals.sending_is_locked:
            end = say("! sending locked: copy (F12)", Tone.BAD)
        short = say(services.environment, Tone.STRONG)
        shown: Line = ()
        for choice in (parts, [short, *parts[1:]], [short, parts[1], parts[3]], [short, parts[1]]):
            shown = _joined(choice)
            room = self.size.width - length((*shown, end))
            if room > 0:
                return (*shown, Segment(" " * room), end), ""
        return shown, ""

    def _worker(self) -> Line:
        title, vitals = self.services.worker.title, self.vitals
        until = vitals.worker_until if vitals and vitals.worker else None
        if title == "none" and vitals and until and until > self.services.clock():
            title = f"ok ({vitals.worker.rpartition('@')[2]})"
        tone = Tone.PLAIN if title.startswith("ok") else Tone.BAD
        return (say(f"worker {title}", tone),)

    def _age(self) -> str:
        if self.vitals is None:
            return "..."
        at = self.vitals.data_at
        if at is None:
            return "never read"
        told = times.age(at, self.services.clock())
        return "fresh" if told == "now" else f"{told} old"

    def watch_vitals(self) -> None:
        """Other vitals."""
        self.repaint()

    def watch_lost(self) -> None:
        """The database went away or came back."""
        self.repaint()


def _joined(parts: Sequence[Segment]) -> Line:
    """Parts with a bar between them."""
    told: list[Segment] = []
    for part in parts:
        told += [Segment(" | "), part] if told else [part]
    return tuple(told)


class Rooms(Painted):
    """The rooms there are; the present one in brackets."""

    DEFAULT_CSS = "Rooms { height: 1; }"

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line."""
        return tuple(
            say(text, Tone.STRONG if name == self._current else Tone.PLAIN)
            for name, text, _ in self._places()
        ), ""

    def on_click(self, event: events.Click) -> None:
        """A click opens a room."""
        for name, text, start in self._places():
            if not start <= event.x < start + len(text):
                continue
            if name == PROBLEMS:
                self.app.call_later(self.app.run_action, "app.problems")
            else:
                self.app.switch_mode(name)

    def _places(self) -> list[tuple[str, str, int]]:
        told, at = [], 0
        for key, title, name in ROOMS:
            text = f"[{key} {title}]" if name == self._current else f" {key} {title} "
            told.append((name, text, at))
            at += len(text)
        return told


class Crumbs(Panel):
    """Where one is below a room, with what goes to the right."""

    DEFAULT_CSS = "Crumbs { height: 1; }"

    def show(self, left: Line, right: str) -> None:
        """Left and right of one line."""
        room = self.size.width - length(left) - len(right)
        self.lines = ((*left, Segment(" " * max(room, 2)), say(right, Tone.MUTED)),)


class Rule(Painted):
    """A line across."""

    DEFAULT_CSS = "Rule { height: 1; color: $edge; }"

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line."""
        return (Segment("-" * self.size.width),), ""


class KeyLine(Painted):
    """The keys that work here and now, as many as there is room for; the rest is in Help and Commands."""

    DEFAULT_CSS = "KeyLine { height: 1; background: $bar; }"

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def line_at(self, y: int) -> tuple[Line, str]:  # noqa: ARG002
        """The one line."""
        end: Sequence[Segment] = (
            Segment("  "),
            Segment(":", Tone.STRONG),
            Segment(" more  "),
            Segment("?", Tone.STRONG),
        )
        shown: list[Segment] = []
        room = self.size.width - length(tuple(end))
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or not binding.description or binding.action in seen:
                continue
            seen.add(binding.action)
            part = (
                Segment("  " if shown else ""),
                Segment(self.app.get_key_display(binding), Tone.STRONG),
                say(f" {binding.description}"),
            )
            if length((*shown, *part)) > room:
                break
            shown += part
        return (*shown, Segment(" " * (room - length(tuple(shown)))), *end), ""

    def _changed(self, _screen: Screen[object]) -> None:
        self.repaint()
