"""``python -m benchmarks.grid.changes URL RATE SECONDS NUMBER``: another process that changes orders at a rate.

It holds and releases orders by the transitions that operators' verbs use: those on the screen and others. Told
``go`` on its input it does so once more, and holds the order NUMBER as its last change.
Each time it prints how many it changed a second, and the moment of its last commit.
"""

import random
import sys
import time
from collections.abc import Sequence

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.states import HoldReason
from stogly_tui.model import database
from stogly_tui.model.queries.base import rows
from stogly_tui.model.transitions import orders

BEN = Actor("ben", Role.OPERATOR)
TICK = 0.02
IN_SIGHT = 25
ELSEWHERE = 5_000


def main() -> None:
    """Change orders until told otherwise."""
    url, rate, seconds, number = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    database.open_database(url)
    with database.connection():
        ids, last = _candidates(number)
        _change(ids, rate, seconds)
        sys.stdin.readline()
        _change(ids, rate, 1.0, last)


def _candidates(number: str) -> tuple[list[int], int]:
    with database.read():
        last = rows("SELECT id FROM orders WHERE number = ?", [number])[0][0]
        newest = "SELECT id FROM orders WHERE intake = 'accepted' ORDER BY placed_at DESC, id DESC LIMIT ?"
        many = [row[0] for row in rows(newest, [ELSEWHERE]) if row[0] != last]
    return many[:IN_SIGHT] * 8 + many[IN_SIGHT:], last


def _change(ids: Sequence[int], rate: int, seconds: float, last: int | None = None) -> None:
    chance = random.Random(7)
    held: set[int] = set()
    began = time.monotonic()
    done, due = 0, began
    while due - began < seconds:
        with database.write(BEN) as tx:
            for order_id in chance.sample(ids, int(rate * TICK)):
                if order_id in held:
                    orders.release(tx, order_id)
                    held.discard(order_id)
                else:
                    orders.hold(tx, order_id, HoldReason.MANUAL, "changed by another process")
                    held.add(order_id)
                done += 1
        due += TICK
        time.sleep(max(due - time.monotonic(), 0))
    took = time.monotonic() - began
    if last is not None:
        with database.write(BEN) as tx:
            orders.hold(tx, last, HoldReason.MANUAL, "the last change")
    print(f"{done / took:.1f} {time.monotonic()}", flush=True)


if __name__ == "__main__":
    main()
