"""The orders at hand: what the grid of orders shows, a bounded number of them, the last looked at."""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable

from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import order_table
from stogly_tui.present.blocks import View
from stogly_tui.present.table import Cells

MOST = 3000


class OrderRows:
    """A grid's backend over orders. Rows that have changed stay in sight until they are read again."""

    def __init__(self, view: View) -> None:
        self.keys: array[int] = array("q")
        self.view = view
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
        for row in rows:
            if self._rows.get(row.id) != row:
                self._rows[row.id] = row
            self._rows.move_to_end(row.id)
            if row.push_id is not None:
                self._by_push[row.push_id] = row.id
        while len(self._rows) > MOST:
            _, gone = self._rows.popitem(last=False)
            self._by_push.pop(gone.push_id or 0, None)

    def changed(self, orders: Iterable[int], pushes: Iterable[int], in_sight: Collection[int]) -> None:
        """These have changed: those in sight are read again, the others when they come into sight."""
        told = {*orders, *(self._by_push[push] for push in pushes if push in self._by_push)}
        self._spoil(told & self._rows.keys(), in_sight)

    def all_changed(self, in_sight: Collection[int]) -> None:
        """Any may have changed."""
        self._spoil(set(self._rows), in_sight)

    def to_read(self, in_sight: Iterable[int], ahead: Iterable[int] = ()) -> tuple[int, ...]:
        """What is missing or has changed in sight, then what is missing ahead; from now on it counts as read."""
        spoilt = self._stale | self._asked
        seen = [key for key in in_sight if key in spoilt or key not in self._rows]
        self._stale.difference_update(seen)
        self._asked.update(seen)
        return tuple(dict.fromkeys((*seen, *(key for key in ahead if key not in self._rows))))

    def _spoil(self, changed: set[int], in_sight: Collection[int]) -> None:
        seen = changed.intersection(in_sight)
        self._stale |= seen
        for key in changed - seen:
            gone = self._rows.pop(key)
            self._by_push.pop(gone.push_id or 0, None)
