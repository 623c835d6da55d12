"""Commands that open and look after: entrances, people, doctor, backup, config."""

from typing import TYPE_CHECKING

from stogly_tui.cli.parser_parts import command, formats, group, natural, port, positive

if TYPE_CHECKING:
    from stogly_tui.cli.parser_parts import Commands


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
    sandbox.add_argument(
        "--port", type=port, default=0, metavar="N", help="port of 127.0.0.1 (default: any free one)"
    )
    sandbox.add_argument(
        "--orders", type=natural, metavar="N", help="orders in the selling stores, in all (default: 380)"
    )


def add_users(commands: "Commands") -> None:
    """user list, add, set, remove."""
    inner = group(
        commands, "user", "people and their roles: who may look, work on orders, change settings",
        "stogly-tui user list\nstogly-tui user add ada --role admin\nstogly-tui user add '*' --role viewer",
    )  # fmt: skip
    listed = command(
        inner, "list", "everybody who has a role, where it stands, and who you are",
        "stogly-tui user list --format json", run="user:list_all",
    )  # fmt: skip
    formats(listed, "table", "json", "jsonl")
    add = command(
        inner, "add", "give a person a role; it counts from the person's next start",
        "stogly-tui user add ana --role operator\nstogly-tui user add '*' --role viewer", run="user:add",
    )  # fmt: skip
    add.add_argument("--role", required=True, metavar="ROLE", help="viewer, operator or admin")
    change = command(
        inner, "set", "give a person another role", "stogly-tui user set ana role=admin", run="user:change"
    )
    remove = command(
        inner, "remove", "take a person's role away", "stogly-tui user remove ana", run="user:remove"
    )
    for one in (add, change, remove):
        one.add_argument(
            "name", metavar="NAME", help="as the operating system or STOGLY_USER has it; * is everyone else"
        )
    change.add_argument("settings", metavar="KEY=VALUE", nargs="+", help="role=ROLE")


def add_handover(commands: "Commands") -> None:
    """handover add and list."""
    inner = group(
        commands, "handover", "notes for the next shift, shown in each other person's console until read",
        'stogly-tui handover add "Carrier pickup is at 17:30 tonight"\nstogly-tui handover list',
    )  # fmt: skip
    add = command(
        inner,
        "add",
        "write a note",
        'stogly-tui handover add "Woo B2B is paused until Monday"',
        run="handover:add",
    )
    add.add_argument(
        "text", metavar="TEXT", help="what the next shift has to know; - reads it from standard input"
    )
    listed = command(
        inner, "list", "notes, newest first, and which you have not read", "stogly-tui handover list --format json",
        run="handover:list_all",
    )  # fmt: skip
    listed.add_argument(
        "--limit", type=positive, default=50, metavar="N", help="at most so many (default: 50)"
    )
    formats(listed, "table", "json", "jsonl")


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
    keys = command(
        inner, "keys", "the keys of the console by the id that [keys] in config.toml takes",
        "stogly-tui config keys\nstogly-tui config keys --format json", needs="settings",
    )  # fmt: skip
    formats(keys, "text", "json")
    schema = command(
        inner, "schema", "JSON Schema of the program's settings, or of a platform's channel settings",
        "stogly-tui config schema\nstogly-tui config schema woocommerce", run="configuration:schema", needs="nothing",
    )  # fmt: skip
    schema.add_argument("platform", metavar="PLATFORM", nargs="?", help="settings of its channels instead")
