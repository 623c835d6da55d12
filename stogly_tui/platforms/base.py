"""What `sync` may expect of a platform: optional, typed parts, each with frozen facts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import BaseModel, SecretStr

from stogly_tui.domain.orders import IncomingOrder
from stogly_tui.domain.outgoing import FoundOrder, OutgoingOrder
from stogly_tui.domain.problems import FieldProblem


class Limiter(Protocol):
    """Spaces requests to one account over all processes."""

    def acquire(self, *, urgent: bool, until: float) -> None:
        """Wait for a turn, at most until ``until`` (`time.monotonic` seconds).

        Raises:
            RateLimited: no turn comes before ``until``.
        """

    def told_to_wait(self, seconds: float) -> None:
        """Learn that the platform wants no request for so many seconds."""

    def spend(self, points: float, *, urgent: bool, until: float) -> None:
        """Reserve points of the platform's own budget, on top of a turn; waits at most until ``until``.

        For platforms that bill a request by its cost. What is not urgent leaves a reserve for what is.

        Raises:
            RateLimited: the budget is not restored before ``until``.
        """

    def settle(self, points: float, budget: "Budget | None") -> None:
        """End a reservation of ``points`` with what the platform said is left; None when it said nothing."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a platform says of its own budget: points left, the most there can be, and points restored a second.

    ``spent`` is what the request really cost, None when that was not told.
    """

    available: float
    maximum: float
    restore_rate: float
    spent: float | None = None


Gate = Callable[[], bool]
"""Asked right before the first byte of a write leaves: False closes the gate and nothing is sent."""


@dataclass(frozen=True, slots=True)
class RawOrder:
    """One order as the wire gave it: exact bytes, and what it was read as.

    ``remote_id`` and ``modified_at`` are None where even they could not be read. Exactly one of
    ``order`` and ``problem`` is set; ``problem`` says what could not be understood.
    """

    body: bytes
    remote_id: str | None
    modified_at: datetime | None
    order: IncomingOrder | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders, ascending by modification time.

    ``cursor`` is at most the greatest modification time among the records (never beyond the reply's own clock),
    None where nothing can be said yet. ``is_last`` says that nothing was left behind it when it was answered.
    """

    records: tuple[RawOrder, ...]
    cursor: datetime | None
    is_last: bool
    server_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How orders are read from this platform.

    ``streams`` are lists that have to be read apart, each with a cursor of its own, for example live and trash.
    """

    streams: tuple[str, ...]
    overlap: timedelta = timedelta(seconds=120)
    page_size: int = 100


class OrderSource(Protocol):
    """Orders can be read from it."""

    facts: SourceFacts

    def changed_since(self, stream: str, cursor: datetime) -> Iterator[OrderPage]:
        """Read what was modified at or after ``cursor``, page by page, oldest change first.

        A page that cannot be read after one more try is bisected down to the one bad record, which comes
        back as a `RawOrder` with a ``problem``. Never ends early in silence: the last page has ``is_last``.

        Raises:
            PlatformError: a page could not be read; what was yielded before it is complete.
        """

    def placed_between(self, stream: str, since: datetime, until: datetime) -> Iterator[OrderPage]:
        """Read by creation time, for the daily proof. Same promises as `changed_since`."""

    def count_placed(self, since: datetime, until: datetime) -> int | None:
        """How many orders were placed in ``[since, until)``, over all streams; None where the platform cannot say.

        Raises:
            PlatformError: it could not be asked.
        """

    def one(self, remote_id: str) -> RawOrder:
        """Read one order now.

        Raises:
            NotFound: it is gone at the channel.
            PlatformError: it could not be read.
        """

    def several(self, remote_ids: Sequence[str]) -> list[RawOrder]:
        """Read up to `SourceFacts.page_size` orders now, in few requests; those that do not come have to be read by
        `one`, which says why.

        Raises:
            PlatformError: they could not be read together.
        """

    def read_again(self, body: bytes) -> RawOrder:
        """Understand stored bytes of one order again; asks nobody."""


@dataclass(frozen=True, slots=True)
class DestinationFacts:
    """How orders arrive at this platform, for `sync` to choose by.

    ``reference_field`` names where our reference goes; ``look_up_delay`` how late a look-up may show a
    new order (zero: at once); ``scans`` says that a look-up reads recent orders because the store cannot filter.
    """

    reference_field: str
    look_up_delay: timedelta
    settle_time: timedelta
    batch_size: int
    scans: bool = False
    scan_back: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Sku:
    """A SKU as the destination knows it; ``sendable`` is False for a product without a price of its own."""

    sku: str
    product_id: str
    variation_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire, for people to read: redacted, bounded."""

    request: str
    reply: str
    status: int | None


