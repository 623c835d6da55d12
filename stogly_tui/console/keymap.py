"""The operator's own keys: checked as a whole before the console opens, since Textual would ignore mistakes."""

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key


class BadKeymap(Exception):
    """The keymap names an action that does not exist, or gives one key two meanings on one screen."""


def checked(keymap: Mapping[str, str], scopes: Mapping[str, Iterable[BindingType]]) -> dict[str, str]:
    """The keymap, once every id is known and no screen has a key twice. ``scopes`` are bindings per screen;
    those of the scope ``everywhere`` count on each.

    Raises:
        BadKeymap: says every mistake.
    """
    known: dict[str, dict[str, str]] = {
        scope: {binding.id: binding.key for binding in _bindings(told) if binding.id}
        for scope, told in scopes.items()
    }
    ids = {name for scope in known.values() for name in scope}
    wrong = [f"{name!r} is no action; see Help for their names" for name in keymap if name not in ids]
    everywhere = known.get("everywhere", {})
    for scope, bindings in known.items():
        taken: dict[str, str] = {}
        for name, keys in {**everywhere, **bindings}.items():
            for key in keymap.get(name, keys).split(","):
                normal = normal_key(key)
                if normal in taken and taken[normal] != name and (name in keymap or taken[normal] in keymap):
                    wrong.append(f"{key.strip()!r} would mean both {taken[normal]} and {name} ({scope})")
                taken.setdefault(normal, name)
    if wrong:
        raise BadKeymap("The keymap cannot be used: " + "; ".join(dict.fromkeys(wrong)) + ".")
    return dict(keymap)


def normal_key(key: str) -> str:
    """A key by the name that Textual gives it: ``*`` is ``asterisk``."""
    key = key.strip()
    return _character_to_key(key) if len(key) == 1 else key


def _bindings(told: Iterable[BindingType]) -> list[Binding]:
    return [binding for binding in told if isinstance(binding, Binding)]
