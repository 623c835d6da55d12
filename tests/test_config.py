"""Settings of the program: environment over TOML over defaults; what is wrong is named with its remedy."""

from pathlib import Path

import pytest

from stogly_tui import config
from stogly_tui.config import ConfigInvalid, ensure_home, load
from stogly_tui.domain.people import Role


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "stogly-home"
    made.mkdir()
    monkeypatch.setenv("STOGLY_HOME", str(made))
    return made


def write(home: Path, text: str) -> None:
    (home / "config.toml").write_text(text, encoding="utf-8")


def problems() -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        load()
    return caught.value.problems


def test_without_anything_set_the_defaults_hold(home: Path) -> None:
    settings = load()

    assert (settings.environment, settings.theme, settings.log_days, settings.worker) == (
        "PROD",
        "dark",
        14,
        True,
    )
    assert settings.url == f"sqlite:///{home / 'stogly.db'}"
    assert settings.home == home


def test_the_home_is_the_users_data_folder_unless_it_is_set(tmp_path: Path) -> None:
    assert load().home == tmp_path / "data" / "stogly-tui"


def test_the_file_overrides_defaults_and_the_environment_overrides_the_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, 'environment = "STAGE"\ntheme = "light"\nlog_days = 3\n')
    monkeypatch.setenv("STOGLY_THEME", "ansi")

    settings = load()

    assert (settings.environment, settings.theme, settings.log_days, settings.mouse) == (
        "STAGE",
        "ansi",
        3,
        True,
    )


def test_tables_are_written_as_toml_or_json(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, 'user = "ana"\n[roles]\nana = "operator"\n"*" = "viewer"\n')
    assert load().actor().role is Role.OPERATOR

    monkeypatch.setenv("STOGLY_ROLES", '{"ana": "admin"}')
    assert load().actor().role is Role.ADMIN


@pytest.mark.parametrize(
    ("roles", "role"),
    [("", Role.ADMIN), ('[roles]\nbob = "admin"', Role.VIEWER), ('[roles]\n"*" = "operator"', Role.OPERATOR)],
    ids=["none are set", "others are named", "everyone else"],
)
def test_who_is_not_named_is_a_viewer_unless_nobody_is(home: Path, roles: str, role: Role) -> None:
    write(home, f'user = "ana"\n{roles}\n')

    assert load().actor().role is role


def test_an_unknown_key_of_the_file_is_named_with_the_nearest(home: Path) -> None:
    write(home, "log_day = 3\n")

    (problem,) = problems()

    assert str(home / "config.toml") in problem
    assert "log_day is not a setting. Did you mean log_days?" in problem


def test_an_unknown_variable_is_named_with_the_nearest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOGLY_TEHME", "dark")

    (problem,) = problems()

    assert problem == "environment: STOGLY_TEHME is not a setting. Did you mean theme?"


def test_a_key_that_resembles_none_is_told_what_there_is(home: Path) -> None:
    write(home, "zzz = 1\n")

    (problem,) = problems()

    assert "Known are: home, database_url" in problem


def test_everything_wrong_in_both_is_told_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, 'log_day = 3\ntheme = "pink"\n')
    monkeypatch.setenv("STOGLY_TIMEZONE", "UTC")
    monkeypatch.setenv("STOGLY_LOG_DAYS", "0")

    told = "\n".join(problems())

    assert all(word in told for word in ("log_day ", "theme:", "STOGLY_TIMEZONE", "STOGLY_LOG_DAYS:"))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('theme = "pink"', "theme"), ("log_days = 0", "log_days"), ('log_days = "many"', "log_days"),
        ('time_zone = "Mars/Olympus"', "time_zone"), ('database_url = "mysql://x"', "database_url"),
        ('environment = "PRODUCTION-EU"', "environment"), ('[roles]\nana = "king"', "roles.ana"),
        ("mouse = \"perhaps\"", "mouse"),
    ],
)  # fmt: skip
def test_a_bad_value_names_the_file_and_the_key(home: Path, text: str, where: str) -> None:
    write(home, text)

    (problem,) = problems()

    assert problem.startswith(f"{home / 'config.toml'}: {where}: ")


