"""Working on orders with others: notes, who an order is assigned to, and one verb over many marked orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.suggester import SuggestFromList

from stogly_tui.console import bulk_words, long_work
from stogly_tui.console.messages import Loaded, LoadFailed
from stogly_tui.console.reader import Asker
from stogly_tui.console.screens.dialogs import Answers, Ask, Question
from stogly_tui.console.screens.order_asking import below_title
from stogly_tui.console.screens.order_sending import OrderSending
from stogly_tui.console.screens.send_plan import TYPE_ABOVE
from stogly_tui.console.widgets.inputs import LineInput
from stogly_tui.console.widgets.panel import Panel
from stogly_tui.operations import bulk, team
from stogly_tui.operations.bulk import BulkPlan, BulkResult, Verb
from stogly_tui.operations.watching import Stopped, Watch
from stogly_tui.present.blocks import Line, Tone, line, say, wrapped

DOING = {
    Verb.HOLD: "holding it",
    Verb.RELEASE: "releasing it",
    Verb.HANDLED: "settling it",
    Verb.RETRY: "retrying it",
}
LOOK = 0.25


class OrderTeam(OrderSending):
    """A screen whose orders can be noted on, assigned, and worked on many at a time."""

    BINDINGS = [
        Binding("n", "note", "note", show=False, id="order.note", tooltip="Write a note on the marked orders, or this"),
        Binding("A", "assign", "assign", show=False, id="order.assign", tooltip="Assign the marked orders, or this one"),
    ]  # fmt: skip

    def action_note(self) -> None:
        """Write a note."""
        ids = self.order_ids
        if not len(ids) or self.app.refuses_as_read_only("Note"):
            return
        about = wrapped(
            "Colleagues see it on the order. It is kept as it is written, and changes nothing else.", 70
        )
        question = Question("reason", "Note", help="what a colleague has to know", is_needed=True)
        self._ask_for(
            f"NOTE ON {self._which(ids)}", about, question, "Write it",
            lambda answers: self.do_to_many(Verb.NOTE, ids, reason=answers["reason"]),
        )  # fmt: skip

    def action_assign(self) -> None:
        """Assign to a person, or to nobody."""
        ids, me = self.order_ids, self.services.actor.name
        if not len(ids) or self.app.refuses_as_read_only("Assign"):
            return

        def answered(answers: Answers | None) -> None:
            if answers is not None:
                name = me if answers["name"] == "me" else answers["name"]
                self.do_to_many(Verb.ASSIGN, ids, name=name)

        self.app.push_screen(AssignAsk(f"ASSIGN {self._which(ids)}", me), answered)

    def ask_many(self, verb: Verb) -> bool:
        """Do a verb to the marked orders, after a plan; False when only one order is meant."""
        ids = self.order_ids
        if len(ids) < 2:
            return False
        if self.app.refuses_as_read_only(bulk_words.TITLES[verb]):
            return True
        dialog = BulkAsk(verb, ids)

        def answered(answers: Answers | None) -> None:
            if answers is not None and dialog.plan is not None:
                self._carry_out(dialog.plan, answers.get("reason", ""))

        self.app.push_screen(dialog, answered)
        return True

    def do_to_many(self, verb: Verb, ids: Sequence[int], *, name: str = "", reason: str = "") -> None:
        """Do a verb that needs no plan."""
        actor = self.services.actor

        def work(watch: Watch) -> BulkResult:
            plan = bulk.plan(actor, verb, ids, name=name, watch=watch)
            return bulk.apply(actor, plan, reason=reason, watch=watch)

        self._begin(verb, work, f"{team.assigned_words(name)}." if verb is Verb.ASSIGN else "")

    def _carry_out(self, plan: BulkPlan, reason: str) -> None:
        actor = self.services.actor
        self._begin(plan.verb, lambda watch: bulk.apply(actor, plan, reason=reason, watch=watch))

    def _begin(self, verb: Verb, work: Callable[[Watch], BulkResult], what: str = "") -> None:
        def ended(piece: long_work.LongWork, result: BulkResult) -> str | None:
            if len(result.outcomes) == 1:
                (one,) = result.outcomes
                return (
                    f"{one.number}: {what or one.reason}"
                    if one.mark is bulk.Mark.OK
                    else f"{one.number} {one.reason}."
                )
            return long_work.ended(self.app, piece, result)

        long_work.begin(self.app, bulk_words.TITLES[verb], work, ended)

    def _which(self, ids: Sequence[int]) -> str:
        return self.order.number if len(ids) == 1 and self.order else bulk_words.orders(len(ids)).upper()

    def _ask_for(
        self,
        title: str,
        about: Sequence[Line],
        question: Question,
        verb: str,
        then: Callable[[Answers], None],
    ) -> None:
        self.app.push_screen(
            Ask(title, about, (question,), verb),
            lambda answers: then(answers) if answers is not None else None,
        )


class AssignAsk(Ask):
    """To whom: oneself by default; Right takes the name that is suggested, a blank assigns to nobody."""

    def __init__(self, title: str, me: str) -> None:
        super().__init__(title, (), (Question("name", "To", me, "a name; blank: nobody"),), "Assign")
        self._asker: Asker | None = None
        self._me, self._doubted = me, ""
        self._known: Sequence[str] = ()

    def action_save(self) -> None:
        """Assign; a name that nobody here has is asked about once, for it may be mistyped."""
        name = self.answers["name"]
        known = ("", "me", self._me, self._doubted, *self._known)
        if self._known and name not in known:
            self._doubted = name
            doubt = f"! Nobody here is called {name} yet. Once more assigns to that name all the same."
            self.query_one("#problem", Panel).lines = tuple(wrapped(doubt, bulk_words.WIDTH, tone=Tone.WARN))
        else:
            super().action_save()

    def body(self) -> ComposeResult:
        """The known names come last."""
        yield from super().body()
        yield Panel(line(""), line(""), id="known")

    def on_mount(self) -> None:
        """Ask who is known. What is typed takes the place of the name that stands there."""
        self.query_one("#name", LineInput).select_all()
        self._asker = Asker(self.app.reader, self, "people")
        self._asker.ask(team.people)

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if self._asker is not None and self._asker.take(message):
            names = self._known = message.snapshot
            self.query_one("#name", LineInput).suggester = SuggestFromList(names, case_sensitive=False)
            told = f"Known: {', '.join(names)}" if names else "Nobody else is known yet."
            shown = wrapped(told, bulk_words.WIDTH, tone=Tone.MUTED)[0]
            how = line(
                say("Right takes the name that is suggested; a blank field assigns to nobody.", Tone.MUTED)
            )
            self.query_one("#known", Panel).lines = (shown, how)

    @on(LoadFailed)
    def _load_failed(self, message: LoadFailed) -> None:
        if self._asker is not None:
            self._asker.take(message)


class BulkAsk(Ask):
    """The plan of a verb over many orders, made while the window is open already, and the reason for it."""

    def __init__(self, verb: Verb, order_ids: Sequence[int]) -> None:
        questions = []
        if verb.needs_reason or verb is Verb.RELEASE:
            questions.append(
                Question("reason", "Reason", help="kept in the timeline", is_needed=verb.needs_reason)
            )
        if len(order_ids) > TYPE_ABOVE or not questions:
            questions.append(
                Question("number", "Their number", help="of the orders it is done to, as the plan says")
            )
        title = f"{bulk_words.TITLES[verb].upper()}: {bulk_words.orders(len(order_ids)).upper()} MARKED"
        super().__init__(title, (), questions, bulk_words.TITLES[verb], self._what_is_wrong)
        self._what, self._ids = verb, order_ids
        self._watch = Watch()
        self._leave: Callable[[], None] = lambda: None
        self.plan: BulkPlan | None = None

    def body(self) -> ComposeResult:
        """With the plan, which `on_mount` puts below the title."""
        yield Panel(id="plan")
        yield from super().body()

    def on_mount(self) -> None:
        """Plan."""
        actor, verb, ids, watch = self.app.services.actor, self._what, self._ids, self._watch
        below_title(self.query_one("#plan"))
        self._leave = self.app.presence.enter(ids, DOING[verb])
        self._say_how_far()
        self.set_interval(LOOK, self._say_how_far)

        def work() -> BulkPlan | None:
            try:
                return bulk.plan(actor, verb, ids, watch=watch)
            except Stopped:
                return None

        self.app.work_on(bulk_words.TITLES[verb], work, self._planned, self._not_planned)

    def on_unmount(self) -> None:
        """Nothing more has to be planned."""
        self._watch.stop()
        self._leave()

    def _say_how_far(self) -> None:
        if self.plan is None and self.is_attached:
            watch = self._watch
            self.query_one("#plan", Panel).lines = (
                line(say(f"Looking at {watch.done:,} of {len(self._ids):,} ...", Tone.BUSY)),
            )

    def _planned(self, plan: BulkPlan | None) -> None:
        if plan is not None and self.is_attached:
            self.plan = plan
            self.query_one("#plan", Panel).lines = tuple(bulk_words.plan_lines(plan))
            self._look()

    def _not_planned(self, _problems: Sequence[Any]) -> bool:
        if self.is_attached:
            self.dismiss(None)
        return False

    def _what_is_wrong(self, answers: Answers) -> str:
        if self.plan is None:
            return "The plan is being made; in a moment."
        count = len(self.plan.goes)
        if not count:
            return "Nothing is to be done: all are skipped."
        if "reason" in answers and self._what.needs_reason and len(answers["reason"]) < 3:
            return "Say why, in a few words."
        if "number" in answers and answers["number"] != str(count):
            return f"Type {count} to do it to {bulk_words.orders(count)}."
        return ""
