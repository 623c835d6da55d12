"""What an order tells of what colleagues wrote about it."""

from datetime import timedelta

from stogly_tui.model import database as db
from stogly_tui.model import tables
from stogly_tui.model.queries import order_detail
from tests.model import support


def test_notes_come_latest_first_and_stand_in_the_timeline(opened: str) -> None:
    shop = support.add_channel("Shop")
    support.store(shop, [support.record(support.incoming("1"))])
    with db.write(support.ADA):
        for minute, text in enumerate(("customer rang", "cap comes later")):
            tables.Note.insert(
                order=1, at=support.PLACED + timedelta(minutes=minute), author="ana", text=text
            ).execute()

    with db.read():
        found = order_detail.detail(1)

    assert found is not None
    assert [(note.author, note.text) for note in found.notes] == [
        ("ana", "cap comes later"), ("ana", "customer rang"),
    ]  # fmt: skip
    assert [entry.text for entry in found.timeline if entry.code == "NOTE"] == [
        "customer rang", "cap comes later",
    ]  # fmt: skip
