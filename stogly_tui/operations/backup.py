"""A copy of the database, to keep somewhere else."""

from dataclasses import dataclass
from pathlib import Path

from stogly_tui.domain.people import Actor, Role
from stogly_tui.domain.problems import FieldProblem, InvalidInput
from stogly_tui.model import backup
from stogly_tui.model import database as db


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was made."""

    path: Path
    size: int


def make(actor: Actor, target: Path) -> Backup:
    """Copy the database to a new file while everything runs; opened, the copy sends nothing by itself.

    Raises:
        NotAllowed: only an admin may; the copy holds everything.
        InvalidInput: the file exists or cannot be made, or the database is not SQLite.
    """
    actor.require(Role.ADMIN)
    if db.engine() != "sqlite":
        raise InvalidInput(
            FieldProblem("database", "is PostgreSQL: it has its own tool.", "Use pg_dump --format=custom.")
        )
    try:
        return Backup(target, backup.copy_to(target))
    except FileExistsError as error:
        raise InvalidInput(
            FieldProblem("file", f"{target} exists and is not overwritten.", "Choose another name.")
        ) from error
    except OSError as error:
        raise InvalidInput(
            FieldProblem("file", f"{target} cannot be made: {error.strerror}.", "Choose another place.")
        ) from error
    except backup.CannotCopy as error:
        raise InvalidInput(
            FieldProblem("file", f"{target} could not be made: {error}.", "Is there room on that disk?")
        ) from error
