"""problems, runs, log, day: what goes on, once or for as long as somebody looks."""

import argparse
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from stogly_tui.cli import exits, moments, which
from stogly_tui.cli.output import put, put_jsonl, put_rows, put_table, say
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import DAY_COUNTS, day_json
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.domain.states import Level
from stogly_tui.model import changes
from stogly_tui.model import database as db
from stogly_tui.model.queries import orders, overview, runs
from stogly_tui.model.queries import problems as problem_queries
from stogly_tui.model.queries.overview import Day
from stogly_tui.model.queries.runs import RunRow
from stogly_tui.present import overview_pages, problem_pages, times
from stogly_tui.present.blocks import plain
from stogly_tui.present.log_json import entry_json, run_json
from stogly_tui.present.problem_pages import problem_json

_PAUSE = 1.0
_RUN_HEADS = {
    "id": "Run", "started": "Started", "channel": "Channel", "type": "Type", "state": "State", "seen": "Seen",
    "created": "New", "updated": "Updated", "unchanged": "Same", "filtered": "Filtered", "held": "Held",
    "failed": "Failed",
}  # fmt: skip
_RIGHT = ("Run", "Seen", "New", "Updated", "Same", "Filtered", "Held", "Failed")

Rows = Sequence[Mapping[str, Any]]
T = TypeVar("T")


def problems(session: Session, args: argparse.Namespace) -> int:
    """Open errors and holds grouped by cause."""
    only = _only(args)

    def look() -> Rows:
        with db.read():
            found = [one for one in problem_queries.open_problems() if only in (None, one.channel_id)]
            named = orders.page([order_id for one in found for order_id in one.orders[: problem_pages.NAMED]])
        numbers = {row.id: row.number for row in named}
        return [problem_json(one, numbers) for one in found]

    def show(rows: Rows) -> None:
        if args.format != "table":
            put_rows(args.format, rows, {})
            return
        for row in rows:
            for told in problem_pages.lines(row, session.view().width):
                put(plain(told))
        if not rows:
            say("There are no open problems.")

    return _whole(args, look, lambda rows: show([_without_minor(row, args.format) for row in rows]))


def sync_runs(session: Session, args: argparse.Namespace) -> int:
    """Sync runs, newest first; while following, each as it begins and ends."""
    only = _only(args)
    told: dict[int, tuple[Any, ...]] = {}

    def look(limit: int) -> list[RunRow]:
        with db.read():
            found = runs.latest(limit, channel_id=only)
        new = [run for run in found if told.get(run.id) != (run.state,)]
        told.update({run.id: (run.state,) for run in found})
        return new

    def row(run: RunRow) -> dict[str, Any]:
        return run_json(run) | {"started": times.stamp(run.started_at or run.asked_at, session.zone)}

    first = look(args.limit)
    if not args.follow:
        put_rows(args.format, [_run(row(run), args.format) for run in first], _RUN_HEADS, right=_RIGHT)
        return exits.DONE
    _print_new(args, [row(run) for run in reversed(first)], _run_line)
    return _follow(lambda: _print_new(args, [row(run) for run in reversed(look(200))], _run_line))


def log(session: Session, args: argparse.Namespace) -> int:
    """The sync log, newest last."""
    only = _only(args)
    levels = tuple(Level(one) for one in args.level)
    since = moments.optional("since", args.since, session.zone, session.now)
    last = 0

    def look(limit: int) -> Rows:
        nonlocal last
        with db.read():
            found = runs.entries(
                limit, channel_id=only, levels=levels, text=args.search, since=since, after_id=last
            )
        last = max((entry.id for entry in found), default=last)
        return [entry_json(entry) for entry in found]

    def line(row: Mapping[str, Any]) -> str:
        at = times.stamp(datetime.fromisoformat(row["at"]), session.zone)
        where = " ".join(part for part in (row["channel"], row["order"] or row["entity"]) if part)
        return f"{at}  {row['level']:<7}  {row['code']:<16}  {where}: {row['message']}"

    rows = look(args.limit)
    if args.format == "json" and not args.follow:
        put_rows("json", rows, {})
        return exits.DONE
    _print_new(args, rows, line)
    return _follow(lambda: _print_new(args, look(1000), line)) if args.follow else exits.DONE


