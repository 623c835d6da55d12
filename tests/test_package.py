"""What is shipped: a wheel that holds everything, and a repository that holds no trace of a machine."""

import pwd
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SHIPPED = ("stogly_tui", "styles", "tests", "benchmarks", "requirements", ".ci", "snapshots")
TEXT = {".py", ".tcss", ".sql", ".toml", ".lock", ".md", ".svg", ".yml", ".txt", ""}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=TOP)
    (made,) = folder.glob("*.whl")
    return made


def run(*words: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def our_files() -> Iterator[Path]:
    """Every text file of the repository."""
    yield from (path for path in TOP.iterdir() if path.is_file() and path.suffix in TEXT)
    for folder in SHIPPED:
        for path in (TOP / folder).rglob("*"):
            if path.is_file() and path.suffix in TEXT and "__pycache__" not in path.parts:
                yield path


def test_the_wheel_holds_styles_migrations_and_every_module(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    styles = {f"stogly_tui/styles/{path.name}" for path in (TOP / "styles").glob("*.tcss")}
    migrations = {str(path.relative_to(TOP)) for path in (TOP / "stogly_tui/model/migrations").glob("*.sql")}
    modules = {str(path.relative_to(TOP)) for path in (TOP / "stogly_tui").rglob("*.py")}
    assert styles
    assert migrations
    assert styles | migrations | modules <= names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_what_is_installed_from_the_wheel_finds_its_styles_and_makes_a_database(
    wheel: Path, tmp_path: Path
) -> None:
    target = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target),
        str(wheel), cwd=tmp_path)  # fmt: skip
    code = (
        "from stogly_tui.console import app\n"
        "from stogly_tui.model import database, schema\n"
        "found = app.styles()\n"
        "print(app.__file__); print(len(found), found[0].parent)\n"
        f"database.open_database('sqlite:///{tmp_path / 'new.db'}'); print(schema.upgrade())"
    )

    told = run(sys.executable, "-c", code, cwd=tmp_path, environment={"PYTHONPATH": str(target)}).splitlines()

    assert told[0].startswith(str(target))
    assert told[1] == f"{len(list((TOP / 'styles').glob('*.tcss')))} {target / 'stogly_tui' / 'styles'}"
    assert "0001_initial" in told[2]


def test_the_lock_files_name_no_address() -> None:
    locks = list((TOP / "requirements").glob("*.lock"))

    assert locks
    assert not [
        path.name for path in locks if re.search(r"://|--(index|find-links|extra-index)", path.read_text())
    ]


def test_no_file_names_a_path_of_this_machine() -> None:
    home = pwd.getpwuid(Path.cwd().stat().st_uid).pw_dir
    places = [f"{place}/" for place in (str(TOP), home) if place.count("/") > 1 or place == home != "/"]

    named = [
        f"{path.relative_to(TOP)}: {place}"
        for path in our_files() for place in places if place in path.read_text(encoding="utf-8", errors="replace")
    ]  # fmt: skip

    assert named == []
