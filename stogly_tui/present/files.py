"""Files that a person asks for: in one folder of the home, readable by its owner alone, never over another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO


def new_file(folder: Path, stem: str, suffix: str, at: datetime) -> Path:
    """Make an empty file that was not there, named by what it holds and when: ``copy-20261116-113100.txt``.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{stem}-{at:%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}.{suffix}"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} is full of files of this second")


@contextmanager
def written(folder: Path, stem: str, suffix: str, at: datetime) -> Iterator[tuple[Path, TextIO]]:
    """A new file to write to; it is removed when it cannot be finished.

    Raises:
        OSError: it cannot be written.
    """
    path = new_file(folder, stem, suffix, at)
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield path, file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
