"""The operator's own keys: checked as a whole before the console opens, since Textual would ignore mistakes."""

from stogly_tui.console import launch  # isort: skip  # noqa: F401  Textual reads its environment at import

import difflib
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.keys import Keys, _character_to_key, key_to_character

Scopes = Mapping[str, Iterable[BindingType]]
EVERYWHERE = "everywhere"
_NAMES = {*Keys._value2member_map_, *(f"f{number}" for number in range(1, 25))} - {"<any>", "<ignore>"}
_SENT_AS = {
    "ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+j": "Enter", "ctrl+h": "Backspace", "ctrl+left_square_bracket": "Esc",
}  # fmt: skip
"""What terminals send in the place of these keys."""


class BadKeymap(Exception):
    """The keymap names an action that does not exist, or gives one key two meanings on one screen."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An action of the console: its id, the keys that are in force, what it does and on which screens."""

    id: str
    keys: str
    is_changed: bool
    does: str
    screens: tuple[str, ...]


def every_scope() -> Scopes:
    """The bindings of every screen."""
    from stogly_tui.console import bindings, rooms

    return rooms.scopes(bindings.EVERYWHERE)


def checked(keymap: Mapping[str, str], scopes: Scopes) -> dict[str, str]:
    """The keymap, once every id is known and no screen has a key twice. ``scopes`` are bindings per screen;
    those of the scope ``everywhere`` count on each.

    Raises:
        BadKeymap: says every mistake.
    """
    wrong = problems(keymap, scopes)
    if wrong:
        raise BadKeymap("The keymap cannot be used: " + " ".join(wrong))
    return dict(keymap)


def problems(keymap: Mapping[str, str], scopes: Scopes | None = None) -> list[str]:
    """What is wrong with a keymap, a sentence each with its remedy; nothing when it can be used."""
    known: dict[str, dict[str, str]] = {
        scope: {binding.id: binding.key for binding in _bindings(told) if binding.id}
        for scope, told in (every_scope() if scopes is None else scopes).items()
    }
    ids = {name for scope in known.values() for name in scope}
    wrong = [_unknown(name, ids) for name in keymap if name not in ids]
    usable: dict[str, str] = {}
    for name, keys in keymap.items():
        refused = [_refused(key) for key in keys.split(",")]
        wrong += [f"{name}: {told}" for told in refused if told]
        if name in ids and not any(refused):
            usable[name] = keys
    return list(dict.fromkeys([*wrong, *_clashes(usable, known)]))


def listed(keymap: Mapping[str, str]) -> list[KeyRow]:
    """Every action that has a key, by id, with the keys that this keymap leaves or gives it."""
    found: dict[str, KeyRow] = {}
    for scope, told in every_scope().items():
        for binding in _bindings(told):
            if binding.id is None:
                continue
            keys = keymap.get(binding.id, binding.key)
            before = found.get(binding.id)
            screens = (*before.screens, scope) if before else (scope,)
            found[binding.id] = KeyRow(binding.id, keys, binding.id in keymap, binding.tooltip, screens)
    return [found[name] for name in sorted(found)]


def normal_key(key: str) -> str:
    """A key by the name that Textual gives it: ``*`` is ``asterisk``."""
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key


def _clashes(keymap: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    for scope, bindings in known.items():
        here = {**known.get(EVERYWHERE, {}), **bindings}
        taken: dict[str, str] = {}
        meant: list[tuple[str, str, str]] = []
        for name, keys in here.items():
            for key in keymap.get(name, keys).split(","):
                other = taken.setdefault(normal_key(key), name)
                is_meant_so = normal_key(key) in _normal(here[other]) & _normal(keys)
                if other != name and not is_meant_so and (name in keymap or other in keymap):
                    meant.append((key.strip(), other, name))
        free = next((one for one in string.ascii_letters if one not in taken), "f7")
        for key, other, name in meant:
            yield (
                f"{key!r} would mean both {other} and {name} (screen: {scope})."
                f" Give one of them another key, for example {free!r}."
            )


def _normal(keys: str) -> set[str]:
    return {normal_key(key) for key in keys.split(",")}


def _unknown(name: str, ids: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, ids, n=2)
    meant = f"Did you mean {' or '.join(close)}?" if close else "stogly-tui config keys lists all ids."
    return f"{name!r} is no action of the console. {meant}"


def _refused(key: str) -> str:
    """Why a key cannot be one, with a remedy; blank when it can."""
    name = normal_key(key)
    if name in _SENT_AS:
        return f"terminals send {_SENT_AS[name]} for {name!r}. Choose another key."
    *modifiers, last = name.split("+")
    is_known = last in _NAMES or (key_to_character(last) or " ") != " "
    if name in _NAMES or (is_known and set(modifiers) <= {"ctrl", "shift"}):
        return ""
    close = difflib.get_close_matches(last, sorted(_NAMES), n=1)
    meant = (
        f"Did you mean {close[0]}?"
        if close
        else "Write a letter, a digit, or a name such as space, f7, ctrl+k."
    )
    return f"{key.strip()!r} is no key. {meant}"


def _bindings(told: Iterable[BindingType]) -> Sequence[Binding]:
    return [binding for binding in told if isinstance(binding, Binding)]
