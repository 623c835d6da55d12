"""Commands of channels: connecting and changing them, their tools, and their flows."""

from typing import TYPE_CHECKING

from stogly_tui.cli.parser_parts import TIME, command, formats, group, positive, settings

if TYPE_CHECKING:
    from stogly_tui.cli.parser_parts import Commands

ROLES = ("source", "destination", "both")
_NAME = "the channel's name"


def add_channel(commands: "Commands") -> None:
    """channel add, sign-in, list, show, test, set, go-live, pause, resume, remove, and its tools."""
    inner = group(
        commands, "channel", "connect and change channels",
        'stogly-tui channel list\nstogly-tui channel set "Woo Retail" destination="Woo Main" auto_send=always',
    )  # fmt: skip
    _add_connecting(inner)
    _add_looking(inner)
    _add_changing(inner)
    _add_tools(inner)


def _add_connecting(inner: "Commands") -> None:
    add = command(
        inner, "add", "connect a channel; a source starts read-only",
        'stogly-tui channel add woocommerce "Woo Main" --url https://main.example --credentials m.json --role destination\n'
        'stogly-tui channel add woocommerce "Woo Retail" --url https://shop.example --credentials - --destination "Woo Main"'
        " --go-live --orders-from 2026-11-16 < keys.json\n"
        "stogly-tui channel add shopify Outlet --url yourstore --credentials app.json --sign-in",
        run="connect:add", more="helptexts:platforms",
    )  # fmt: skip
    add.add_argument("platform", metavar="PLATFORM", help="one of the platforms below")
    add.add_argument("name", metavar="NAME", help="what the channel is called from now on")
    add.add_argument("--url", required=True, help="the address of the store, https://…")
    add.add_argument(
        "--credentials", required=True, metavar="FILE|-",
        help="a file, or - for standard input, with JSON as below",
    )  # fmt: skip
    add.add_argument("--role", choices=ROLES, default="source", help="default: source")
    add.add_argument("--destination", default="", metavar="NAME", help="the channel its orders are sent to")
    settings(add)
    add.add_argument("--go-live", action="store_true", help="make it active at once")
    add.add_argument("--orders-from", metavar="TIME", help=f"orders count from then (default: now): {TIME}")
    add.add_argument(
        "--sign-in", action="store_true", help="keep it as a draft, and sign in on the platform's page"
    )
    signed = command(
        inner, "sign-in", "grant access on the platform's own page: prints its address, takes the one it comes back to",
        'stogly-tui channel sign-in "Shopify Retail"\n'
        'stogly-tui channel sign-in "Shopify Retail" --print-only\n'
        'stogly-tui channel sign-in "Shopify Retail" < pasted.txt', run="sign_in:sign_in",
    )  # fmt: skip
    signed.add_argument("name", metavar="NAME", help=_NAME)
    signed.add_argument(
        "--print-only", action="store_true",
        help="only print the page to open; the address that comes back is given to a later call, or to the receiver",
    )  # fmt: skip


def _add_looking(inner: "Commands") -> None:
    listed = command(
        inner, "list", "every channel and its health", "stogly-tui channel list --format json", run="channel:list_all"
    )  # fmt: skip
    formats(listed, "table", "json", "jsonl")
    show = command(
        inner, "show", "one channel with all its settings", 'stogly-tui channel show "Woo Retail" --format json',
        run="channel:show",
    )  # fmt: skip
    formats(show, "text", "json")
    history = command(
        inner, "history", "what was done to a channel: when, by whom, before and after",
        'stogly-tui channel history "Woo Retail"\nstogly-tui channel history "Woo Retail" --format jsonl',
        run="deeds:history",
    )  # fmt: skip
    history.add_argument(
        "--limit", type=positive, default=200, metavar="N", help="at most so many (default: 200)"
    )
    formats(history, "text", "json", "jsonl")
    for one in (show, history):
        one.add_argument("name", metavar="NAME", help=_NAME)


def _add_changing(inner: "Commands") -> None:
    change = command(
        inner, "set", "change settings, address or keys",
        'stogly-tui channel set "Woo Retail" auto_send=always import_delay=600 --dry-run\n'
        'stogly-tui channel set "Woo Retail" auto_send=always import_delay=600\n'
        'stogly-tui channel set "Woo Retail" --credentials new-keys.json',
        run="connect:change",
    )  # fmt: skip
    live = command(
        inner, "go-live", "make a channel active; older orders are history",
        'stogly-tui channel go-live "Woo Retail" --dry-run\nstogly-tui channel go-live "Woo Retail" --orders-from 7d',
        run="channel:go_live",
    )  # fmt: skip
    live.add_argument("--orders-from", metavar="TIME", help=f"orders count from then (default: now): {TIME}")
    formats(live, "text", "json")
    for one in (change, live):
        one.add_argument("--dry-run", action="store_true", help="say what it would do, and change nothing")
    verbs = {
        "pause": "stop reading from and sending to a channel; what is queued waits",
        "resume": "go on with a paused channel",
        "remove": "archive a channel: its orders stay, its keys are forgotten",
    }
    made = [
        command(inner, verb, help, f'stogly-tui channel {verb} "Woo Retail"', run=f"channel:{verb}")
        for verb, help in verbs.items()
    ]
    for one in (change, live, *made):
        one.add_argument("name", metavar="NAME", help=_NAME)
    change.add_argument("settings", metavar="KEY=VALUE", nargs="*", help="settings; see channel show")
    change.add_argument("--url", help="another address of the same store")
    change.add_argument("--credentials", metavar="FILE|-", help="new keys, as for channel add")


