"""Customer data on the command line: hidden from viewers, shown when asked for, which is written down."""

from tests.cli.support import CommandLine


def test_a_viewer_is_shown_a_customer_only_when_asked_for(cli: CommandLine) -> None:
    cli.connect()
    [number] = cli.pulled()
    whole = cli.order(number)
    assert whole["email"]
    cli.patch.setenv("STOGLY_ROLES", '{"*": "viewer"}')

    for words in (("order", number), ("order", number, "--format", "json")):
        assert whole["email"] not in cli(*words).out
    assert cli.order(number)["timeline"] == whole["timeline"]

    assert whole["email"] in cli("order", number, "--show-customer").out
    assert cli.order(number)["timeline"][-1]["code"] == "SHOW-CUSTOMER"
