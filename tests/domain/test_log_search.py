"""The filter of the sync log: what each word means, and what is said of a mistake."""

from datetime import UTC, datetime, timedelta

import pytest

from stogly_tui.domain import log_search
from stogly_tui.domain.log_search import LogSearch
from stogly_tui.domain.search import Surroundings
from stogly_tui.domain.states import FlowType, Level, RunState

NOW = datetime(2026, 11, 16, 11, 31, tzinfo=UTC)
AROUND = Surroundings({1: "Woo Main", 2: "Woo B2B", 3: "eBay UK", 4: "Woo"}, NOW)


def read(text: str) -> LogSearch:
    return log_search.read(text, AROUND)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("level:>=warning", {"levels": (Level.WARNING, Level.ERROR)}),
        ("level:err,info", {"levels": (Level.INFO, Level.ERROR)}),
        ("-level:info", {"levels": (Level.WARNING, Level.ERROR)}),
        ("level:<warning", {"levels": (Level.INFO,)}),
        ("since:8h", {"since": NOW - timedelta(hours=8)}),
        ("since:09:30 until:10:00", {
            "since": NOW.replace(hour=9, minute=30), "until": NOW.replace(hour=10, minute=0)}),
        ("since:2026-11-01", {"since": datetime(2026, 11, 1, tzinfo=UTC)}),
        ("channel:ebay,b2b", {"channels": (3, 2)}),
        ("channel:woo", {"channels": (4,)}),
        ("-channel:ebay", {"not_channels": (3,)}),
        ("code:ADDR,SKU -code:page", {"codes": ("addr", "sku"), "not_codes": ("page",)}),
        ("run:#7791,7792", {"runs": (7791, 7792)}),
        ("type:orders state:failed", {
            "types": (FlowType.ORDERS,), "states": (RunState.FAILED,)}),
        ('order:1042 "No Reply" -cursor text:kept', {
            "order": "1042", "texts": ("no reply", "kept"), "not_texts": ("cursor",)}),
        ("level: channel:", {}),
    ],
)  # fmt: skip
def test_words_mean_what_they_say(text: str, wanted: dict[str, object]) -> None:
    found = read(text)

    assert found.mistakes == ()
    assert found == LogSearch(**wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "says", "remedy"),
    [
        ("levle:error", "There is no field levle:.", "Did you mean level:?"),
        ("level:eror", "eror is no level.", "Did you mean level:error?"),
        ("level:>error", "No level is >error.", "Levels are info, warning, error"),
        ("channel:amazon", "No channel is called amazon.", "There are: Woo Main, Woo B2B, eBay UK, Woo."),
        ("run:x", "x is no number of a run.", "run:7791"),
        ("since:soon", "soon is no time.", "Write 8h, 2d, today, 09:30 or 2026-11-16."),
        ("since:25:00", "25:00 is no time.", "Write 8h"),
        ("-run:7", "run: cannot be turned round.", "without the -"),
        ("state:finnished", "finnished is no state.", "Did you mean state:finished?"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy_and_the_rest_counts(
    text: str, says: str, remedy: str
) -> None:
    found = read(f"cursor {text}")

    assert [(one.start, one.end) for one in found.mistakes] == [(7, 7 + len(text))]
    assert found.mistakes[0].says == says
    assert remedy in found.mistakes[0].remedy
    assert found.texts == ("cursor",)
