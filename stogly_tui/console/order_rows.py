"""The orders at hand: what the grid of orders shows, a bounded number of them, the last looked at."""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable

from stogly_tui.domain.people import Actor
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.operations.privacy import rows_as_seen_by
from stogly_tui.present import order_table
from stogly_tui.present.blocks import View
from stogly_tui.present.table import Cells

MOST = 3000


class OrderRows:
    """A grid's backend over orders. Rows that have changed stay in sight until they are read again."""

    def __init__(self, view: View, actor: Actor) -> None:
        self.keys: array[int] = array("q")
        self.view, self.actor = view, actor
        self._rows: OrderedDict[int, OrderRow] = OrderedDict()
        self._by_push: dict[int, int] = {}
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        """Read again, and not there yet: should the answer never come, they are asked for once more."""

    def row(self, key: int) -> OrderRow | None:
        """A row that is at hand."""
        return self._rows.get(key)

    def cells(self, row: OrderRow, *, is_marked: bool) -> Cells:
        """What the columns show of an order."""
        return order_table.cells(row, self.view, is_marked=is_marked)

    def keep(self, rows: Collection[OrderRow]) -> None:
        """Take in rows that were read; one that is as it was stays the same. The oldest beyond `MOST` are let go."""
        self._asked.difference_update(row.id for row in rows)
        for row in rows_as_seen_by(self.actor, rows):
            if self._rows.get(row.id) != row:
                self._rows[row.id] = row
            self._rows.move_to_end(row.id)
            if row.push_id is not None:
                self._by_push[row.push_id] = row.id
        while len(self._rows) > MOST:
            key, gone = self._rows.popitem(last=False)
            self._by_push.pop(gone.push_id or 0, None)
            self._stale.discard(key)

    def needs(self, key: int) -> bool:
        """Whether a row has to be read before it is seen as it is now."""
        return key not in self._rows or key in self._stale

    def changed(self, orders: Iterable[int], pushes: Iterable[int]) -> None:
        """These have changed: they are read again when they are in sight."""
        told = {*orders, *(self._by_push[push] for push in pushes if push in self._by_push)}
        self._stale |= told & self._rows.keys()

    def all_changed(self) -> None:
        """Any may have changed."""
        self._stale.update(self._rows)

    def to_read(self, in_sight: Iterable[int], ahead: Iterable[int] = ()) -> tuple[int, ...]:
        """What is missing or has changed in sight, then what is missing ahead; from now on it counts as read."""
        spoilt = self._stale | self._asked
        seen = [key for key in in_sight if key in spoilt or key not in self._rows]
        self._stale.difference_update(seen)
        self._asked.update(seen)
        return tuple(dict.fromkeys((*seen, *(key for key in ahead if key not in self._rows))))
