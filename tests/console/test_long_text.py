"""Reading a long text: search, wrap and copy, in a payload of megabytes as in a short one."""

import json

import pytest

from stogly_tui.console import clipboard
from stogly_tui.console.screens.text import TextScreen
from stogly_tui.console.widgets.document import Document, Rows
from stogly_tui.console.widgets.finding import Finder, lit
from stogly_tui.present.blocks import Tone, line, plain
from stogly_tui.present.raw import payload_lines
from tests.console.play import Play, play

pytestmark = pytest.mark.usefixtures("house")


async def read(seen: Play, body: bytes) -> TextScreen:
    screen = TextScreen("A PAYLOAD", payload_lines(body))
    await seen.app.push_screen(screen)
    await seen.sees("A PAYLOAD")
    return screen


def test_a_search_goes_from_match_to_match_and_around_the_end() -> None:
    body = json.dumps([{"sku": f"TEE-{number}"} for number in range(40)]).encode()

    async def story(seen: Play) -> None:
        await read(seen, body)
        await seen.press("s")
        await seen.type("tee-3")
        await seen.sees("1 of 11")
        await seen.press("enter", "n", "n")
        await seen.sees("3 of 11", '"sku": "TEE-31"')
        await seen.press("N", "N", "N")
        await seen.sees("11 of 11", '"sku": "TEE-39"')
        await seen.press("escape")
        await seen.sees_no_more("11 of 11")
        await seen.sees("A PAYLOAD")
        await seen.press("home", "slash")
        await seen.sees("1 of 11")
        await seen.type("x")
        await seen.sees("not found")
        await seen.press("escape", "escape")
        await seen.sees_no_more("A PAYLOAD")

    play(story)


def test_nothing_is_cut_off_unless_told_so() -> None:
    body = json.dumps({"note": "x" * 100 + "THE END"}).encode()

    async def story(seen: Play) -> None:
        await read(seen, body)
        await seen.sees("THE END")
        await seen.press("w")
        await seen.sees_no_more("THE END")
        await seen.press("w")
        await seen.sees("THE END")

    play(story)


def test_all_of_it_or_one_line_is_copied_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(clipboard, "_send", lambda _app, text, _wanted: sent.append(text))
    body = json.dumps({"access_token": "shpat_123456", "number": "SHOP-1"}).encode()

    async def story(seen: Play) -> None:
        await read(seen, body)
        await seen.press("y")
        await seen.sees("Copied 6 lines")
        await seen.press("s")
        await seen.type("shop-1")
        await seen.sees("1 of 1")
        await seen.press("enter", "Y")
        await seen.until(lambda: len(sent) == 2)

    play(story)

    assert sent == [
        'A PAYLOAD\n\n{\n  "access_token": "[hidden]",\n  "number": "SHOP-1"\n}',
        '"number": "SHOP-1"',
    ]


def test_megabytes_are_read_line_by_line() -> None:
    body = json.dumps([{"id": number, "text": "y" * 60} for number in range(50_000)]).encode()
    assert len(body) > 4_000_000

    async def story(seen: Play) -> None:
        screen = await read(seen, body)
        await seen.press("end")
        await seen.sees('"id": 49999')
        await seen.press("s")
        await seen.type('"id": 25000,')
        await seen.sees("1 of 1", '"id": 25000')
        text = screen.query_one("LongText")
        assert text.row_count() == 200_002  # type: ignore[attr-defined]

    play(story)


def test_a_terminal_of_next_to_nothing_shows_what_it_can(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await read(seen, json.dumps({"name": "王伟" * 300}).encode())
        for size in ((20, 5), (1, 1), (80, 24)):
            await seen.pilot.resize_terminal(*size)
            await seen.press("end", "s", "escape", "w", "w")
        await seen.press("home")
        await seen.sees('"name": "王伟')

    play(story)


def test_a_row_is_what_fits_wide_letters_count_two() -> None:
    document = Document([line("abcdefghij"), line("王伟王伟王"), line("")])
    rows = Rows(document, 5, is_wrapped=True)

    shown = [plain(rows.cut(row, document.lines[rows.line_of(row)])) for row in range(len(rows))]

    assert shown == ["abcde", "fghij", "王伟", "王伟", "王", ""]
    assert [rows.row_of(1, letter) for letter in range(5)] == [2, 2, 3, 3, 4]


def test_letters_whose_small_form_is_longer_do_not_move_what_is_found() -> None:
    finder = Finder("İstanbul\nIZMIR izmir", "izmir")

    assert finder.total == 2
    assert [finder.step(1), finder.number, finder.step(1), finder.number, finder.step(1)] == [9, 1, 15, 2, 9]
    assert [(part.text, part.tone) for part in lit(line("İz IZ"), "iz", 3)] == [
        ("İz ", Tone.PLAIN), ("IZ", Tone.HERE),
    ]  # fmt: skip
