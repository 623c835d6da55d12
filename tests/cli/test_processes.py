"""Entrances in processes of their own: what they import, how they start and stop."""

import json
import signal
import subprocess
import sys

from tests.cli.support import CommandLine

HEAVY = {"textual", "rich", "httpx", "apscheduler", "cryptography", "starlette", "uvicorn", "psycopg"}
_LIST = """
import sys
from stogly_tui.__main__ import main
code = main()
print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


def test_reading_imports_nothing_heavy(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    running = {
        words: cli.start(sys.executable, "-c", _LIST, *words.split(), *more)
        for words, more in {
            "order": (number,), f"order {number}": ("--format", "json"), "orders": (), "channel list": (), "runs": (),
            "log": (), "problems": (), "day": (), "user list": (), "flow list": (), "channel history": ("Shop",),
            "handover list": (),
        }.items()
    }  # fmt: skip
    for words, one in running.items():
        done = one.ended()
        assert done.code == 0, done
        assert HEAVY & set(done.err.splitlines()[-1].split()) == set(), words


def test_help_imports_nothing_that_acts(cli: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "stogly_tui", "--help"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert imported & (HEAVY | {"peewee", "pydantic"}) == set()


def test_one_worker_serves_another_stands_by_and_both_stop_on_term(cli: CommandLine) -> None:
    cli.connect()
    placed = cli.place()
    first = cli.spawn("worker")
    first.until("It serves this database.")
    second = cli.spawn("worker")
    second.until("It stands by")
    runs = cli.spawn("runs", "--follow")
    runs.until("orders  finished ", "out")
    assert cli.order(f"S-{placed}")["number"] == f"S-{placed}"
    first.process.send_signal(signal.SIGTERM)
    second.until("It serves this database.")
    while f":{second.process.pid} serves the schedule" not in cli("doctor").out:
        assert second.process.poll() is None
    second.process.send_signal(signal.SIGHUP)
    for ended in (first.ended(), second.ended()):
        assert (ended.code, ended.out) == (0, ""), ended


def test_the_sandbox_prints_its_stores_and_stops_on_term(cli: CommandLine) -> None:
    running = cli.spawn("sandbox", "--orders", "3")
    told = json.loads(running.until("stores", "out"))
    assert {store["platform"] for store in told["stores"]} == {"woocommerce", "shopify"}
    for number, store in enumerate(told["stores"]):
        assert store["url"].startswith("http://127.0.0.1:")
        done = cli(
            "channel", "add", store["platform"], f"Store {number}", "--url", store["url"], "--credentials",
            cli.secrets(**store["credentials"]),
        )  # fmt: skip
        assert done.code == 0, done
    running.process.send_signal(signal.SIGTERM)
    assert running.ended().code == 0


def test_an_interrupted_push_ends_at_a_safe_point(cli: CommandLine) -> None:
    cli.connect("--set", "parallel_requests=1")
    numbers = cli.pulled(3)
    cli.fault("slow_reply", cli.main, "POST /orders", seconds=1.0)
    running = cli.spawn("push", *numbers)
    while not any(
        seen.method == "POST" and seen.path.endswith("/orders") for seen in list(cli.main.requests)
    ):
        assert running.process.poll() is None
    running.process.send_signal(signal.SIGINT)
    ended = running.ended()
    assert ended.code == 130, ended
    states = {cli.order(number)["push_state"] for number in numbers}
    assert states <= {"sent", "queued", "retry_later"}
    assert cli("push", *numbers).code == 0
    assert len(set(cli.at_destination())) == len(cli.at_destination()) == 3
