"""Roles given here: who may do what, and that somebody always may."""

from pathlib import Path

import pytest

from stogly_tui.config import Settings
from stogly_tui.domain.people import Actor, NotAllowed, Role
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.operations import channels, users
from tests.support.trade import ADA, Trade


def acting(home: Path, user: str, **roles: Role) -> Role:
    return users.acting(Settings.model_validate({"home": home, "user": user, "roles": roles})).role


def test_without_any_role_everybody_is_admin(trade: Trade, tmp_path: Path) -> None:
    assert acting(tmp_path, "ben") is Role.ADMIN


def test_the_first_one_has_to_be_an_admin(trade: Trade, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="The first one has to be an admin"):
        users.put(ADA, "ben", "operator")

    assert users.everyone() == []


def test_whoever_has_no_role_looks_only_once_somebody_has_one(trade: Trade, tmp_path: Path) -> None:
    users.put(ADA, "ada", "admin")
    users.put(ADA, "ben", "operator")

    assert acting(tmp_path, "ada") is Role.ADMIN
    assert acting(tmp_path, "ben") is Role.OPERATOR
    assert acting(tmp_path, "eve") is Role.VIEWER


def test_a_star_is_everybody_who_has_none(trade: Trade, tmp_path: Path) -> None:
    users.put(ADA, "ada", "admin")
    users.put(ADA, "*", "operator")

    assert acting(tmp_path, "eve") is Role.OPERATOR


def test_a_role_in_the_settings_goes_first(trade: Trade, tmp_path: Path) -> None:
    users.put(ADA, "ada", "admin")
    users.put(ADA, "ben", "admin")

    assert acting(tmp_path, "ben", ben=Role.VIEWER) is Role.VIEWER


def test_the_last_admin_stays(trade: Trade) -> None:
    users.put(ADA, "ada", "admin")
    users.put(ADA, "ben", "operator")

    with pytest.raises(InvalidInput, match="nobody would be admin"):
        users.put(ADA, "ada", "viewer")
    with pytest.raises(InvalidInput, match="nobody would be admin"):
        users.remove(ADA, "ada")

    assert [(row.name, row.role) for row in users.everyone()] == [("ada", Role.ADMIN), ("ben", Role.OPERATOR)]


@pytest.mark.parametrize(
    ("name", "role"), [("ben", "boss"), ("", "admin"), ("a b", "admin"), ("x\x1b[2J", "admin")]
)
def test_a_name_or_role_that_is_none_is_refused(trade: Trade, name: str, role: str) -> None:
    with pytest.raises(InvalidInput):
        users.put(ADA, name, role)


def test_a_role_taken_away_is_gone_at_the_next_start(trade: Trade, tmp_path: Path) -> None:
    users.put(ADA, "ada", "admin")
    users.put(ADA, "ben", "operator")
    users.remove(ADA, "ben")

    ben = users.acting(Settings.model_validate({"home": tmp_path, "user": "ben"}))

    with pytest.raises(NotAllowed):
        channels.pause(ben, "Shop")
    assert ben == Actor("ben", Role.VIEWER)


def test_an_admin_who_is_none_any_more_changes_no_roles(trade: Trade) -> None:
    ben = Actor("ben", Role.ADMIN)
    users.put(ADA, "ada", "admin")
    users.put(ADA, "ben", "admin")
    users.remove(ADA, "ben")

    with pytest.raises(NotAllowed, match="ben is viewer"):
        users.remove(ben, "ada")

    assert [row.name for row in users.everyone()] == ["ada"]


def test_the_only_one_may_take_the_own_role_away_and_all_is_open_again(trade: Trade, tmp_path: Path) -> None:
    users.put(ADA, "ada", "admin")

    users.remove(ADA, "ada")

    assert acting(tmp_path, "eve") is Role.ADMIN


def test_an_admin_by_the_settings_is_admin_enough(trade: Trade, tmp_path: Path) -> None:
    users.acting(Settings.model_validate({"home": tmp_path, "user": "ada", "roles": {"ada": Role.ADMIN}}))

    users.put(ADA, "ben", "operator")

    assert [row.role for row in users.everyone()] == [Role.OPERATOR]


def test_nobody_locks_oneself_out_by_a_slip_of_the_pen(trade: Trade) -> None:
    with pytest.raises(InvalidInput, match="you would only look from now on"):
        users.put(ADA, "adda", "admin")

    assert users.everyone() == []
