"""What one person's consoles remember between starts."""

from typing import Any

from stogly_tui.model import database as db
from stogly_tui.model.tables.journal import Preference


def put(tx: db.Tx, key: str, value: Any) -> None:
    """Remember something for whoever writes, in the place of what was there."""
    Preference.insert(owner=tx.actor.name, key=key, value=value).on_conflict(
        conflict_target=[Preference.owner, Preference.key], update={Preference.value: value}
    ).execute()
    tx.changed("preference")
