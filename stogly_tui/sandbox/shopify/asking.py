"""Who asks, and what that lets them see; every view of one request shares it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stogly_tui.sandbox.shopify import money
from stogly_tui.sandbox.shopify.money import Money
from stogly_tui.sandbox.shopify.schema import refused

if TYPE_CHECKING:
    from stogly_tui.sandbox.shopify.store import ShopifyStore

_SCOPES_URL = "https://shopify.dev/api/usage/access-scopes"
_PRIVATE_URL = "https://shopify.dev/docs/apps/launch/protected-customer-data"


class Answer:
    """A plain object whose fields are given."""

    def __init__(self, typename: str = "", **fields: Any) -> None:
        self.typename = typename
        self.__dict__.update(fields)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one currency."""

    amount: str
    currency_code: str


@dataclass(frozen=True, slots=True)
class Bag:
    """An amount in both currencies."""

    shop_money: Amount
    presentment_money: Amount


@dataclass
class Asking:
    """One request: the shop it is to, its scopes, and the warnings its searches earned."""

    store: "ShopifyStore"
    scopes: frozenset[str]
    sees_private: bool = True
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def need(self, scope: str, name: str) -> None:
        """Refuse what the scope is needed for.

        Raises:
            GraphQLError: ACCESS_DENIED.
        """
        if scope not in self.scopes:
            needed = f"`{scope}` access scope."
            raise refused(
                f"Access denied for {name} field. Required access: {needed}",
                "ACCESS_DENIED",
                documentation=_SCOPES_URL,
                requiredAccess=needed,
            )

    def need_approval(self, name: str) -> None:
        """Refuse personal data to an app that is not approved for it.

        Raises:
            GraphQLError: ACCESS_DENIED.
        """
        if not self.sees_private:
            raise refused(
                f"This app is not approved to use the {name} field. See {_PRIVATE_URL} for more details.",
                "ACCESS_DENIED",
                documentation=_PRIVATE_URL,
            )

    @property
    def oldest(self) -> int | None:
        """Orders created before stay unseen; None when all are seen."""
        return None if "read_all_orders" in self.scopes else self.store.orders.oldest_seen()


def bag(amount: Money, currency: str, presentment: str) -> Bag:
    """An amount as a MoneyBag."""
    return Bag(
        Amount(money.graphql(amount.shop), currency), Amount(money.graphql(amount.presentment), presentment)
    )


def moment(at: int | None) -> str | None:
    """A time as DateTime prints it: UTC with a Z."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def always(at: int) -> str:
    """A time that is always there."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def gid(kind: str, number: int) -> str:
    """A global id."""
    return f"gid://shopify/{kind}/{number}"


def number_of(text: str, kind: str) -> int | None:
    """The number of a global id of that kind; None for another kind.

    Raises:
        GraphQLError: it is no global id at all.
    """
    if not text.startswith("gid://shopify/"):
        raise refused(f"Invalid global id '{text}'", "argumentLiteralsIncompatible")
    found, _, digits = text.removeprefix("gid://shopify/").partition("/")
    digits = digits.partition("?")[0]
    return int(digits) if found == kind and digits.isdigit() else None
