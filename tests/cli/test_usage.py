"""Exit codes as they are promised, and help that shows how."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stogly_tui.cli import parser
from stogly_tui.operations import fields, flow_settings, flows
from stogly_tui.platforms import registry
from tests.cli.support import CommandLine


def commands(tree: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for action in tree._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield (*words, name)
                yield from commands(inner, (*words, name))


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    every = [(), *commands(parser.build())]
    assert len(every) > 35
    for words in every:
        with pytest.raises(SystemExit) as left:
            parser.parse([*words, "--help"])
        assert left.value.code == 0
        assert "stogly-tui" in capsys.readouterr().out.partition("examples:")[2], words


def test_help_names_every_platform_and_every_setting_of_a_flow(cli: CommandLine) -> None:
    connecting = cli("channel", "add", "--help").out
    for platform in registry.names():
        assert f"\n  {platform:<14} {{" in connecting
        assert f'"{fields.credentials_of(platform)[0].name}": "…"' in connecting
    assert "refresh_token" not in connecting
    flow = cli("flow", "add", "--help").out
    for name, type in flows.TYPES.items():
        assert f"\n  {name:<14} " in flow
        for one in flow_settings.settings_of(type):
            assert f"{one.name}: {one.title}" in flow


def test_examples_of_the_help_are_printed_as_they_are_typed(cli: CommandLine) -> None:
    assert "stogly-$(date +%F).db" in cli("backup", "--help").out


def test_the_version_is_printed(cli: CommandLine) -> None:
    assert cli("--version").out.startswith("stogly-tui 0.")


@pytest.mark.parametrize(
    "words",
    [("frobnicate",), ("orders", "--format", "xml"), ("orders", "--limit", "-1"), ("channel",), ("pull", "--days", "0"),
     ("pull", "--days", "3", "--since", "3d"), ("orders", "--push-status", "maybe"), ("sandbox", "--port", "70000")],
)  # fmt: skip
def test_what_is_typed_wrongly_is_a_usage_error(cli: CommandLine, words: tuple[str, ...]) -> None:
    assert cli(*words).code == 2


def test_an_unknown_order_is_a_usage_error(cli: CommandLine) -> None:
    done = cli("order", "S-1")
    assert done.code == 2
    assert (
        done.err == "order: there is no order 'S-1' here. Give its number as shown, or CHANNEL/REMOTE_ID.\n"
    )


def test_a_role_that_does_not_cover_it_is_not_allowed(cli: CommandLine) -> None:
    cli.connect()
    cli.patch.setenv("STOGLY_ROLES", '{"*": "viewer"}')
    for words in (
        ("pull",),
        ("push", "--due"),
        ("channel", "pause", "Shop"),
        ("backup", "x.db"),
        ("recall",),
    ):
        done = cli(*words)
        assert (done.code, "this needs the role" in done.err) == (4, True), words
    assert cli("orders").code == 0


def test_settings_that_are_wrong_are_named_line_by_line(cli: CommandLine) -> None:
    cli.home.mkdir()
    (cli.home / "config.toml").write_text('theem = "dark"\nlog_days = 0\n')
    done = cli("config", "validate")
    assert done.code == 2
    assert "theem is not a setting. Did you mean theme?" in done.err
    assert "log_days: " in done.err
    assert cli("orders").code == 2
    (cli.home / "config.toml").write_text("log_days = 7\n")
    assert cli("config", "validate").code == 0
    shown = cli("config", "show", "--format", "json").data
    assert (shown["log_days"], shown["time_zone"]) == (7, "UTC")


def test_secrets_are_hidden_where_settings_are_shown(cli: CommandLine) -> None:
    cli.patch.setenv("STOGLY_SECRET_KEY", "hunter2hunter2")
    cli.patch.setenv("STOGLY_DATABASE_URL", "postgresql://me:hunter2@db.example/x")
    for how in ("text", "json"):
        done = cli("config", "show", "--format", how)
        assert "hunter2" not in done.out
        assert "db.example" in done.out


def test_schemas_are_json(cli: CommandLine) -> None:
    assert "home" in cli("config", "schema").data["properties"]
    for platform in registry.names():
        assert "auto_send" in cli("config", "schema", platform).data["properties"]
    assert cli("config", "schema", "shopware").code == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////nonexistent/folder/x.db", "postgresql://me:hunter2@127.0.0.1:1/x"]
)
def test_a_database_that_cannot_be_reached_may_be_tried_again(cli: CommandLine, url: str) -> None:
    cli.patch.setenv("STOGLY_DATABASE_URL", url)
    done = cli("orders")
    assert done.code == 3
    assert "could not be reached" in done.err
    assert "hunter2" not in done.err


def test_following_ends_when_it_is_interrupted(cli: CommandLine) -> None:
    cli.connect()
    running = cli.spawn("log", "--follow", "--format", "jsonl")
    runs = cli.spawn("runs", "--follow")
    runs_before = cli.spawn("day", "--follow", "--since", "1d", "--format", "jsonl")
    broken = cli.place()
    cli.shop.orders.record(broken)["currency"] = "???"
    cli.shop.orders.forget_rendered()
    assert cli("pull").code == 1
    running.until("BAD-RECORD", "out")
    runs.until("finished_partially", "out")
    runs_before.until('"held": 1', "out")
    for one in (running, runs, runs_before):
        one.process.send_signal(signal.SIGINT)
        assert one.ended().code == 130


def test_a_reader_that_has_seen_enough_ends_it_quietly(cli: CommandLine) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "stogly_tui", "config", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert running.stdout is not None
    running.stdout.close()
    _, err = running.communicate(timeout=20)
    assert (running.returncode, err) == (0, "")


def test_the_console_needs_a_terminal(cli: CommandLine, tmp_path: Path) -> None:
    ended = cli.spawn().ended()
    assert (ended.code, "needs a terminal" in ended.err) == (2, True)


def test_keys_are_listed_by_their_ids_and_a_bad_one_is_named_at_start(cli: CommandLine) -> None:
    cli.patch.setenv("STOGLY_KEYS", '{"orders.mark": "w"}')
    listed = {row["id"]: row for row in cli("config", "keys", "--format", "json").data}
    assert listed["orders.mark"]["keys"] == "w"
    assert listed["orders.mark"]["changed"]
    assert listed["app.help"]["does"] == "Help for this screen"
    assert "orders.mark              w (yours)" in cli("config", "keys").out

    cli.patch.setenv("STOGLY_KEYS", '{"orders.mrk": "w"}')
    for words in ((), ("config", "keys"), ("config", "validate")):
        done = cli(*words)
        assert done.code == 2
        assert "keys: 'orders.mrk' is no action of the console. Did you mean orders.mark" in done.err
    assert cli("orders").code == 0, "what has no keys does not mind"


@pytest.mark.parametrize("option", ["--read-only", "--no-mouse"])
def test_an_option_of_the_console_goes_with_no_command(cli: CommandLine, option: str) -> None:
    done = cli(option, "orders")
    assert done.code == 2
    assert f"{option} is for the console" in done.err
    assert "needs a terminal" in cli(option).err
