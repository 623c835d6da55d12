"""After a whole trade with everything that can go wrong, no key is anywhere but sealed."""

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stogly_tui import crash, logs
from stogly_tui.domain.problems import InvalidInput
from stogly_tui.model import database as db
from stogly_tui.model import schema
from stogly_tui.model.queries.base import rows
from stogly_tui.operations import channels
from stogly_tui.sandbox import Sandbox
from stogly_tui.vault import CannotUnseal, Vault
from tests.support.trade import ADA, FAST, Trade, trading

FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "code": 500}, {"kind": "status", "code": 400}, {"kind": "expired_key"}, {"kind": "malformed_json"},
    {"kind": "redirect", "code": 302, "location": "https://elsewhere.example/"}, {"kind": "drop_reply_after_commit"},
    {"kind": "html_200"}, {"kind": "truncated_json"},
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose log and crash reports are written as in the program."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    made = tmp_path_factory.mktemp("home")
    logs.to_file(made / "logs", 14)
    root.setLevel(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crash, "_folder", made / "crashes")
        yield made
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = before[0], before[1]
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="module")
def secrets(home: Path) -> Iterator[list[str]]:
    """Every key of a trade that has gone through everything."""
    db.open_database(f"sqlite:///{home / 'stogly.db'}")
    schema.upgrade()
    with (
        pytest.MonkeyPatch.context() as patch,
        Sandbox([]) as sandbox,
        trading(sandbox, home, patch) as trade,
    ):
        trade.connect()
        in_the_address(trade)
        keys = [
            value
            for store in (trade.shop, trade.destination)
            for value in sandbox.credentials(store.slug).values()
        ]
        go_through_everything(trade)
        wrong = {"consumer_key": "cs_" + "a1b2c3d4" * 5, "consumer_secret": "ck_" + "e5f6a7b8" * 5}
        with pytest.raises(InvalidInput) as caught:
            channels.change(ADA, "Shop", settings={}, credentials=wrong)
        note_defect(keys, str(caught.value))
        with db.connection():
            db.checkpoint()
        yield [*keys, *wrong.values()]
    db.drop_connection()


def in_the_address(trade: Trade) -> None:
    """Some hosts want the keys in the query, where they are easily logged."""
    channels.change(ADA, "Shop", settings={**FAST, "query_string_auth": "true"})


def go_through_everything(trade: Trade) -> None:
    for fault in FAULTS:
        trade.place()
        trade.fault(on="GET /orders", store=trade.shop.slug, **fault)
        trade.pull()
        trade.heal("Shop")
        trade.pull()
        trade.send()
        trade.fault(**fault)
        trade.push()
        trade.sandbox.faults.clear()
        trade.heal("Main")
        trade.look()


def note_defect(keys: list[str], text: str) -> None:
    """The worst case: an exception and a log line that hold keys."""
    logging.getLogger("stogly_tui").error("%s and consumer_secret=%s in %s", text, keys[1], keys)
    try:
        raise ValueError(f"https://x/?consumer_key={keys[0]}&consumer_secret={keys[1]}", keys)
    except ValueError as error:
        crash.write_report(error)


def spellings(secret: str) -> set[bytes]:
    """A secret as it could be written: plain, and as half of a Basic header."""
    return {secret.encode(), base64.b64encode(secret.encode())[:-4]}


def test_no_key_is_in_any_file_of_the_home(secrets: list[str], home: Path) -> None:
    files = [path for path in home.rglob("*") if path.is_file()]
    assert {"stogly.db", "stogly.log", "secret.key"} <= {path.name for path in files}
    assert any(path.parent.name == "crashes" for path in files)

    found = [
        path.name
        for path in files
        for secret in secrets
        for text in spellings(secret)
        if text in path.read_bytes()
    ]

    assert found == []


def test_no_key_is_in_any_row(secrets: list[str]) -> None:
    with db.read():
        tables = [row[0] for row in rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        everything = {table: repr(rows(f"SELECT * FROM {table}")) for table in tables}

    assert not [table for table, text in everything.items() for secret in secrets if secret in text]
    assert all(
        everything[name] != "[]" for name in ("orders", "push_attempts", "log_entries", "audit", "payloads")
    )


def test_what_is_written_is_its_owners_alone(secrets: list[str], home: Path) -> None:
    private = [home / "secret.key", home / "stogly.db", *(home / "crashes").iterdir()]

    assert {oct(path.stat().st_mode & 0o777) for path in private} == {"0o600"}
    assert (home / "logs").stat().st_mode & 0o777 == 0o700


def test_credentials_come_back_only_with_the_key_they_were_sealed_with(tmp_path: Path) -> None:
    from pydantic import SecretStr

    first, second = Vault(tmp_path, SecretStr("one")), Vault(tmp_path, SecretStr("other"))
    sealed = first.seal({"consumer_secret": SecretStr("cs_1")})

    assert b"cs_1" not in sealed
    assert first.unseal(sealed)["consumer_secret"].get_secret_value() == "cs_1"
    with pytest.raises(CannotUnseal, match="another key"):
        second.unseal(sealed)


def test_the_key_of_a_home_is_made_once_also_by_threads_that_race(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from pydantic import SecretStr

    def seal(_: int) -> bytes:
        return Vault(tmp_path, SecretStr("")).seal({"a": SecretStr("b")})

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(seal, range(16)))

    last = Vault(tmp_path, SecretStr(""))
    assert {last.unseal(one)["a"].get_secret_value() for one in sealed} == {"b"}
