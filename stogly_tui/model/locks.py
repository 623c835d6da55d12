"""Locks of the operating system: freed by any death of their holder."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class FileLock:
    """A lock on a file of its own. `take` does not wait; `release` may be called at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether we hold it."""
        return self._fd is not None

    def take(self, *, wait: bool = False, note: str = "") -> bool:
        """Try to hold it; ``note`` (who and where we are) can be read by others with `note_of_holder`."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return False
        os.ftruncate(fd, 0)
        os.pwrite(fd, note.encode(), 0)
        self._fd = fd
        return True

    def release(self) -> None:
        """Let go."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def note_of_holder(self) -> str:
        """What the present or last holder wrote."""
        try:
            return self.path.read_text().strip()
        except OSError:
            return ""


@contextlib.contextmanager
def file_lock(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a lock for the length of a block; yields whether it is ours."""
    lock = FileLock(path)
    try:
        yield lock.take(wait=wait)
    finally:
        lock.release()
