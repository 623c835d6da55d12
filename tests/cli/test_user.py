"""People and their roles by the command line: who gave what, who is asking, and that nobody locks everybody out."""

import getpass

import pytest

from tests.cli.support import CommandLine

ME = getpass.getuser()


@pytest.fixture
def staffed(cli: CommandLine) -> CommandLine:
    """I am admin, ana an operator."""
    assert cli("user", "add", ME, "--role", "admin").code == 0
    assert cli("user", "add", "ana", "--role", "operator").code == 0
    return cli


def roles(cli: CommandLine) -> dict[str, str]:
    return {one["name"]: one["role"] for one in cli("user", "list", "--format", "json").data}


def test_without_roles_everyone_is_admin_and_the_list_says_so(cli: CommandLine) -> None:
    done = cli("user", "list", "--format", "json")
    assert (done.code, done.data) == (0, [])
    assert done.err == f"You are {ME}: admin, since nobody has a role yet.\n"


def test_a_role_is_given_changed_and_taken_away(staffed: CommandLine) -> None:
    assert roles(staffed) == {ME: "admin", "ana": "operator"}
    done = staffed("user", "set", "ana", "role=viewer")
    assert (done.code, done.err) == (
        0, "ana is viewer; it counts from the next start of a console or command.\n"
    )  # fmt: skip
    assert roles(staffed) == {ME: "admin", "ana": "viewer"}
    assert staffed("user", "remove", "ana").code == 0
    assert roles(staffed) == {ME: "admin"}
    [mine] = staffed("user", "list", "--format", "json").data
    assert (mine["set_by"], mine["from"], mine["you"]) == (ME, "database", True)


def test_the_first_role_tells_what_becomes_of_everybody_else(cli: CommandLine) -> None:
    first = cli("user", "add", ME, "--role", "admin")
    assert "whoever has no role only looks" in first.err
    second = cli("user", "add", "ana", "--role", "operator")
    assert "whoever has no role only looks" not in second.err


def test_a_role_counts_from_the_next_command(staffed: CommandLine) -> None:
    staffed.connect()
    assert staffed("user", "add", "*", "--role", "viewer").code == 0
    staffed.patch.setenv("STOGLY_USER", "ana")
    assert staffed("pull").code == 0
    refused = staffed("channel", "pause", "Shop")
    assert (refused.code, refused.err) == (4, "ana is operator; this needs the role admin. Ask an admin.\n")
    staffed.patch.setenv("STOGLY_USER", "zed")
    assert staffed("pull").code == 4
    assert staffed("user", "list").err == "You are zed: viewer, as everyone else (*) is.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("add", "eve", "--role", "admin"),
        ("add", "ana", "--role", "admin"),
        ("set", "ana", "role=admin"),
        ("remove", ME),
    ],
)
def test_only_an_admin_gives_roles(staffed: CommandLine, words: tuple[str, ...]) -> None:
    staffed.patch.setenv("STOGLY_USER", "ana")
    assert staffed("user", *words).code == 4
    assert roles(staffed) == {ME: "admin", "ana": "operator"}
    assert staffed("user", "list").err == "You are ana: operator.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "ana", "--role", "viewer"), "'ana' is operator already."),
        (("add", "eve", "--role", "boss"), "'boss' is no role. Roles are: viewer, operator, admin."),
        (("add", "e v e", "--role", "viewer"), "is no user name"),
        (("set", "anna", "role=viewer"), "Did you mean ana? Or: stogly-tui user add anna --role viewer."),
        (("set", "ana", "rank=viewer"), "rank: is nothing that a person has."),
        (("set", "ana", "role=viewer", "name=eve"), "name: is nothing that a person has."),
        (("remove", "eve"), "'eve' has no role here."),
        (("remove", ME), "nobody would be admin."),
        (("set", ME, "role=viewer"), "nobody would be admin."),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    staffed: CommandLine, words: tuple[str, ...], sentence: str
) -> None:
    done = staffed("user", *words)
    assert (done.code, sentence in done.err) == (2, True), done
    assert roles(staffed) == {ME: "admin", "ana": "operator"}


def test_roles_of_the_settings_go_before_and_are_listed(staffed: CommandLine) -> None:
    staffed.patch.setenv("STOGLY_ROLES", f'{{"ana": "viewer", "{ME}": "admin", "bob": "operator"}}')
    listed = {one["name"]: one for one in staffed("user", "list", "--format", "json").data}
    ana, bob = listed["ana"], listed["bob"]
    assert (ana["role"], ana["role_here"], ana["from"]) == (
        "viewer", "operator", "environment STOGLY_ROLES"
    )  # fmt: skip
    assert (bob["role"], bob["role_here"], bob["set_by"]) == ("operator", None, None)
    told = staffed("user", "set", "ana", "role=admin")
    assert "environment STOGLY_ROLES says that ana is viewer, and goes before." in told.err
