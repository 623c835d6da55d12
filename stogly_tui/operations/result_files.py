"""Files that a person asks for: plans and results, in a folder of the home that only its owner can read."""

from collections.abc import Iterable
from pathlib import Path

from stogly_tui.model import database as db
from stogly_tui.operations.workplace import exports


def write(name: str, suffix: str, lines: Iterable[str]) -> Path:
    """Write lines as they come to a new file named by what it is and when; where it is now.

    A file that could not be written whole is taken away.

    Raises:
        OSError: the disk is full, or the home cannot be written.
    """
    folder = exports()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with db.read():
        stamp = f"{db.now():%Y%m%d-%H%M%S}"
    made = _new(folder, f"{name}-{stamp}", suffix)
    try:
        with made.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return made


def _new(folder: Path, stem: str, suffix: str) -> Path:
    number = 1
    while True:
        path = folder / (f"{stem}.{suffix}" if number == 1 else f"{stem}-{number}.{suffix}")
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
