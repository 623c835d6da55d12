"""Saved views: one per person and name, one per person and key."""

from collections.abc import Sequence

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import database as db
from stogly_tui.model.tables.journal import SavedView


def save(
    tx: db.Tx, name: str, *, query: str, sort: str, columns: Sequence[tuple[str, int]], key: str | None
) -> None:
    """Keep a view of the acting person; one of that name is replaced, and the key is taken from whichever had it."""
    owner = tx.actor.name
    if key is not None:
        SavedView.update(key=None).where(
            SavedView.owner == owner, SavedView.key == key, SavedView.name != name
        ).execute()
    told = {
        SavedView.query: storable(query), SavedView.sort: sort, SavedView.columns: [list(one) for one in columns],
        SavedView.key: key, SavedView.updated_at: tx.at,
    }  # fmt: skip
    SavedView.insert({SavedView.owner: owner, SavedView.name: storable(name), **told}).on_conflict(
        conflict_target=[SavedView.owner, SavedView.name], update=told
    ).execute()
    tx.changed("view")


def remove(tx: db.Tx, view_id: int) -> bool:
    """Drop a view of the acting person."""
    done = SavedView.delete().where(SavedView.id == view_id, SavedView.owner == tx.actor.name).execute()
    tx.changed("view")
    return bool(done)
