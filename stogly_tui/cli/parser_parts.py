"""What every command is made of as it is typed: its help with examples, formats, settings, numbers."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stogly_tui.cli.parser import Parser

    Commands = argparse._SubParsersAction[Parser]

TIME = "ISO 8601 with a zone, a date, or 7d, 24h, now"


def command(
    commands: "Commands",
    name: str,
    help: str,
    examples: str,
    *,
    run: str = "",
    needs: str = "database",
    more: str = "",
) -> "Parser":
    """Add a command; its help ends with examples. ``run`` is ``module:function`` of this folder, and so is
    ``more``: it gives a part of the help that is only made when somebody reads it.
    """
    made = commands.add_parser(name, help=help, description=help, epilog=f"examples:\n{_indented(examples)}")
    made.set_defaults(entrance="command" if run else name, run=run, needs=needs)
    made.more = more
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
    return "\n".join(f"  {line}" for line in examples.splitlines())
