"""Metafield definitions: which values apps may hang on orders, and which of them are unique."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify.asking import Answer

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. Values of type ``id`` are unique by themselves."""

    id: int
    owner_type: str
    namespace: str
    key: str
    name: str
    type: str
    description: str | None = None

    @property
    def is_unique(self) -> bool:
        """Whether each value may be there once only."""
        return self.type == "id"


class Definitions:
    """The definitions of a shop."""

    def __init__(self, store: "ShopifyStore") -> None:
        self._store = store
        self._all: list[Definition] = []

    def create(self, raw: dict[str, Any]) -> tuple[Definition | None, list[Answer]]:
        """Add a definition; what is wrong with it otherwise."""
        namespace, key = raw.get("namespace") or "custom", raw["key"]
        problem: tuple[str, str, str] | None = None
        if len(key) > _LONGEST_KEY:
            problem = ("key", "Key is too long (maximum is 64 characters)", "TOO_LONG")
        elif not raw["name"].strip():
            problem = ("name", "Name can't be blank", "BLANK")
        elif self.find(raw["ownerType"], namespace, key) is not None:
            owner = raw["ownerType"].capitalize()
            problem = (
                "key",
                f"Key is in use for {owner} metafields on the '{namespace}' namespace.",
                "TAKEN",
            )
        if problem is not None:
            field, message, code = problem
            return None, [Answer(field=["definition", field], message=message, code=code, element_index=None)]
        number = self._store.orders.next_id()
        made = Definition(
            number, raw["ownerType"], namespace, key, raw["name"], raw["type"], raw.get("description")
        )
        self._all.append(made)
        return made, []

    def find(self, owner_type: str, namespace: str, key: str) -> Definition | None:
        """The definition of a metafield."""
        wanted = (owner_type, namespace, key)
        return next((one for one in self._all if (one.owner_type, one.namespace, one.key) == wanted), None)

    def of(self, owner_type: str, namespace: str | None, key: str | None) -> list[Definition]:
        """Those of an owner type, cut down to a namespace and a key."""
        return [
            one
            for one in self._all
            if one.owner_type == owner_type and namespace in {None, one.namespace} and key in {None, one.key}
        ]