def day(session: Session, args: argparse.Namespace) -> int:
    """Is everything sent, and what is left, with reasons."""
    only = args.channel and which.channel(args.channel).name
    midnight = session.now.astimezone(session.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since = moments.optional("since", args.since, session.zone, session.now) or midnight
    until = moments.optional("until", args.until, session.zone, session.now) or midnight + timedelta(days=1)
    if until <= since:
        raise InvalidInput(FieldProblem("until", "is not after --since.", moments.FORMS))
    code = _ask_channels(session, since, until, only) if args.ask else exits.DONE

    def look() -> Day:
        with db.read():
            found = overview.day(since, until)
        if not only:
            return found
        return replace(found, channels=tuple(row for row in found.channels if row.channel == only))

    def show(found: Day) -> None:
        rows = [day_json(row) for row in found.channels]
        if args.format != "table":
            put_rows(args.format, rows, {})
            return
        titles = [name.replace("_", " ").capitalize() for name in DAY_COUNTS]
        put_table(
            ("Channel", *titles), [(row["channel"], *(row[name] for name in DAY_COUNTS)) for row in rows], right=titles
        )  # fmt: skip
        view = replace(session.view(), now=db.now())
        for text in overview_pages.text(found, view):
            put(text)
        for told in (overview_pages.earlier(found), overview_pages.worker(found.serving, "", view)):
            put(plain(told))

    say(f"Orders placed from {times.stamp(since, session.zone)} to {times.stamp(until, session.zone)}.")
    _whole(args, look, show)
    return code


def _ask_channels(session: Session, since: datetime, until: datetime, only: str | None) -> int:
    """Ask channels how many orders they have of this window; the answers are kept and shown with the day."""
    from stogly_tui.operations import tools

    session.get_ready()
    if only:
        tools.count_window(session.actor, only, since, until)
        return exits.DONE
    found = tools.count_all(session.actor, since, until)
    for problem in found.problems:
        say(str(problem))
    return exits.SOME_FAILED if found.problems else exits.DONE


def _whole(args: argparse.Namespace, look: Callable[[], T], show: Callable[[T], None]) -> int:
    """Print a whole view, and while following again whenever it has changed."""
    before = look()
    if not args.follow:
        show(before)
        return exits.DONE

    def once_more() -> None:
        nonlocal before
        found = look()
        if found != before:
            before = found
            again(found)

    def again(found: T) -> None:
        args.format = "jsonl" if args.format == "json" else args.format
        show(found)

    again(before)
    return _follow(once_more)


def _follow(look: Callable[[], None]) -> int:
    """Look again whenever something changed, until interrupted."""
    feed = changes.Feed()
    pause = threading.Event()
    sys.stdout.flush()
    try:
        while True:
            try:
                changed = feed.wait(_PAUSE)
            except db.DatabaseUnreachable as error:
                say(f"database: {error}; trying again.")
                pause.wait(_PAUSE)
                continue
            if changed is not None:
                look()
                sys.stdout.flush()
    finally:
        feed.close()


def _print_new(args: argparse.Namespace, rows: Rows, line: Callable[[Mapping[str, Any]], str]) -> None:
    if args.format == "table":
        for row in rows:
            put(line(row))
    else:
        put_jsonl([_run(row, args.format) for row in rows])


def _only(args: argparse.Namespace) -> int | None:
    return which.channel(args.channel).id if args.channel else None


def _run(row: Mapping[str, Any], how: str) -> Mapping[str, Any]:
    return row if how == "table" else {key: value for key, value in row.items() if key != "started"}


def _run_line(row: Mapping[str, Any]) -> str:
    counts = f"{row['seen']} seen, {row['created']} new, {row['updated']} updated, {row['failed']} failed"
    error = f"  {row['error_code']}: {row['error']}" if row["error_code"] else ""
    return f"{row['started']}  #{row['id']}  {row['channel']}  {row['type']}  {row['state']}  {counts}{error}"


def _without_minor(row: Mapping[str, Any], how: str) -> Mapping[str, Any]:
    return row if how == "table" else {key: value for key, value in row.items() if key != "minor"}
