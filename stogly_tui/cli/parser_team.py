"""Commands of working together: notes, assignment, activity; and verbs over many orders."""

from typing import TYPE_CHECKING

from stogly_tui.cli.parser_parts import TIME, command, formats, positive

if TYPE_CHECKING:
    from stogly_tui.cli.parser_parts import Commands

_ORDER = "its number as shown, or CHANNEL/REMOTE_ID"
_VERBS = {
    "hold": ("stop orders, with a reason; what is queued of them is taken back", "stock is counted"),
    "release": ("let held orders go on", "checked by phone"),
    "handled": ("say that orders in Error were handled by hand, or need to go nowhere", "entered by hand"),
    "retry": ("read what is stored of orders that could not be read again", ""),
}


def add_team(commands: "Commands") -> None:
    """note, assign, activity."""
    note = command(
        commands, "note", "write a note on an order, for colleagues",
        'stogly-tui note WOO-1001 "customer rang, wants it before Friday"', run="team:note",
    )  # fmt: skip
    note.add_argument("order", metavar="ORDER", help=_ORDER)
    note.add_argument(
        "text", metavar="TEXT", help="what a colleague has to know; it is kept as it is written"
    )
    assign = command(
        commands, "assign", "assign orders to a person, or to nobody",
        "stogly-tui assign WOO-1001 WOO-1002 --to ben\nstogly-tui assign WOO-1001 --to me\n"
        "stogly-tui assign WOO-1001 --to ''",
        run="team:assign",
    )  # fmt: skip
    assign.add_argument("orders", metavar="ORDER", nargs="+", help=_ORDER)
    assign.add_argument("--to", metavar="NAME", required=True, help="a person, me, or '' for nobody")
    activity = command(
        commands, "activity", "what people did, latest first",
        "stogly-tui activity --since 24h\nstogly-tui activity --user ben --format jsonl", run="team:activity",
    )  # fmt: skip
    activity.add_argument("--user", default="", metavar="NAME", help="only of this person")
    activity.add_argument("--since", metavar="TIME", help=f"done at or after: {TIME}")
    activity.add_argument(
        "--limit", type=positive, default=50, metavar="N", help="at most so many (default: 50)"
    )
    formats(activity, "table", "json", "jsonl")


def add_bulk(commands: "Commands") -> None:
    """hold, release, handled, retry."""
    for name, (help, reason) in _VERBS.items():
        given = f' --reason "{reason}"' if reason else ""
        made = command(
            commands, name, help,
            f"stogly-tui {name} WOO-1001 WOO-1002{given}\nstogly-tui {name} --search 'placed:7d'{given} --dry-run",
            run="bulk:do",
        )  # fmt: skip
        made.set_defaults(verb=name)
        made.add_argument("orders", metavar="ORDER", nargs="*", help=_ORDER)
        made.add_argument(
            "--search", default="", metavar="QUERY", help="all orders that this finds, as in orders --search"
        )
        if reason:
            is_needed = name in ("hold", "handled")
            made.add_argument(
                "--reason", default="", metavar="TEXT",
                help="why, kept in the timeline" + (" (needed)" if is_needed else ""),
            )  # fmt: skip
        if name == "handled":
            made.add_argument("--destination-id", default="", metavar="ID", help="its id there; of one order")
        made.add_argument("--dry-run", action="store_true", help="print the plan, and change nothing")
        made.add_argument("--yes", action="store_true", help="do not ask for the number of orders")
        formats(made, "table", "json", "jsonl")