def test_a_bad_value_of_the_environment_names_its_variable(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "log_days = 3\n")
    monkeypatch.setenv("STOGLY_LOG_DAYS", "many")

    (problem,) = problems()

    assert problem.startswith("environment STOGLY_LOG_DAYS: ")


def test_a_table_that_is_no_json_names_its_variable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOGLY_ROLES", "ana=admin")

    (problem,) = problems()

    assert "roles" in problem
    assert "written as JSON" in problem


@pytest.mark.parametrize("bytes_", [b"theme = \n", b"\xff\xfe"], ids=["no TOML", "no text"])
def test_a_file_that_cannot_be_read_is_named(home: Path, bytes_: bytes) -> None:
    (home / "config.toml").write_bytes(bytes_)

    (problem,) = problems()

    assert problem.startswith(str(home / "config.toml"))


def test_no_problem_tells_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOGLY_SECRET_KEY", "my-secret-words")
    monkeypatch.setenv("STOGLY_DATABASE_URL", "mysql://ana:hunter2@db/stogly")

    told = "\n".join(problems())

    assert "my-secret-words" not in told
    assert "hunter2" not in told


def test_the_home_is_its_owners_alone(home: Path) -> None:
    home.chmod(0o755)

    ensure_home(load())

    assert home.stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("STOGLY_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(ConfigInvalid, match="Set STOGLY_HOME to a folder of yours"):
        ensure_home(load())


@pytest.mark.parametrize(("zone", "name"), [("Europe/Amsterdam", "Europe/Amsterdam"), ("", "Asia/Tokyo")])
def test_the_zone_is_the_one_set_or_the_machines(
    home: Path, monkeypatch: pytest.MonkeyPatch, zone: str, name: str
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    write(home, f'time_zone = "{zone}"\n')

    assert load().zone.key == name
    assert config.host()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""), ("https://hooks.example.com", "https://hooks.example.com"),
        (" https://hooks.example.com/stogly/ ", "https://hooks.example.com/stogly"),
        ("https://hooks.example.com:8443/a/b", "https://hooks.example.com:8443/a/b"),
        ("http://127.0.0.1:8711", "http://127.0.0.1:8711"), ("http://localhost/x", "http://localhost/x"),
    ],
)  # fmt: skip
def test_a_public_address_is_kept_without_a_slash_at_its_end(
    home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kept: str
) -> None:
    monkeypatch.setenv("STOGLY_PUBLIC_URL", typed)

    assert load().public_url == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("http://hooks.example.com", "plain http:// is for this machine"), ("hooks.example.com", "must begin with https://"),
        ("ftp://x.example", "must begin with https://"), ("https://", "name a host"),
        ("https://x.example/?a=1", "plain path only"), ("https://x.example/#a", "plain path only"),
        ("https://ana:pw@x.example", "plain path only"), ("https://x.example/{id}", "plain path only"),
        ("https://x.example:port", "no web address"),
    ],
)  # fmt: skip
def test_what_platforms_could_not_reach_is_no_public_address(
    home: Path, monkeypatch: pytest.MonkeyPatch, typed: str, words: str
) -> None:
    monkeypatch.setenv("STOGLY_PUBLIC_URL", typed)

    (problem,) = problems()

    assert problem.startswith("environment STOGLY_PUBLIC_URL: ")
    assert words in problem
    assert "pw" not in problem


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("receiver_port = 0", "receiver_port"), ("receiver_port = 65536", "receiver_port"),
        ('receiver_host = "http://x"', "receiver_host"), ('receiver_host = ""', "receiver_host"),
        ('receiver = "perhaps"', "receiver"),
    ],
)  # fmt: skip
def test_a_receiver_that_could_not_listen_is_named(home: Path, text: str, where: str) -> None:
    write(home, text)

    (problem,) = problems()

    assert problem.startswith(f"{home / 'config.toml'}: {where}: ")


def test_the_receiver_is_off_unless_it_is_asked_for(home: Path) -> None:
    settings = load()

    assert (settings.receiver, settings.receiver_host, settings.receiver_port, settings.public_url) == (
        False, "127.0.0.1", 8711, "",
    )  # fmt: skip
