"""Keys: safe ones, one meaning each, given other meanings by id, and what a bad keymap is told."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding

from stogly_tui import console
from stogly_tui.console import keymap
from stogly_tui.console.app import BadKeymap, StoglyApp
from stogly_tui.console.keymap import checked
from stogly_tui.console.rooms import scopes
from tests.console import support
from tests.console.play import Play, play

SAFE = {
    "enter", "escape", "tab", "space", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "backspace",
    "asterisk", "slash", "question_mark", "colon", *(f"f{number}" for number in range(1, 13)),
    "ctrl+q", "ctrl+p", "ctrl+z", "ctrl+c", "shift+tab",
}  # fmt: skip


def bindings() -> list[tuple[str, Binding]]:
    return [
        (scope, binding)
        for scope, told in scopes(StoglyApp.BINDINGS).items()
        for binding in told
        if isinstance(binding, Binding)
    ]


def test_every_binding_has_an_id_and_a_tooltip_and_safe_keys() -> None:
    for scope, binding in bindings():
        assert binding.id, (scope, binding)
        assert binding.tooltip, (scope, binding)
        for key in binding.key.split(","):
            assert key in SAFE or (len(key) == 1 and key.isalnum()), (scope, key)


def test_no_screen_has_a_key_twice() -> None:
    told = scopes(StoglyApp.BINDINGS)
    for scope, many in told.items():
        keys = [key for one in many if isinstance(one, Binding) for key in one.key.split(",")]
        assert len(keys) == len(set(keys)), scope


def test_one_id_is_one_action() -> None:
    seen: dict[str, str] = {}
    for _, binding in bindings():
        assert binding.id is not None
        assert seen.setdefault(binding.id, binding.action) == binding.action


@pytest.mark.parametrize(
    ("keymap", "says"),
    [
        ({"orders.nothing": "w"}, "is no action"),
        ({"orders.mark": "v"}, "would mean both"),
        ({"orders.mark": "q"}, "would mean"),
    ],
)
def test_a_bad_keymap_is_an_error_in_words(keymap: dict[str, str], says: str) -> None:
    with pytest.raises(BadKeymap, match=says):
        checked(keymap, scopes(StoglyApp.BINDINGS))


def test_a_key_can_be_given_another_meaning(house: dict[str, int]) -> None:
    async def story(seen: Play) -> None:
        await seen.sees("SHOP-1431", "w mark")
        await seen.press("w")
        await seen.sees("Send Orders (1)")

    play(story, services=support.services(keymap={"orders.mark": "w"}))


def every_class() -> Iterator[type]:
    for found in pkgutil.walk_packages(console.__path__, f"{console.__name__}."):
        module = importlib.import_module(found.name)
        yield from (
            one
            for one in vars(module).values()
            if isinstance(one, type) and one.__module__ == module.__name__
        )


def test_every_binding_of_the_console_can_be_given_another_key() -> None:
    known = {row.id for row in keymap.listed({})}
    for one in every_class():
        for binding in vars(one).get("BINDINGS", ()):
            assert binding.id in known, (one, binding.id)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"orders.mrk": "w"}, "'orders.mrk' is no action of the console. Did you mean orders.mark or orders.unmark?"),
        ({"nothing": "w"}, "'nothing' is no action of the console. stogly-tui config keys lists all ids."),
        ({"orders.mark": "pagedwn"}, "orders.mark: 'pagedwn' is no key. Did you mean pagedown?"),
        ({"orders.mark": "ctrl+i"}, "orders.mark: terminals send Tab for 'ctrl+i'. Choose another key."),
        ({"orders.mark": ""}, "orders.mark: '' is no key. Write a letter, a digit, or a name such as space, f7, ctrl+k."),
        (
            {"orders.mark": "h"},
            "'h' would mean both orders.mark and order.handled (screen: orders). Give one of them another key, for"
            " example 'b'.",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_remedy(given: dict[str, str], told: str) -> None:
    assert keymap.problems(given) == [told]


@pytest.mark.parametrize("key", ["w", "w,ctrl+g", "ctrl+k", "!", "ä", "question_mark"])
def test_a_key_that_a_terminal_sends_can_be_chosen(key: str) -> None:
    assert keymap.problems({"orders.mark": key, "app.help": "f1"}) == []
