"""Commands of the daily work: pull, push, recall, orders, order, problems, runs, log, day."""

from typing import TYPE_CHECKING

from stogly_tui.cli.parser_parts import TIME, command, formats, natural, positive
from stogly_tui.domain.states import OrderStatus, PushState, PushWord

if TYPE_CHECKING:
    from stogly_tui.cli.parser import Parser
    from stogly_tui.cli.parser_parts import Commands

_ORDER = "its number as shown, or CHANNEL/REMOTE_ID"


def add_pull(commands: "Commands") -> None:
    """pull."""
    pull = command(
        commands, "pull", "read orders now, in this process",
        'stogly-tui pull\nstogly-tui pull "Woo Retail" --days 3\nstogly-tui pull "Woo Retail" --order 1017\n'
        'stogly-tui pull "Woo Retail" --no-history',
        run="pull:pull",
    )  # fmt: skip
    pull.add_argument("names", metavar="NAME", nargs="*", help="channels; without names, every source")
    which = pull.add_mutually_exclusive_group()
    which.add_argument("--since", metavar="TIME", help=f"read again what changed since then: {TIME}")
    which.add_argument(
        "--days", type=positive, metavar="N", help="read again what changed in the last N days"
    )
    which.add_argument("--order", metavar="REMOTE_ID", help="read one order, by its id at the channel")
    pull.add_argument(
        "--no-history", action="store_true", help="of a channel with many orders, leave the older ones to the worker"
    )  # fmt: skip
    formats(pull, "text", "json")


def add_push(commands: "Commands") -> None:
    """push and recall."""
    push = command(
        commands, "push", "send orders to their destination, in this process",
        "stogly-tui push WOO-1001 WOO-1002\nstogly-tui push --due\nstogly-tui push --all-not-sent --dry-run\n"
        "stogly-tui push --failed --yes",
        run="push:push",
    )  # fmt: skip
    push.add_argument("orders", metavar="ORDER", nargs="*", help=_ORDER)
    push.add_argument(
        "--due", action="store_true", help="what the rules, earlier queueing and retries say is due"
    )
    push.add_argument("--failed", action="store_true", help="orders in Error that may be sent again")
    push.add_argument(
        "--all-not-sent", action="store_true", help="every order that is not sent; never history"
    )
    push.add_argument("--dry-run", action="store_true", help="print the plan, and change nothing")
    push.add_argument("--yes", action="store_true", help="do not ask for the number of orders")
    formats(push, "text", "json")
    recall = command(
        commands, "recall", "take queued orders back, until they are claimed",
        "stogly-tui recall WOO-1001\nstogly-tui recall", run="push:recall",
    )  # fmt: skip
    recall.add_argument(
        "orders", metavar="ORDER", nargs="*", help=f"{_ORDER}; without any, all that is queued"
    )


def add_orders(commands: "Commands") -> None:
    """orders and order."""
    orders = command(
        commands, "orders", "list orders, newest first",
        'stogly-tui orders --push-status error\nstogly-tui orders --channel "Woo Retail" --since 7d --format csv\n'
        "stogly-tui orders --format jsonl | jq -r .number",
        run="orders:list_all",
    )  # fmt: skip
    orders.add_argument(
        "--channel", metavar="NAME", action="append", default=[], help="orders of this channel; may be repeated"
    )  # fmt: skip
    orders.add_argument(
        "--status", action="append", default=[], choices=[one.value for one in OrderStatus], help="may be repeated"
    )  # fmt: skip
    words = [one.value for one in PushWord]
    states = [one.value for one in PushState if one.value not in words]
    orders.add_argument(
        "--push-status", action="append", default=[], choices=words + states, metavar="STATUS",
        help=f"{', '.join(words)}, or an inner state: {', '.join(states)}; may be repeated",
    )  # fmt: skip
    orders.add_argument("--since", metavar="TIME", help=f"placed at or after: {TIME}")
    orders.add_argument("--until", metavar="TIME", help="placed before")
    orders.add_argument("--customer", default="", metavar="TEXT", help="a part of the customer's name")
    orders.add_argument(
        "--search",
        default="",
        metavar="QUERY",
        help="as behind / in the console: words, and fields such as push:error total:>100",
    )
    orders.add_argument(
        "--limit",
        type=natural,
        metavar="N",
        help="at most so many; 0 for all (default: table 50, others all)",
    )
    formats(orders, "table", "json", "jsonl", "csv")
    order = command(
        commands, "order", "one order, whole, with its timeline",
        "stogly-tui order WOO-1001\nstogly-tui order 'Woo Retail/1017' --format json", run="orders:show",
    )  # fmt: skip
    order.add_argument("order", metavar="ORDER", help=_ORDER)
    order.add_argument(
        "--show-customer",
        action="store_true",
        help="show customer data to a viewer too; the look is written down",
    )
    formats(order, "text", "json")


def add_watching(commands: "Commands") -> None:
    """problems, runs, log, day."""
    problems = command(
        commands, "problems", "open errors and holds by cause", "stogly-tui problems --format json", run="watch:problems"
    )  # fmt: skip
    runs = command(
        commands, "runs", "sync runs, newest first", 'stogly-tui runs --channel "Woo Retail" --limit 5',
        run="watch:sync_runs",
    )  # fmt: skip
    log = command(
        commands, "log", "the sync log, newest last", "stogly-tui log --follow\nstogly-tui log --level error",
        run="watch:log",
    )  # fmt: skip
    log.add_argument(
        "--level", action="append", default=[], choices=("info", "warning", "error"), help="may be repeated"
    )
    log.add_argument("--search", default="", metavar="TEXT", help="a part of code, message or entity")
    day = command(
        commands, "day", "is everything sent, and what is left, with reasons",
        "stogly-tui day\nstogly-tui day --ask\nstogly-tui day --since 2026-11-20 --until 2026-11-21", run="watch:day",
    )  # fmt: skip
    day.add_argument(
        "--ask",
        action="store_true",
        help="ask each channel now how many orders it has of that time, and compare",
    )
    day.add_argument("--until", metavar="TIME", help="orders placed before (default: the end of today)")
    for one, since in ((log, "written at or after"), (day, "orders placed at or after (default: today)")):
        one.add_argument("--since", metavar="TIME", help=f"{since}: {TIME}")
    for one in (runs, log):
        one.add_argument(
            "--limit", type=positive, default=50, metavar="N", help="at most so many (default: 50)"
        )
    for one in (problems, runs, log, day):
        _watched(one)


def _watched(parser: "Parser") -> None:
    parser.add_argument("--channel", metavar="NAME", help="only of this channel")
    parser.add_argument("--follow", action="store_true", help="go on printing what is new, until interrupted")
    formats(parser, "table", "json", "jsonl")
