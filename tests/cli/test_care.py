"""doctor and backup."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from tests.cli.support import CommandLine


def test_doctor_says_that_all_is_well_and_holds_no_secret(cli: CommandLine) -> None:
    cli.connect()
    done = cli("doctor")
    assert done.code == 0, done
    assert "channel Main" in done.out
    assert "answers and is signed in" in done.out
    for key in (
        *cli.sandbox.credentials(cli.shop.slug).values(),
        *cli.sandbox.credentials(cli.main.slug).values(),
    ):
        assert key not in done.out


def test_doctor_names_what_needs_somebody(cli: CommandLine) -> None:
    cli.connect()
    cli.shop.products.create({"name": "Only at the shop", "sku": "RARE", "regular_price": "9.00"})
    rare = cli.place("RARE")
    assert cli("pull").code == 0
    assert cli("push", f"S-{rare}").code == 1
    cli.shop.maintenance = True
    (cli.home / "secret.key").chmod(0o644)
    done = cli("doctor", "--format", "json")
    assert done.code == 1
    assert done.data["ok"] is False
    bad = {found["subject"] for found in done.data["findings"] if found["verdict"] == "bad"}
    assert bad == {"channel Shop", "stuck", "secret key"}


def test_doctor_of_an_empty_home_is_well(cli: CommandLine) -> None:
    done = cli("doctor")
    assert (done.code, "there are none yet" in done.out) == (0, True)


def test_a_backup_is_whole_private_and_stamped(cli: CommandLine, tmp_path: Path) -> None:
    cli.connect()
    cli.pulled(2)
    copy = tmp_path / "copy.db"
    assert cli("backup", str(copy)).code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT count(*) FROM orders").fetchone() == (2,)
        assert opened.execute("SELECT value FROM meta WHERE key = 'stamped_copy'").fetchone()[0].endswith("Z")
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.db"]


def test_a_backup_overwrites_nothing(cli: CommandLine, tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.write_text("precious")
    done = cli("backup", str(there))
    assert (done.code, there.read_text()) == (2, "precious")
    assert "is not overwritten" in done.err
    nowhere = cli("backup", str(tmp_path / "no" / "folder.db"))
    assert (nowhere.code, "cannot be made" in nowhere.err) == (2, True)