def _add_tools(inner: "Commands") -> None:
    test = command(
        inner, "test", "connect again with what is stored", 'stogly-tui channel test "Woo Retail"', run="channel:test"
    )  # fmt: skip
    check = command(
        inner, "check", "is all well with a channel: its sign-in, its clock, its webhooks, and what it had yesterday",
        'stogly-tui channel check "Woo Retail"\nstogly-tui channel check "Woo Retail" --counts 2026-11-20 --format json',
        run="checks:check",
    )  # fmt: skip
    check.add_argument("--clock", action="store_true", help="only its clock and time zone, beside ours")
    check.add_argument(
        "--counts", metavar="DAY", help="only the orders placed that day in its zone: there, here, sent; 2026-11-20 or 1d"
    )  # fmt: skip
    webhooks = command(
        inner, "webhooks", "where a channel tells us of changes, what arrived, and what is wrong with it",
        'stogly-tui channel webhooks "Woo Retail"\nstogly-tui channel webhooks "Woo Retail" --repair',
        run="checks:webhooks",
    )  # fmt: skip
    webhooks.add_argument(
        "--repair", action="store_true", help="make them what they should be, and look again"
    )
    refetch = command(
        inner, "refetch", "read everything placed in a window again, and compare it with what is here",
        'stogly-tui channel refetch "Woo Retail" --since 7d\n'
        'stogly-tui channel refetch "Woo Retail" --since 2026-11-01 --until 2026-11-08', run="pull:refetch",
    )  # fmt: skip
    refetch.add_argument("--since", required=True, metavar="TIME", help=f"placed at or after: {TIME}")
    refetch.add_argument("--until", default="now", metavar="TIME", help="placed before (default: now)")
    rebuild = command(
        inner, "rebuild-search", "make the search of a channel's orders anew from what is stored",
        'stogly-tui channel rebuild-search "Woo Retail"', run="channel:rebuild_search",
    )  # fmt: skip
    for one in (test, check, webhooks, refetch):
        formats(one, "text", "json")
    for one in (test, check, webhooks, refetch, rebuild):
        one.add_argument("name", metavar="NAME", help=_NAME)


def add_flow(commands: "Commands") -> None:
    """flow list, add, set, start, stop, remove."""
    inner = group(
        commands, "flow", "scheduled flows (integrations) of a channel",
        'stogly-tui flow list\nstogly-tui flow add "Woo Retail" orders --set transfer_once_a_day=true',
    )  # fmt: skip
    listed = command(
        inner, "list", "flows of one channel, or of all: from where, to where, when, and how far history is read",
        "stogly-tui flow list\nstogly-tui flow list --format json", run="flow:list_all",
    )  # fmt: skip
    listed.add_argument("channel", metavar="CHANNEL", nargs="?", help="only of this one")
    formats(listed, "table", "json", "jsonl")
    add = command(
        inner, "add", "add a flow to a channel that gives orders",
        'stogly-tui flow add "Woo Retail" orders --name Proof --set transfer_once_a_day=true --set timeframe_days=3\n'
        'stogly-tui flow add "Woo Retail" history --set since=2024-01-01', run="flow:add", more="helptexts:flow_types",
    )  # fmt: skip
    add.add_argument("channel", metavar="CHANNEL")
    add.add_argument("type", metavar="TYPE", help="one of the types below")
    add.add_argument("--name", default="", help="what the flow is called")
    settings(add)
    change = command(
        inner, "set", "change a flow", 'stogly-tui flow set "Woo Retail/Proof" timeframe_days=7', run="flow:change",
        more="helptexts:flow_types",
    )  # fmt: skip
    verbs = {
        "start": "make a flow active, and due now",
        "stop": "stop a flow until it is started",
        "remove": "remove a flow; its runs stay",
    }
    made = [
        command(inner, verb, help, f'stogly-tui flow {verb} "Woo Retail/Proof"', run=f"flow:{verb}")
        for verb, help in verbs.items()
    ]
    for one in (change, *made):
        one.add_argument("flow", metavar="FLOW", help="its id, or CHANNEL/NAME")
    change.add_argument(
        "settings", metavar="KEY=VALUE", nargs="*", help="settings; a blank value takes one back"
    )
    change.add_argument("--name", default="", help="another name")
