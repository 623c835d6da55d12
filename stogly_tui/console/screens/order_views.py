"""Saved views on the screen of orders: on keys and in a list; and files of what the filter shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from textual.binding import Binding

from stogly_tui.console import long_work, order_reads
from stogly_tui.console.order_filter import Wanted
from stogly_tui.console.screens.asking import ask_and_do
from stogly_tui.console.screens.dialogs import Answers, Column, FilterDialog, Question
from stogly_tui.console.screens.order_looks import OrderLooks, choices
from stogly_tui.console.screens.views import ViewAnswer, ViewsDialog
from stogly_tui.domain.people import Role
from stogly_tui.model.queries import views as queries
from stogly_tui.model.queries.order_keys import COLUMNS, NEWEST
from stogly_tui.model.queries.views import ViewRow
from stogly_tui.operations import views
from stogly_tui.operations.watching import Watch
from stogly_tui.present import order_export
from stogly_tui.present.blocks import wrapped
from stogly_tui.present.exports import Exported

FORMATS = (("csv", "CSV, for spreadsheets"), ("jsonl", "JSON Lines, for scripts"))


class OrderViews(OrderLooks):
    """A grid screen whose filter, sort and columns can be kept under a name and a key."""

    BINDINGS = [
        Binding("X", "export", "export", show=False, id="orders.export", tooltip="Write what the filter shows to a file"),
        Binding("V", "views", "views", show=False, id="orders.views", tooltip="Saved views: open, keep, drop"),
        *(
            Binding(key, f"view('{key}')", f"view {number}", show=False, id=f"orders.view_{number}",
                    tooltip=f"Open the view kept on {key.upper()}")
            for number, key in enumerate(views.KEYS, 1)
        ),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._views: Sequence[ViewRow] = ()

    def on_mount(self) -> None:
        """Fetch the views."""
        self.ask_views()

    def ask_views(self) -> None:
        """Read the views of this person again."""
        owner = self.services.actor.name
        self.asker("views").ask(lambda: queries.of(owner))

    def views_loaded(self, found: Sequence[ViewRow]) -> None:
        """The views have come."""
        self._views = found

    def action_view(self, key: str) -> None:
        """Open the view on a key."""
        found = next((one for one in self._views if one.key == key), None)
        if found is None:
            self.app.say(f"No view is kept on {key.upper()}: V, then s, keeps this one.", title="Views")
        else:
            self.open_view(found)

    def open_view(self, view: ViewRow) -> None:
        """Look at orders as the view does."""
        self.chosen = choices([list(one) for one in view.columns])
        sort = view.sort if view.sort.lstrip("-") in COLUMNS else NEWEST
        self.want(Wanted(view.query, sort))
        self.look_again()
        self.focus_list()

    def action_views(self) -> None:
        """Open, keep or drop views."""
        self.app.push_screen(ViewsDialog(self._views, self.wanted.text), self._view_answered)

    def _view_answered(self, answer: ViewAnswer | None) -> None:
        if answer is None:
            return
        actor, view = self.services.actor, answer.view
        match answer.verb:
            case "open" if view is not None:
                self.open_view(view)
            case "remove" if view is not None:
                self.app.work_on(
                    "Views", lambda: views.remove(actor, view.id), lambda _: f"{view.name} is dropped."
                )
            case "save":
                self._ask_name()

    def _ask_name(self) -> None:
        wanted = self.wanted
        columns = tuple((one.key, one.width) for one in self.chosen)
        taken = {one.key: one.name for one in self._views if one.key}
        keys = (
            ("", "no key"),
            *((key, f"{key.upper()} {taken.get(key, '')[:8]}".strip()) for key in views.KEYS),
        )
        questions = (
            Question("name", "Name", help="for example: To ship today", is_needed=True),
            Question("key", "Key", "", options=keys),
        )
        about = wrapped(f"Keeps filter, sort and columns: {wanted.text or 'all orders'}", 70)
        ask_and_do(
            self, "KEEP THIS VIEW", about, questions, "Keep", lambda answers: self._save(answers, columns),
            lambda _: "The view is kept.", carry_out=self.app.work_on,
        )  # fmt: skip

    def _save(self, answers: Answers, columns: Sequence[tuple[str, int]]) -> Callable[[], None]:
        actor, wanted = self.services.actor, self.wanted
        return lambda: views.save(
            actor, answers["name"], query=wanted.text, sort=wanted.sort, columns=columns, key=answers["key"]
        )

    # --- files ---------------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Write what the filter shows to a file, after asking for its format."""
        folder, actor = self.services.folder, self.services.actor
        if not actor.role.covers(Role.OPERATOR):
            self.app.say("Files hold customers' data: exporting needs the role operator.", title="Export")
        elif folder is None:
            self.app.say("There is no folder to write it to.", title="Export", severity="error")
        elif not self.is_misread("written"):
            keys = self.whole_keys
            title = f"Write {len(keys):,} orders as" if keys is not None else "Write all orders shown as"
            self.app.push_screen(
                FilterDialog((Column("how", title, FORMATS, FORMATS[0][0]),)),
                lambda answers: self._export(answers, folder),
            )

    def _export(self, answers: Answers | None, folder: Path) -> None:
        if answers is None:
            return
        which, sort, known = self.read.which, self.wanted.sort, self.whole_keys
        how, at = answers["how"], self.services.clock()

        def work(watch: Watch) -> Exported:
            keys = order_reads.keys_of(which, sort) if known is None else known
            watch.begin(len(keys))

            def progress(rows: int) -> bool:
                watch.step(rows)
                return not watch.is_stopped

            return order_export.export(keys, how, folder, at, progress)

        long_work.begin(
            self.app,
            "Export",
            work,
            lambda _, done: (
                f"{done.rows:,} orders are in {done.path}" if done.path else "stopped; no file was left."
            ),
            changes=False,
        )
