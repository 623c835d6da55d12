"""What one shift tells the next, and who has read it."""

from collections.abc import Iterable

from stogly_tui.domain.safe_text import storable
from stogly_tui.model import database as db
from stogly_tui.model.queries import handovers as queries
from stogly_tui.model.tables.journal import Handover, Preference


def add(tx: db.Tx, text: str) -> int:
    """Write a note for whoever comes next; its id."""
    handover_id = int(Handover.insert(at=tx.at, author=tx.actor.name, text=storable(text)).execute())
    tx.changed("handover", [handover_id])
    return handover_id


def read(tx: db.Tx, ids: Iterable[int]) -> None:
    """Remember that the actor has read these; of what is too old to be shown, nothing is kept."""
    seen = sorted({*queries.seen_by(tx.actor.name), *ids})[-queries.KEPT :]
    Preference.insert(owner=tx.actor.name, key=queries.SEEN, value=seen).on_conflict(
        conflict_target=[Preference.owner, Preference.key], update={Preference.value: seen}
    ).execute()
    tx.changed("handover")
