"""Anything in any order: buyers, people, faults, crashes and two workers. At the end every order is there once.

`EXPLORE=1` looks for new examples instead of the same ones each time.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stogly_tui.config import host
from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.domain.states import ChannelHealth, IntakeState, PushState
from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries.base import one, rows
from stogly_tui.operations import channels, orders, pushes
from stogly_tui.sandbox import Sandbox
from stogly_tui.sync import health, intake, looks, push
from stogly_tui.sync.context import Context
from tests.support.databases import open_file
from tests.support.trade import ADA, Crash, Trade, trading

EXPLORES = "EXPLORE" in os.environ
ANSWERS: list[dict[str, Any]] = [
    {"kind": "commit_late", "seconds": 3600.0},
    {"kind": "drop_before_commit"},
    {"kind": "drop_before_commit"},
    {"kind": "drop_reply_after_commit"},
    {"kind": "commit_late", "seconds": 3600.0},
    {"kind": "half_made"},
    {"kind": "status", "code": 429, "headers": {"Retry-After": "7"}},
    {"kind": "status", "code": 500},
    {"kind": "status", "code": 503},
    {"kind": "status", "code": 400,
     "body": '{"code":"rest_invalid_param","message":"Bad.","data":{"status":400}}',
     "headers": {"Content-Type": "application/json"}},
    {"kind": "status", "code": 401,
     "body": '{"code":"woocommerce_rest_cannot_view","message":"No.","data":{"status":401}}',
     "headers": {"Content-Type": "application/json"}},
    {"kind": "error_after_commit", "code": 500},
    {"kind": "redirect", "code": 302, "location": "https://elsewhere.example/"},
    {"kind": "truncated_json"},
    {"kind": "malformed_json"},
    {"kind": "html_200"},
    {"kind": "wrong_types"},
    {"kind": "unknown_fields"},
    {"kind": "unknown_status", "order_status": "in-transit"},
    {"kind": "expired_key"},
    {"kind": "clock_skew", "seconds": -300.0},
    {"kind": "shift_page"},
]  # fmt: skip
ONLY_POST = ("half_made", "commit_late")
STEPS = ["claimed", "looked", "started", "kept", "part stored", "page stored", "trigger served"]
JOBS = ["pull", "send", "push", "push", "look", "look", "rule", "wait", "late"]
numbers = st.integers(0, 30)
Trouble = tuple[dict[str, Any], bool, str, int, int]
troubles: st.SearchStrategy[Trouble] = st.tuples(
    st.sampled_from(ANSWERS), st.booleans(), st.sampled_from(["POST", "POST", "GET", "*"]), st.integers(0, 2),
    st.integers(1, 3),
)  # fmt: skip


class Story(RuleBasedStateMachine):
    """One trade between a shop and a destination, and everything that can happen to it."""

    template: Path
    sandbox: Sandbox
    folder: Path
    told: Counter[str]
    count = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.is_open = False

    @initialize(first=st.integers(1, 4))
    def begin(self, first: int) -> None:
        Story.count += 1
        home = self.folder / f"story{Story.count}"
        home.mkdir()
        (home / "stogly.db").write_bytes(self.template.read_bytes())
        db.open_database(f"sqlite:///{home / 'stogly.db'}")
        with db.connection_kept():
            tables.database.execute_sql("PRAGMA synchronous = off")
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        self.trade: Trade = self.stack.enter_context(trading(self.sandbox, home, patch))
        self.dead: set[str] = set()
        for module in (push, intake):
            patch.setattr(module, "is_dead", lambda token: token.rpartition(":")[0] in self.dead)
        self.trade.connect(auto_send="always")
        self.trade.context.worker = f"{host()}:{os.getpid()}:first"
        self.other = Context(
            self.trade.context.vault, worker=f"{host()}:{os.getpid()}:second", after_step=self.trade.step
        )
        self.placed: list[int] = []
        self.seconds = 0.0
        self.ends = 0
        self.is_open = True
        self.a_buyer_orders("TEE", 1)
        for job in (self.trade.pull, self.trade.send, self.trade.push):
            job()
        for _ in range(first):
            self.a_buyer_orders("TEE", 1)

    def teardown(self) -> None:
        try:
            if self.is_open:
                self.finish()
        finally:
            self.stack.close()
            db.drop_connection()

    # What buyers and the shop do.

    @rule(sku=st.sampled_from(["TEE", "MUG", "SOCK"]), quantity=st.integers(1, 3), is_paid=st.booleans())
    def a_buyer_places_an_order(self, sku: str, quantity: int, is_paid: bool) -> None:
        more = {} if is_paid else {"set_paid": False, "status": "pending"}
        self.a_buyer_orders(sku, quantity, **more)

    def a_buyer_orders(self, sku: str, quantity: int, **more: Any) -> None:
        self.a_moment_passes(1)
        self.placed.append(self.trade.place(sku, quantity, **more))

    @precondition(lambda self: self.is_open and self.placed)
    @rule(index=numbers, what=st.sampled_from(["note", "pay", "cancel", "complete", "trash", "address"]))
    def the_shop_changes_an_order(self, index: int, what: str) -> None:
        self.a_moment_passes(2)
        remote_id = self.placed[index % len(self.placed)]
        changes: dict[str, dict[str, Any]] = {
            "note": {"customer_note": f"note {index}"},
            "pay": {"set_paid": True, "status": "processing"},
            "cancel": {"status": "cancelled"},
            "complete": {"status": "completed"},
            "address": {"shipping": {"city": f"City {index}"}},
        }
        is_in_trash = self.trade.shop.orders.wire(remote_id)["status"] == "trash"
        if what == "trash" and not is_in_trash:
            self.trade.shop.orders.trash(remote_id)
        elif what != "trash":
            self.trade.shop.orders.update(remote_id, changes[what])

    @rule(seconds=st.sampled_from([1, 20, 130, 700, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.a_moment_passes(seconds)

    def a_moment_passes(self, seconds: float) -> None:
        """By every clock there is."""
        self.seconds += seconds
        self.trade.clock.advance(seconds=seconds)
        for store in (self.trade.shop, self.trade.destination):
            store.skew_seconds = self.seconds

    # What goes wrong.

    @rule(trouble=troubles)
    def something_breaks(self, trouble: "Trouble") -> None:
        fault, is_at_shop, method, skip, times = trouble
        if fault["kind"] in ONLY_POST:
            is_at_shop, method = False, "POST"
        store = self.trade.shop if is_at_shop else self.trade.destination
        on = "*" if method == "*" else f"{'GET' if is_at_shop else method} /orders"
        self.trade.fault(on=on, store=store.slug, skip=skip, times=times, **fault)

    @rule()
    def what_is_broken_is_mended(self) -> None:
        self.trade.sandbox.faults.clear()

    @rule()
    def late_writes_arrive(self) -> None:
        self.trade.sandbox.finish_late_commits()

    # What we do.

    @rule(jobs=st.lists(st.sampled_from(JOBS), min_size=1, max_size=8), trouble=st.one_of(st.none(), troubles),
          crash=st.tuples(st.sampled_from([*STEPS, ""]), st.integers(0, 1)), is_second=st.booleans())  # fmt: skip
    def a_worker_works(
        self, jobs: list[str], trouble: "Trouble | None", crash: tuple[str, int], is_second: bool
    ) -> None:
        """Some jobs one after the other; something may break meanwhile, or the process end in the middle."""
        main = self.trade.channel("Main").id
        do: dict[str, Callable[[Context], object]] = {
            "pull": self.read_shop,
            "rule": lambda _context: self.trade.queue_by_rule(),
            "send": lambda _context: self.trade.send(),
            "push": lambda context: push.drain(context, main),
            "look": lambda context: looks.settle(context, main),
            "wait": lambda _context: self.a_moment_passes(300),
            "late": lambda _context: self.late_writes_arrive(),
        }
        if trouble:
            self.something_breaks(trouble)
        self.trade.crash_after, self.trade.crash_skip = crash
        for job in jobs:
            self.work(do[job], is_second)
        self.trade.crash_after = ""

    @rule(is_second=st.booleans())
    def another_pushes_in_the_middle(self, is_second: bool) -> None:
        """While one worker is between its look and its request, the other one runs to its end."""
        main = self.trade.channel("Main").id
        real, has_run = self.trade.step, False

        def step(name: str) -> None:
            nonlocal has_run
            if name == "looked" and not has_run:
                has_run = True
                push.drain(self.other, main)
                looks.settle(self.other, main)
            real(name)

        self.trade.context.after_step = step
        try:
            self.work(lambda context: push.drain(context, main), False)
        finally:
            self.trade.context.after_step = real

    @precondition(lambda self: self.is_open and self.placed)
    @rule(index=numbers, verb=st.sampled_from(["hold", "release", "recall", "fetch", "address", "look"]))
    def a_person_acts(self, index: int, verb: str) -> None:
        ids = self.trade.ids()
        if not ids:
            return
        order_id = ids[index % len(ids)]
        verbs: dict[str, Callable[[], object]] = {
            "hold": lambda: orders.hold(ADA, order_id, reason="wait"),
            "release": lambda: orders.release(ADA, order_id),
            "recall": lambda: pushes.recall(ADA, [order_id]),
            "fetch": lambda: orders.fetch_again(ADA, order_id),
            "address": lambda: orders.correct_address(ADA, order_id, {"city": f"Town {index}"}),
            "look": lambda: pushes.look_now(ADA, order_id),
        }
        try:
            verbs[verb]()
        except InvalidInput as error:
            note(str(error))

    @rule()
    def channels_that_are_down_are_looked_at(self) -> None:
        self.a_moment_passes(1000)
        for name in ("Shop", "Main"):
            self.work(lambda context, name=name: health.look(context, self.trade.channel(name).id), False)  # type: ignore[misc]

    def read_shop(self, context: Context) -> None:
        from stogly_tui.operations import pulls

        pulls.pull_now(ADA, ["Shop"])
        intake.drain(context, self.trade.channel("Shop").id)

    def work(self, job: Callable[[Context], object], is_second: bool) -> None:
        """Run a job in one of the two workers; it may end in the middle, and is then started again.

        Not every end is seen by the others: some only when a lease runs out.
        """
        context = self.other if is_second else self.trade.context
        try:
            job(context)
        except Crash:
            self.told[f"crash after {self.trade.crash_after}"] += 1
            self.trade.is_dead, self.trade.crash_after = False, ""
            self.ends += 1
            if self.ends % 2:
                self.dead.add(context.worker)
            context.worker = f"{host()}:{os.getpid()}:again{self.told.total()}"

    # What must hold, always and at the end.

    @invariant()
    def what_was_seen_adds_up(self) -> None:
        if self.is_open:
            with db.read():
                bad = rows(
                    "SELECT id FROM sync_runs WHERE seen <> created + updated + unchanged + filtered + held + failed"
                )
            assert bad == []

    @invariant()
    def nothing_is_at_the_destination_twice(self) -> None:
        if self.is_open:
            references = Counter(str(order["created_via"]) for order in self.trade.at_destination())
            assert not [reference for reference, number in references.items() if number > 1]

    def finish(self) -> None:
        """Everything works again, time passes, and the two workers go on until nothing is left to do."""
        trade = self.trade
        trade.crash_after = ""
        trade.sandbox.faults.clear()
        trade.sandbox.finish_late_commits()
        for _ in range(40):
            self.a_moment_passes(700)
            if self.is_settled():
                break
            for context in (trade.context, self.other):
                for name in ("Shop", "Main"):
                    health.look(context, trade.channel(name).id)
                self.read_shop(context)
                for row in trade.rows():
                    if row.intake is IntakeState.FAILED:
                        orders.fetch_again(ADA, row.id)
                trade.queue_by_rule()
                push.drain(context, trade.channel("Main").id)
                looks.settle(context, trade.channel("Main").id)
            self.prove_the_look_up()
        trade.send()
        trade.push()
        self.a_moment_passes(7200)
        push.free_abandoned()
        self.judge()

    def prove_the_look_up(self) -> None:
        """An absence counts only for a look-up that has found something we know: somebody orders once more."""
        with db.read():
            waits = one(
                "SELECT 1 FROM pushes WHERE state = 'in_doubt' AND evidence LIKE '%has not yet found%'"
            )
        if waits and not any(row.push_state is PushState.SENT for row in self.trade.rows()):
            self.placed.append(self.trade.place())

    def is_settled(self) -> bool:
        rows_ = self.trade.rows()
        on_its_way = {"queued", "claimed", "sending", "retry_later", "in_doubt"}
        is_well = all(self.trade.channel(name).health is ChannelHealth.OK for name in ("Shop", "Main"))
        with db.read():
            is_asked = bool(
                rows("SELECT 1 FROM intake_triggers WHERE counter > served")
                or rows("SELECT 1 FROM sync_runs WHERE state IN ('queued', 'running') AND type = 'orders'")
            )
        is_read = not is_asked and {row.remote_id for row in rows_} >= {str(one) for one in self.placed}
        return is_well and is_read and not [row for row in rows_ if row.push_state in on_its_way]

    def judge(self) -> None:
        """Every promise of the product."""
        trade = self.trade
        all_rows = trade.rows()
        for row in all_rows:
            self.told[f"{row.intake} {row.push_state} {row.push_code or ''}".strip()] += 1
        assert all(channels.named(name).health is ChannelHealth.OK for name in ("Shop", "Main"))
        assert sorted(row.remote_id for row in all_rows) == sorted(map(str, self.placed)), "here exactly once"
        assert not [row for row in all_rows if row.intake is IntakeState.FAILED], "read in the end"
        there = Counter(str(order["created_via"]).split(":")[2] for order in trade.at_destination())
        for row in all_rows:
            number = there.get(row.remote_id, 0)
            context = (row.remote_id, row.push_state, row.push_code, row.push_text, number)
            if row.push_state is PushState.SENT:
                assert number == 1, context
            else:
                assert row.push_state in (PushState.NOT_SENT, PushState.ERROR), context
                assert number == 0 or (number == 1 and row.push_state is PushState.ERROR), context
            if row.push_code is ErrorCode.TWO_AT_DESTINATION:
                raise AssertionError(context)
            if row.push_state is PushState.NOT_SENT and row.intake is IntakeState.ACCEPTED:
                assert row.status.value == "cancelled" or row.source_change.value == "cancel_requested", (
                    context
                )
        with db.read():
            held = rows(
                "SELECT id, state FROM pushes WHERE claim_token IS NOT NULL OR state IN ('claimed', 'sending')"
            )
            running = rows("SELECT id FROM sync_runs WHERE state IN ('running', 'queued')")
            unended = rows("SELECT id FROM push_attempts WHERE outcome IS NULL")
            triggers = rows("SELECT remote_id, reason FROM intake_triggers WHERE counter > served")
        assert (held, running, unended) == ([], [], [])
        assert triggers == [], "what was asked for again was read"


def test_whatever_happens_every_order_is_here_once_and_there_once(sandbox: Sandbox, tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    open_file(template)
    Story.template, Story.sandbox, Story.folder = template, sandbox, tmp_path
    Story.told = Counter()

    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=int(os.environ.get("EXPLORE", 30)), stateful_step_count=30, deadline=None,
            derandomize=not EXPLORES, database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

    print(sorted(Story.told.items(), key=lambda item: -item[1]))  # noqa: T201
    assert Story.told["accepted sent"] > 20
    assert sum(number for what, number in Story.told.items() if what.startswith("crash")) >= 5
