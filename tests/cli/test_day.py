"""day and handover: is everything sent, what a channel says of it, and what the next shift has to know."""

from tests.cli.support import CommandLine


def test_the_day_says_what_is_left_why_and_which_command_helps(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled(2)

    done = cli("day", "--since", "1d")
    (told,) = cli("day", "--since", "1d", "--format", "json").data

    assert "! 2 of 2 are left. 1 of 1 channel was not asked." in done.out
    assert "Shop: here 2 = there 0 + left 2. Not asked: day --ask asks now." in done.out
    assert "2  - not sent: automatic sending is off  (stogly-tui push --all-not-sent --dry-run)" in done.out
    assert "Days before: + nothing is open." in done.out
    assert "Worker: ! nobody serves" in done.out
    assert told["reasons"] == [
        {"reason": "not sent", "orders": 2, "kind": "not sent", "says": "automatic sending is off",
         "command": "stogly-tui push --all-not-sent --dry-run"},
    ]  # fmt: skip
    assert (told["left"], told["all_sent"], told["on_channel"], told["proof"]) == (2, False, None, None)


def test_channels_are_asked_and_what_is_missing_here_is_named(cli: CommandLine) -> None:
    cli.connect()
    cli.pulled()
    cli.place()

    done = cli("day", "--ask")
    (told,) = cli("day", "--format", "json").data

    assert done.code == 0
    assert "! 1 on a channel are not here yet." in done.out
    assert "On channel 2 but 1 here then" in done.out
    assert (told["on_channel"], told["here_when_asked"]) == (2, 1)


def test_a_channel_that_cannot_be_asked_is_named_and_the_day_is_still_told(cli: CommandLine) -> None:
    cli.connect()
    cli.fault("status", cli.shop, code=500, times=None)

    done = cli("day", "--ask")

    assert done.code == 1
    assert "Shop cannot be asked now" in done.err
    assert "No orders." in done.out


def test_notes_are_written_and_listed_with_what_is_new(cli: CommandLine) -> None:
    cli.patch.setenv("STOGLY_USER", "ben")
    assert cli("handover", "add", "pickup at 17:30 \x1b[2J").code == 0
    assert cli("handover", "add", "-", stdin="Outlet by hand\n").code == 0
    assert cli("handover", "add", " ").err == "text: is empty. Write what the next shift has to know.\n"
    assert "new to you" not in cli("handover", "list").out

    cli.patch.setenv("STOGLY_USER", "ana")
    listed = cli("handover", "list")
    told = cli("handover", "list", "--format", "json").data

    assert listed.out.count("ben  (new to you)") == 2
    assert "    Outlet by hand" in listed.out
    assert "\x1b" not in listed.out
    assert (told[0]["author"], told[0]["text"], told[0]["unread"]) == ("ben", "Outlet by hand", True)