class OrderDestination(Protocol):
    """Orders can be created at it."""

    facts: DestinationFacts

    def find_skus(self, skus: Sequence[str]) -> dict[str, Sku]:
        """Resolve SKUs; those unknown at the destination are missing from the answer."""

    def problems_with(self, order: OutgoingOrder, skus: Mapping[str, Sku]) -> list[FieldProblem]:
        """Name every field that this platform would refuse or silently change, before anything is sent.

        The field of an unknown SKU is ``sku``, of an address part ``shipping.country`` and the like.
        """

    def look_up(
        self, references: Sequence[str], placed_after: datetime | None = None, *, urgent: bool = False
    ) -> dict[str, list[FoundOrder]]:
        """Find destination orders by our references, live and trash; compared byte for byte on our side.

        ``placed_after`` is the earliest time at which the buyers placed these orders: it bounds a scan where the
        store cannot filter, since whoever created an order of ours did so later. A reference that is not found is
        missing from the answer.

        Raises:
            Unavailable: there is too much to scan; absent is never a guess.
        """

    def read(self, destination_id: str) -> FoundOrder:
        """Read one destination order back.

        Raises:
            NotFound: it does not exist there.
        """

    def create(
        self, order: OutgoingOrder, skus: Mapping[str, Sku], *, gate: Gate, timeout: float
    ) -> tuple[FoundOrder, Exchange]:
        """Create the order once. ``timeout`` is the total deadline in seconds.

        Raises:
            AuthFailed, RateLimited, Unavailable, Rejected: nothing was done.
            OutcomeUnknown: everything else. All carry ``exchange`` where something was sent.
        """

    def complete(
        self,
        destination_id: str,
        order: OutgoingOrder,
        skus: Mapping[str, Sku],
        *,
        gate: Gate,
        timeout: float,
    ) -> FoundOrder:
        """Complete a draft or half-made order by its id; never creates a second one."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who the keys belong to, as the platform says it, and what Connect found.

    ``account_id`` is the platform's own identity of the account. ``warnings`` are sentences that do not
    prevent connecting.
    """

    account_id: str
    title: str
    version: str
    currency: str
    time_zone: str
    can_write: bool
    orders: int | None = None
    products: int | None = None
    prices_include_tax: bool | None = None
    server_time: datetime | None = None
    warnings: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """What else Connect found, as (title, sentence): scopes, protected customer data, how far back orders reach."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Kept with the channel and given back to `Platform.connect`, for example ``{"filters_created_via": true}``."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook as it is registered at the platform."""

    id: str
    topic: str
    url: str
    is_active: bool


class Webhooks(Protocol):
    """The platform tells us of changes, where it is subscribed to."""

    topics: tuple[str, ...]
    """What orders need, in the platform's own words."""

    def subscriptions(self) -> list[Subscription]:
        """Everything that is registered for our keys, ours or not."""

    def subscribe(self, topic: str, url: str, secret: SecretStr) -> Subscription:
        """Register one topic; deliveries are signed with ``secret`` where the platform lets us choose it."""

    def revive(self, subscription_id: str, url: str, secret: SecretStr) -> Subscription:
        """Make a disabled or outdated subscription active again, at this address."""

    def unsubscribe(self, subscription_id: str) -> None:
        """Remove one; one that is gone already is no error."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook whose signature is right. It is a trigger to read again, never truth.

    ``remote_id`` is the order to read; None when there is nothing to read (a ping, another topic).
    """

    topic: str
    remote_id: str | None
    event_id: str = ""
    is_uninstalled: bool = False
    """Whether the account took our app away: its keys are refused from now on."""


