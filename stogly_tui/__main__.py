"""The composition root: reads what was typed and the settings, opens the database, and wires the entrances."""

import gc
import io
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from stogly_tui.cli import exits, parser
from stogly_tui.cli.output import say
from stogly_tui.domain.people import Role

if TYPE_CHECKING:
    from stogly_tui.cli.session import Session
    from stogly_tui.config import Settings
    from stogly_tui.worker.runtime import Worker

STOP_WITHIN = 20.0
"""Seconds a worker has to end what it is doing."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what was typed; the exit code."""
    args = parser.parse(argv)
    args.owns_process = argv is None
    if args.owns_process:
        _own_the_process()
        if args.entrance == "console":
            gc.disable()  # until the first screen stands (`console.launch`)
    code = exits.of_usage(
        lambda: _without_settings(args) if args.needs == "nothing" else _with_settings(args)
    )
    if args.owns_process:
        _do_not_wait_for_the_wire(code)
    return code


def _without_settings(args: Namespace) -> int:
    match args.entrance:
        case "demo":
            return _demo(args)
        case "sandbox":
            return _sandbox(args)
        case _:
            return _command(args)(None, args)


def _with_settings(args: Namespace) -> int:
    def go() -> int:
        from stogly_tui import config

        settings = config.load()
        if (args.entrance in ("console", "keys") or args.run == "configuration:validate") and _bad_keys(
            settings
        ):
            return exits.USAGE
        if args.needs == "settings":
            return _keys(settings, args) if args.entrance == "keys" else _command(args)(settings, args)
        config.ensure_home(settings)
        if args.owns_process:
            sys.excepthook = partial(_last_words, settings.home / "crashes")
            if settings.url.startswith("sqlite:"):
                _import_peewee_alone()
        return exits.of_database(lambda: _with_database(settings, args))

    return exits.of_settings(go)


def _with_database(settings: "Settings", args: Namespace) -> int:
    from stogly_tui.cli.session import Session
    from stogly_tui.model import database, schema

    database.open_database(settings.url)
    schema.upgrade()
    session = Session(settings)
    match args.entrance:
        case "console":
            return _console(session, args)
        case "worker":
            return _worker(session)
        case _:
            return _command(args)(session, args)


def _command(args: Namespace) -> Callable[[object, Namespace], int]:
    module, _, name = str(args.run).partition(":")
    found = getattr(import_module(f"stogly_tui.cli.{module}"), name)
    return cast(Callable[[object, Namespace], int], found)


def _console(session: "Session", args: Namespace) -> int:
    from stogly_tui.console import launch, theme  # launch before Textual: it reads its environment once
    from stogly_tui.console.app import run
    from stogly_tui.console.services import NoWorker, Services
    from stogly_tui.operations import preferences, users

    del launch

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("The console needs a terminal. Commands work without one: stogly-tui --help")
        return exits.USAGE
    settings = session.settings
    services = Services(
        actor=session.actor,
        environment=settings.environment,
        database_title=_database_title(),
        worker=_WorkerBeside(session) if settings.worker and not args.read_only else NoWorker(),
        keymap=settings.keys,
        read_only=args.read_only or not session.actor.role.covers(Role.OPERATOR),
        only_looks=args.read_only,
        theme=theme.chosen(
            settings.theme, preferences.remembered(session.actor, theme.PREFERENCE), os.environ
        ),
        time_zone=session.zone,
        acting=lambda: users.acting(settings),
        roles=settings.roles,
        folder=settings.exports,
    )
    session.get_ready()
    return run(services, mouse=settings.mouse and not args.no_mouse)


def _keys(settings: "Settings", args: Namespace) -> int:
    """The keys of the console by id; what the settings change about them has been looked at before."""
    from stogly_tui.cli import configuration
    from stogly_tui.console import keymap

    return configuration.keys(keymap.listed(settings.keys), args)


def _bad_keys(settings: "Settings") -> bool:
    """Whether the settings give keys that cannot be used; it is said then."""
    if not settings.keys:
        return False
    from stogly_tui.cli import configuration
    from stogly_tui.console import keymap

    problems, where = keymap.problems(settings.keys), configuration.origin("keys", settings)
    for problem in problems:
        say(f"{settings.config_file if where == 'config.toml' else where}: keys: {problem}")
    return bool(problems)


class _WorkerBeside:
    """The worker as the console sees it."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._worker: Worker | None = None

    @property
    def title(self) -> str:
        """Who serves the schedule."""
        return self._worker.title if self._worker is not None else "starting"

    def start(self) -> None:
        """Serve, or stand by. Only now the network is imported."""
        if self._worker is None:
            from stogly_tui.worker.runtime import Worker

            self._worker = Worker(self._session.context)
        self._worker.start()

    def stop(self, deadline: float) -> None:
        """Leave every row so that the next start goes on."""
        if self._worker is not None:
            self._worker.stop(deadline)


def _worker(session: "Session") -> int:
    from stogly_tui.worker.runtime import Worker

    worker, leave = Worker(session.context), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: leave.set())
    worker.start()
    say(f"The worker of {_database_title()} has started; TERM stops it.")
    told: bool | None = None
    while not leave.wait(0.2):
        if worker.is_serving is not told:
            told = worker.is_serving
            say("It serves this database." if told else "It stands by: another process serves this database.")
    ended = worker.stop(deadline=STOP_WITHIN)
    say(
        "The worker has stopped."
        if ended
        else "The worker has stopped; what was on the wire is looked up next time."
    )
    return exits.DONE


def _sandbox(args: Namespace) -> int:
    try:
        from stogly_tui.sandbox import serve_forever
    except ImportError as error:
        say(
            f"The sandbox needs its extra packages: pip install 'stogly-tui[sandbox]' ({error.name} is missing)."
        )
        return exits.USAGE
    try:
        serve_forever(port=args.port, orders=args.orders, announce=lambda text: print(text, flush=True))
    except OSError as error:
        say(
            f"port: {args.port} cannot be listened on: {error.strerror}. Choose another --port, or 0 for any."
        )
        return exits.USAGE
    return exits.DONE


def _demo(args: Namespace) -> int:
    from stogly_tui import demo

    return demo.run(args.keep, mouse=not args.no_mouse, only_looks=args.read_only)


def _database_title() -> str:
    """The database in a few words that hold no secret."""
    from stogly_tui.model import database

    path = database.path()
    return f"SQLite {path.name}" if path is not None else "PostgreSQL"


def _own_the_process() -> None:
    """What only a process of our own may change: its streams and its last words."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.excepthook = partial(_last_words, None)


def _do_not_wait_for_the_wire(code: int) -> None:
    """End now although a request of a stopped worker still hangs: what it does is looked up at the next start."""
    if any(thread.name.startswith(("push", "lane", "door")) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _import_peewee_alone() -> None:
    """Import peewee without the PostgreSQL driver, which it would import wherever that is installed, and which
    takes longer than peewee itself.
    """
    sys.modules["psycopg"] = None  # type: ignore[assignment]
    try:
        import_module("stogly_tui.model.schema")
    finally:
        del sys.modules["psycopg"]


def _last_words(
    folder: Path | None, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    """Say that it crashed, and where the report is; what was on its way is picked up by the next start."""
    from stogly_tui import crash

    if folder is not None:
        crash.use_folder(folder)
    report = crash.write_report(error)
    say(
        f"Something went wrong that should not: {type(error).__name__}. A report without data is in {report}."
    )


if __name__ == "__main__":
    sys.exit(main())
