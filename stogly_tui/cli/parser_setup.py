"""Commands that open, set up and look after: entrances, channels, flows, doctor, backup, config."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stogly_tui.cli.parser import Parser

    Commands = argparse._SubParsersAction[Parser]

ROLES = ("source", "destination", "both")
_TIME = "ISO 8601 with a zone, a date, or 7d, 24h, now"


def command(
    commands: "Commands", name: str, help: str, examples: str, *, run: str = "", needs: str = "database"
) -> "Parser":
    """Add a command; its help ends with examples. ``run`` is ``module:function`` of this folder."""
    made = commands.add_parser(name, help=help, description=help, epilog=f"examples:\n{_indented(examples)}")
    made.set_defaults(entrance="command" if run else name, run=run, needs=needs)
    return made


def group(commands: "Commands", name: str, help: str, examples: str) -> "Commands":
    """Add a command that has commands of its own, of which one has to be given."""
    made = commands.add_parser(name, help=help, description=help, epilog=f"examples:\n{_indented(examples)}")
    return made.add_subparsers(metavar="COMMAND", title="commands", required=True)


def formats(parser: "Parser", *names: str) -> None:
    """Let the first or another of these formats be chosen."""
    parser.add_argument(
        "--format", choices=names, default=names[0], help=f"how to print it (default: {names[0]})"
    )


def settings(parser: "Parser") -> None:
    """Take ``--set KEY=VALUE`` any number of times."""
    parser.add_argument(
        "--set", dest="settings", metavar="KEY=VALUE", action="append", default=[], help="a setting; repeat it for more"
    )  # fmt: skip


def add_entrances(commands: "Commands") -> None:
    """demo, worker, sandbox; the console opens without a command."""
    demo = command(
        commands, "demo", "open the console over a fresh simulated set-up",
        "stogly-tui demo\nstogly-tui demo --keep", needs="nothing",
    )  # fmt: skip
    demo.add_argument("--keep", action="store_true", help="keep its home afterwards, and say where it is")
    command(
        commands, "worker", "scheduler and webhook receiver without a console; stops on TERM",
        "stogly-tui worker\nSTOGLY_HOME=/srv/stogly stogly-tui worker",
    )  # fmt: skip
    sandbox = command(
        commands, "sandbox", "only the simulated platforms, over HTTP on loopback; prints their URLs and test keys",
        "stogly-tui sandbox --port 8765\nstogly-tui sandbox --orders 50 > stores.json &", needs="nothing",
    )  # fmt: skip
    sandbox.add_argument("--port", type=port, default=0, metavar="N", help="0 (default) takes any free one")
    sandbox.add_argument(
        "--orders", type=natural, metavar="N", help="orders in the selling stores, in all (default: 380)"
    )


def add_channel(commands: "Commands") -> None:
    """channel add, list, show, test, set, go-live, pause, resume, remove."""
    inner = group(
        commands, "channel", "connect and change channels",
        'stogly-tui channel list\nstogly-tui channel set "Woo Retail" destination="Woo Main" auto_send=always',
    )  # fmt: skip
    add = command(
        inner, "add", "connect a channel; a source starts read-only",
        'stogly-tui channel add woocommerce "Woo Main" --url https://main.example --credentials m.json --role destination\n'
        'stogly-tui channel add woocommerce "Woo Retail" --url https://shop.example --credentials - --destination "Woo Main"'
        " --go-live --orders-from 2026-11-16 < keys.json",
        run="connect:add",
    )  # fmt: skip
    add.add_argument("platform", metavar="PLATFORM", help="woocommerce")
    add.add_argument("name", metavar="NAME", help="what the channel is called from now on")
    add.add_argument("--url", required=True, help="the address of the store, https://…")
    add.add_argument(
        "--credentials", required=True, metavar="FILE|-",
        help='a file, or - for standard input, with JSON: {"consumer_key": "…", "consumer_secret": "…"}',
    )  # fmt: skip
    add.add_argument("--role", choices=ROLES, default="source", help="default: source")
    add.add_argument("--destination", default="", metavar="NAME", help="the channel its orders are sent to")
    settings(add)
    add.add_argument("--go-live", action="store_true", help="make it active at once")
    add.add_argument("--orders-from", metavar="TIME", help=f"orders count from then (default: now): {_TIME}")
    listed = command(
        inner, "list", "every channel and its health", "stogly-tui channel list --format json", run="channel:list_all"
    )  # fmt: skip
    formats(listed, "table", "json", "jsonl")
    show = command(
        inner, "show", "one channel with all its settings", 'stogly-tui channel show "Woo Retail" --format json',
        run="channel:show",
    )  # fmt: skip
    formats(show, "text", "json")
    test = command(
        inner, "test", "connect again with what is stored", 'stogly-tui channel test "Woo Retail"', run="channel:test"
    )  # fmt: skip
    formats(test, "text", "json")
    change = command(
        inner, "set", "change settings, address or keys",
        'stogly-tui channel set "Woo Retail" auto_send=always import_delay=600\n'
        'stogly-tui channel set "Woo Retail" --credentials new-keys.json',
        run="connect:change",
    )  # fmt: skip
    live = command(
        inner, "go-live", "make a channel active; older orders are history",
        'stogly-tui channel go-live "Woo Retail" --dry-run\nstogly-tui channel go-live "Woo Retail" --orders-from 7d',
        run="channel:go_live",
    )  # fmt: skip
    live.add_argument("--dry-run", action="store_true", help="say what it would do, and change nothing")
    live.add_argument("--orders-from", metavar="TIME", help=f"orders count from then (default: now): {_TIME}")
    formats(live, "text", "json")
    verbs = {
        "pause": "stop reading from and sending to a channel; what is queued waits",
        "resume": "go on with a paused channel",
        "remove": "archive a channel: its orders stay, its keys are forgotten",
    }
    made = [
        command(inner, verb, help, f'stogly-tui channel {verb} "Woo Retail"', run=f"channel:{verb}")
        for verb, help in verbs.items()
    ]
    for one in (show, test, change, live, *made):
        one.add_argument("name", metavar="NAME", help="the channel's name")
    change.add_argument("settings", metavar="KEY=VALUE", nargs="*", help="settings; see channel show")
    change.add_argument("--url", help="another address of the same store")
    change.add_argument("--credentials", metavar="FILE|-", help="new keys, as for channel add")


def add_flow(commands: "Commands") -> None:
    """flow list, add, set, start, stop, remove."""
    inner = group(
        commands, "flow", "scheduled flows (integrations) of a channel",
        'stogly-tui flow list\nstogly-tui flow add "Woo Retail" orders_daily --set transmission_time=03:00',
    )  # fmt: skip
    listed = command(
        inner, "list", "flows of one channel, or of all", "stogly-tui flow list", run="flow:list_all"
    )
    listed.add_argument("channel", metavar="CHANNEL", nargs="?", help="only of this one")
    formats(listed, "table", "json", "jsonl")
    add = command(
        inner, "add", "add a flow: orders or orders_daily",
        'stogly-tui flow add "Woo Retail" orders_daily --name Proof --set timeframe_days=3', run="flow:add",
    )  # fmt: skip
    add.add_argument("channel", metavar="CHANNEL")
    add.add_argument("type", metavar="TYPE", help="orders or orders_daily")
    add.add_argument("--name", default="", help="what the flow is called")
    settings(add)
    change = command(
        inner, "set", "change a flow", 'stogly-tui flow set "Woo Retail/Proof" timeframe_days=7', run="flow:change"
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


def add_care(commands: "Commands") -> None:
    """doctor, backup, config."""
    doctor = command(
        commands, "doctor", "what is configured, reachable, signed in, stuck; redacted, safe to paste",
        "stogly-tui doctor\nstogly-tui doctor --format json", run="care:doctor",
    )  # fmt: skip
    formats(doctor, "text", "json")
    backup = command(
        commands, "backup", "a consistent copy of the database while everything runs",
        "stogly-tui backup /backups/stogly-$(date +%F).db", run="care:backup",
    )  # fmt: skip
    backup.add_argument("file", metavar="FILE", help="a file that does not exist yet")
    inner = group(commands, "config", "settings of the program", "stogly-tui config show")
    show = command(
        inner, "show", "the settings in force, secrets hidden", "stogly-tui config show --format json",
        run="configuration:show", needs="settings",
    )  # fmt: skip
    formats(show, "text", "json")
    command(
        inner, "validate", "say what is wrong with the settings", "stogly-tui config validate && stogly-tui worker",
        run="configuration:validate", needs="settings",
    )  # fmt: skip
    schema = command(
        inner, "schema", "JSON Schema of the program's settings, or of a platform's channel settings",
        "stogly-tui config schema\nstogly-tui config schema woocommerce", run="configuration:schema", needs="nothing",
    )  # fmt: skip
    schema.add_argument("platform", metavar="PLATFORM", nargs="?", help="settings of its channels instead")


def natural(text: str) -> int:
    """A number of things: 0 or more."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return int(text)


def positive(text: str) -> int:
    """A number of things: 1 or more."""
    if natural(text) == 0:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def port(text: str) -> int:
    """A port to listen on."""
    if natural(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _indented(examples: str) -> str:
    return "\n".join(f"  {line}" for line in examples.splitlines()).replace("%", "%%")