class NotSigned(Exception):
    """A delivery without our signature, or one that is not understood: it is refused and counted."""


class Connection(Protocol):
    """A channel's open line. Parts that the platform does not offer are None."""

    orders: OrderSource | None
    destination: OrderDestination | None
    webhooks: Webhooks | None

    def check_sign_in(self) -> None:
        """Ask for something small.

        Raises:
            AuthFailed: the keys are refused.
            Unavailable: nothing answers.
        """

    def close(self) -> None:
        """Give the connections back."""


class Keyring(Protocol):
    """The stored credentials of one channel, for platforms that renew them."""

    def read(self) -> Mapping[str, SecretStr]:
        """As they are stored now: another process may have renewed them since."""

    def renew(self, renewed: Mapping[str, SecretStr]) -> None:
        """Keep renewed values durably, sealed, beside those that stay. Called before they are used."""


class SignInRefused(Exception):
    """What came back from a redirect sign-in cannot be accepted; the text is a sentence with a remedy."""


class RedirectSignIn(Protocol):
    """A person grants us access on the platform's own page, which then sends the browser back."""

    def authorize_url(
        self,
        url: str,
        credentials: Mapping[str, SecretStr],
        *,
        redirect_uri: str,
        state: str,
        needs_write: bool,
        settings: BaseModel,
    ) -> str:
        """The page to open. ``state`` comes back unchanged; it is ours and used once."""

    def finish(
        self,
        url: str,
        credentials: Mapping[str, SecretStr],
        returned: Mapping[str, str],
        *,
        state: str,
        redirect_uri: str,
        longest: timedelta,
    ) -> Mapping[str, SecretStr]:
        """Check what came back (state, signature, account, age at most ``longest``) and exchange it for credentials.

        Raises:
            SignInRefused: something of it is not right.
            PlatformError: the platform could not be asked.
        """


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """Where a channel lives and how to open it."""

    url: str
    credentials: Mapping[str, SecretStr]
    settings: BaseModel
    currency: str = ""
    time_zone: str = "UTC"
    facts: Mapping[str, Any] = field(default_factory=dict)
    keyring: Keyring | None = None
    """Where renewed credentials are kept; None for a channel that is not stored."""


class Platform(Protocol):
    """A kind of system: what its channels are made of."""

    key: str
    title: str
    can_be_source: bool
    can_be_destination: bool
    settings_model: type[BaseModel]
    credentials_model: type[BaseModel]
    guide: Sequence[tuple[str, str]]
    """The Integration Guide: steps as (title, text), for the platform's own admin pages."""
    url_title: str
    """What the form calls the address, for example ``Store URL``; ``url_hint`` is an example of one."""
    url_hint: str
    sign_in: RedirectSignIn | None
    """How people grant access by redirect; None where keys are all there is."""
    webhook_secret: str
    """The credential that signs webhooks; blank where we choose a secret per channel."""

    def check(
        self, address: ChannelAddress, limiter: Limiter, *, needs_write: bool
    ) -> "Account | list[FieldProblem]":
        """Connect: verify address, keys, rights, version and shop settings; every problem names its field.

        Fields are ``url``, the names of the credentials, or names of settings. Never raises `PlatformError`.
        """

    def base_url(self, typed: str) -> str:
        """The address of the account as it is stored, from what a person typed.

        Raises:
            ValueError: it cannot be one; the text is a sentence.
        """

    def read_delivery(self, headers: Mapping[str, str], body: bytes, secret: SecretStr) -> Delivery:
        """Check the signature of a webhook over its raw body, in constant time, and say what to read again.

        Header names are lower case. WooCommerce's first ping is unsigned: it has no order to read.

        Raises:
            NotSigned: it is not from the platform, or not understood.
        """

    def connect(self, address: ChannelAddress, limiter: Limiter) -> Connection:
        """Open a line. Does no input or output yet."""
