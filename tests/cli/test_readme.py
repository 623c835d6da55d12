"""The README prints no command that cannot be typed, and no setting that is not there."""

import re
import shlex
from pathlib import Path

import pytest

from stogly_tui.cli import parser
from stogly_tui.config import Settings
from stogly_tui.operations import fields, flow_settings
from stogly_tui.platforms import registry

README = (Path(__file__).parents[2] / "README.md").read_text()
FENCED = re.compile(r"^ *```\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
OTHER_WORDS = {
    "orders", "orders_daily", "history", "push", "read_orders", "read_all_orders", "read_customers", "unreachable",
}  # fmt: skip
"""What stands first in a row of a table and is no setting."""
INLINE = re.compile(r"`(stogly-tui [^`]+)`")


def commands() -> list[str]:
    """Every command that is printed, without what explains it: two blanks and words behind it."""
    typed = [
        line.strip() for block in FENCED.findall(README) for line in block.replace("\\\n", " ").splitlines()
    ]
    told = [line for line in typed if line.startswith("stogly-tui ")]
    told += INLINE.findall(FENCED.sub("", README))
    return [re.split(r" {3,}|  (?=[a-z])", line)[0] if "\\" not in line else line for line in told]


@pytest.mark.parametrize("line", [one for one in commands() if "|" not in one and "…" not in one])
def test_every_command_can_be_typed(line: str) -> None:
    words = [
        re.sub(r"\b(NAME|COMMAND)\b", "backup", word) for word in shlex.split(line.partition(" < ")[0])[1:]
    ]
    try:
        parser.parse(words)
    except SystemExit as left:
        assert left.code == 0, line  # noqa: PT017


def test_commands_were_found() -> None:
    assert len(commands()) > 40
    assert "make demo" in README
    assert "make test" in README


def test_settings_that_are_named_are_there() -> None:
    known = {
        one.name
        for key in registry.names()
        for one in (*fields.settings_of(key), *fields.credentials_of(key))
    }
    known |= {one.name for type in flow_settings.MODELS for one in flow_settings.settings_of(type)}
    known |= set(Settings.model_fields)
    tables = re.findall(r"^\| `([a-z_]+)` \|", README, re.MULTILINE)
    set_by = re.findall(r"(?:--set |set \"[^\"]+\" |^)([a-z]+(?:_[a-z]+)*)=", README, re.MULTILINE)
    named = {*tables, *set_by} - OTHER_WORDS
    assert {"auto_send", "import_tags", "api_version"} <= named
    assert named <= known, named - known
