"""Hours drawn in ASCII: what is read off a drawing is what was counted."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from stogly_tui.model.queries.rates import HourRates
from stogly_tui.present import overview_pages, plots, times
from stogly_tui.present.blocks import Tone, plain

FIRST = datetime(2026, 11, 15, 23, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")


def drawn(*orders: int, hours: int = 24, now_at: int = 24, **more: int) -> tuple[plots.Plot, ...]:
    told = [
        (
            FIRST + timedelta(hours=number),
            HourRates(orders[number] if number < len(orders) else 0, errors=more.get("errors", 0)),
        )
        for number in range(hours)
    ]
    return plots.plots(told, FIRST + timedelta(hours=now_at, minutes=-1))


def strip(shown: tuple[plots.Plot, ...], width: int = 80) -> list[str]:
    return [plain(one) for one in plots.strips(shown, FIRST, ZONE, width)]


def test_a_line_tells_none_from_little_from_much_and_what_is_not_known() -> None:
    lines = strip(drawn(0, 1, 50, 100, now_at=4))

    assert lines[0].startswith("Orders |..::++@@" + " " * 40 + "|")
    assert lines[0].endswith("now 100, most 100")


def test_the_axis_names_hours_of_the_operators_zone() -> None:
    axis = strip(drawn(1))[-1]

    assert axis[8:].split() == ["00", "03", "06", "09", "12", "15", "18", "21", "CET"]


@pytest.mark.parametrize("width", [80, 60, 40, 20])
def test_lines_keep_to_the_hours_there_are(width: int) -> None:
    cell = 2 if width == 80 else 1
    assert all(line[8 + 24 * cell] == "|" for line in strip(drawn(1, 2), width)[:4])


def test_bars_grow_with_the_figure_and_anything_is_seen() -> None:
    lines = [plain(one) for one in plots.charts(drawn(1, 45, 90), FIRST, ZONE, 120, 3)]

    columns = [[line[7 + 2 * number] for line in lines[1:4]] for number in range(4)]
    assert columns == [[" ", " ", "."], [" ", ".", "#"], ["#", "#", "#"], [" ", " ", " "]]
    assert lines[1].startswith("   90 |")
    assert lines[4].startswith("    0 +00")


def test_a_day_that_is_over_tells_its_sum_and_errors_are_bad_news() -> None:
    told = plots.strips(drawn(3, 4, errors=1, now_at=30), FIRST, ZONE, 80)

    assert plain(told[0]).endswith("in all 7, most 4")
    assert plain(told[3]).endswith("none yet")
    assert [part.tone for part in told[2] if "in all 24" in part.text] == [Tone.BAD]


def test_a_day_on_which_clocks_go_back_has_25_hours() -> None:
    october = datetime(2026, 10, 26, 8, tzinfo=UTC)

    since, until = overview_pages.window(october, ZONE, 1)

    assert until - since == timedelta(hours=25)
    assert times.zone_name(since.astimezone(ZONE)) == "CEST"
