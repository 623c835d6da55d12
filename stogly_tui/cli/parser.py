"""The command line as it is typed: every command with its options and examples. Imports nothing that acts."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from stogly_tui.cli import parser_channel, parser_setup, parser_team, parser_work
from stogly_tui.domain.safe_text import safe_text, storable

if TYPE_CHECKING:
    from stogly_tui.cli.parser_parts import Commands

_ABOUT = """\
A terminal operations console for e-commerce channels: orders are pulled from stores and sent exactly once
to their destination. Without a command the console opens; every command below also works without it."""
_MORE = """\
stdout is data, stderr is narration. Exit codes: 0 done; 1 done, but some records failed (they are named);
2 usage or configuration; 3 a channel or the database could not be reached, try again; 4 not allowed;
130 interrupted.

STOGLY_HOME moves the home (database, key, logs). STOGLY_DATABASE_URL names another database.

examples:
  stogly-tui                                           open the console
  stogly-tui --read-only --no-mouse                    open it to look only, and leave the mouse alone
  stogly-tui demo                                      open it over a fresh simulated set-up
  stogly-tui channel add woocommerce "Woo Main" --url https://main.example --credentials main.json --role destination
  stogly-tui pull && stogly-tui push --due             read new orders, send what is due
  stogly-tui orders --push-status error                what did not get through
  stogly-tui order WOO-1001                            one order, whole"""


class Parser(argparse.ArgumentParser):
    """A parser that takes no abbreviations, keeps its examples as they are written, and never echoes control bytes."""

    more: str = ""
    """``module:function`` of this folder: what its help tells before the examples, made only when it is read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        super().__init__(*args, **kwargs)

    def format_help(self) -> str:
        """The help, with the part that is made when it is read."""
        if self.more:
            module, _, name = self.more.partition(":")
            told = getattr(import_module(f"stogly_tui.cli.{module}"), name)()
            self.epilog, self.more = f"{told}\n\n{self.epilog}", ""
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what was typed wrongly and end with exit code 2."""
        super().error(safe_text(message, 500).replace("\n", " "))


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"stogly-tui {version('stogly-tui')}")
        parser.exit()


_ADDERS: Mapping[str, Callable[["Commands"], None]] = {
    "demo worker sandbox": parser_setup.add_entrances,
    "channel": parser_channel.add_channel,
    "flow": parser_channel.add_flow,
    "pull": parser_work.add_pull,
    "push recall": parser_work.add_push,
    "orders order": parser_work.add_orders,
    "hold release handled retry": parser_team.add_bulk,
    "note assign activity": parser_team.add_team,
    "problems runs log day": parser_work.add_watching,
    "user": parser_setup.add_users,
    "handover": parser_setup.add_handover,
    "doctor backup config": parser_setup.add_care,
}


def build(only: str = "") -> Parser:
    """The tree. Each command sets ``run`` (``module:function`` of this folder) or ``entrance``, and ``needs``.

    With ``only`` a command that exists, the others are left out: a script that reads one order needs none of them.
    """
    root = Parser(prog="stogly-tui", description=_ABOUT, epilog=_MORE)
    root.add_argument("--version", action=_Version, nargs=0, help="print the version")
    looks = root.add_argument_group("the console")
    looks.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    looks.add_argument(
        "--read-only", action="store_true", help="only look: whatever would change something is refused"
    )
    root.set_defaults(entrance="console", run="", needs="database")
    commands = root.add_subparsers(metavar="COMMAND", title="commands")
    wanted = [add for names, add in _ADDERS.items() if only in names.split()]
    for add in wanted or _ADDERS.values():
        add(commands)
    return root


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read what was typed; a mistake ends the process with exit code 2, ``--help`` with 0."""
    typed = [storable(word) for word in (sys.argv[1:] if argv is None else argv)]
    root = build(typed[0] if typed else "")
    args = root.parse_args(typed)
    if args.entrance not in ("console", "demo"):
        for option in ("no_mouse", "read_only"):
            if getattr(args, option):
                root.error(
                    f"--{option.replace('_', '-')} is for the console: it goes without a command, or with demo"
                )
    return args
