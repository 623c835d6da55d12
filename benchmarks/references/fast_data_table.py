"""``python -m benchmarks.references.fast_data_table FILE COUNT``: `textual-fastdatatable` over Arrow."""

import sys

from textual.app import App, ComposeResult
from textual_fastdatatable import ArrowBackend, DataTable

from benchmarks.references.rows import COLUMNS, read


class FastTableApp(App[None]):
    """All rows in one Arrow table."""

    def compose(self) -> ComposeResult:
        """The table alone."""
        rows = read(sys.argv[1], int(sys.argv[2]))
        data = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        yield DataTable(backend=ArrowBackend.from_pydict(data), cursor_type="row", render_markup=False)


if __name__ == "__main__":
    FastTableApp().run()
