"""``python -m benchmarks.references.data_table FILE COUNT``: Textual's own `DataTable`."""

import sys

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import DataTable

from benchmarks.references.rows import COLUMNS, read


class TableApp(App[None]):
    """All rows at once, as its documentation shows; plain cells, so that no name is read as markup."""

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        table.add_rows([Text(cell) for cell in row] for row in read(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    TableApp().run()
