"""People and what they may do."""

from stogly_tui.domain.people import Role
from stogly_tui.model import database as db
from stogly_tui.model.queries import users as queries
from stogly_tui.model.queries.base import run
from stogly_tui.model.tables.journal import User


def put(tx: db.Tx, name: str, role: Role) -> None:
    """Give a person a role."""
    User.insert(name=name, role=role, set_by=tx.actor.name, set_at=tx.at).on_conflict(
        conflict_target=[User.name], update={User.role: role, User.set_by: tx.actor.name, User.set_at: tx.at}
    ).execute()
    tx.changed("user")


def remove(tx: db.Tx, name: str) -> bool:
    """Forget a person; False when there is none of that name."""
    done = User.delete().where(User.name == name).execute()
    tx.changed("user")
    return bool(done)


def lock_all(tx: db.Tx) -> list[queries.UserRow]:
    """Everybody, with nobody else changing it until this transaction ends."""
    if db.engine() == "postgresql":
        run("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE", [])
    return queries.everyone()
