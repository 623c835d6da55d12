"""The words of the domain as enumerations; the value is what is stored, scripted against and searched for."""

from enum import StrEnum


class ChannelRole(StrEnum):
    """What a channel is to us: it gives orders, takes them, or both."""

    SOURCE = "source"
    DESTINATION = "destination"
    BOTH = "both"

    @property
    def gives_orders(self) -> bool:
        """Whether orders are read from it."""
        return self is not ChannelRole.DESTINATION

    @property
    def takes_orders(self) -> bool:
        """Whether orders can be sent to it."""
        return self is not ChannelRole.SOURCE


class ChannelState(StrEnum):
    """What a person decided about a channel."""

    DRAFT = "draft"
    READ_ONLY = "read_only"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class ChannelHealth(StrEnum):
    """What the machine knows about a channel; it heals by itself."""

    OK = "ok"
    NEEDS_SIGN_IN = "needs_sign_in"
    UNREACHABLE = "unreachable"


class Mode(StrEnum):
    """Who fulfils the orders of a channel."""

    FULFIL_HERE = "fulfil_here"
    PUSH = "push"


class AutoSend(StrEnum):
    """Automatically Send Orders."""

    ALWAYS = "always"
    MANAGED = "managed"
    OFF = "off"


class SendWhen(StrEnum):
    """Only send orders when, for the automatic modes."""

    PAID = "paid"
    COMMITTED = "committed"


class SyncDirection(StrEnum):
    """Which way data moves between us and a channel."""

    PUSH_ONLY = "push_only"
    PULL_ONLY = "pull_only"
    TWO_WAY = "two_way"


class OrderStatus(StrEnum):
    """Derived from line quantities (`status.derive`), never typed."""

    PENDING = "pending"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class PaymentStatus(StrEnum):
    """Where the buyer's money is."""

    UNPAID = "unpaid"
    AUTHORISED = "authorised"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"

    @property
    def is_paid(self) -> bool:
        """Whether the buyer has paid, whatever was given back since."""
        return self in (PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED)


class IntakeState(StrEnum):
    """What became of an order at our door."""

    ACCEPTED = "accepted"
    HISTORY = "history"
    FILTERED = "filtered"
    AWAITING_MAPPING = "awaiting_mapping"
    HELD = "held"
    FAILED = "failed"
    SOURCE_DELETED = "source_deleted"


class HoldReason(StrEnum):
    """Why an order is stopped."""

    UNMAPPED = "unmapped"
    ADDRESS = "address"
    FRAUD = "fraud"
    CONFLICT = "conflict"
    TOTAL_MISMATCH = "total_mismatch"
    MANUAL = "manual"


class SourceChange(StrEnum):
    """What happened at the source after we had sent the order on."""

    NONE = "none"
    CHANGED_AFTER_PUSH = "changed_after_push"
    CANCEL_REQUESTED = "cancel_requested"


class PushState(StrEnum):
    """The inner state of a push; `word` is what the Push Status column shows."""

    NOT_APPLICABLE = "not_applicable"
    NOT_SENT = "not_sent"
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    RETRY_LATER = "retry_later"
    SENT = "sent"
    ERROR = "error"
    IN_DOUBT = "in_doubt"
    HANDLED_MANUALLY = "handled_manually"

    @property
    def word(self) -> "PushWord":
        """The one of three words that this state shows as."""
        return PUSH_WORDS[self]

    @property
    def may_be_at_destination(self) -> bool:
        """Whether the destination may hold the order, so that it must not be created again."""
        return self in (PushState.SENDING, PushState.SENT, PushState.IN_DOUBT, PushState.HANDLED_MANUALLY)


class PushWord(StrEnum):
    """Push Status as scripts and filters name it."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    ERROR = "error"


PUSH_WORDS: dict[PushState, PushWord] = {
    PushState.NOT_APPLICABLE: PushWord.NOT_SENT,
    PushState.NOT_SENT: PushWord.NOT_SENT,
    PushState.QUEUED: PushWord.NOT_SENT,
    PushState.CLAIMED: PushWord.NOT_SENT,
    PushState.SENDING: PushWord.NOT_SENT,
    PushState.RETRY_LATER: PushWord.NOT_SENT,
    PushState.SENT: PushWord.SENT,
    PushState.HANDLED_MANUALLY: PushWord.SENT,
    PushState.ERROR: PushWord.ERROR,
    PushState.IN_DOUBT: PushWord.ERROR,
}

PUSH_EXITS: dict[PushState, frozenset[PushState]] = {
    PushState.NOT_APPLICABLE: frozenset(),
    PushState.NOT_SENT: frozenset({PushState.QUEUED, PushState.SENT, PushState.ERROR}),
    PushState.QUEUED: frozenset({PushState.CLAIMED, PushState.NOT_SENT, PushState.SENT, PushState.ERROR}),
    PushState.CLAIMED: frozenset(
        {PushState.QUEUED, PushState.NOT_SENT, PushState.SENDING, PushState.SENT, PushState.ERROR}
    ),
    PushState.SENDING: frozenset(
        {PushState.SENT, PushState.RETRY_LATER, PushState.ERROR, PushState.IN_DOUBT}
    ),
    PushState.RETRY_LATER: frozenset(
        {PushState.CLAIMED, PushState.NOT_SENT, PushState.QUEUED, PushState.SENT, PushState.ERROR}
    ),
    PushState.SENT: frozenset({PushState.ERROR}),
    PushState.ERROR: frozenset({PushState.QUEUED, PushState.HANDLED_MANUALLY, PushState.SENT}),
    PushState.IN_DOUBT: frozenset(
        {PushState.SENT, PushState.QUEUED, PushState.ERROR, PushState.HANDLED_MANUALLY}
    ),
    PushState.HANDLED_MANUALLY: frozenset({PushState.ERROR}),
}
"""Where each state can go. `not_applicable` and a confirmed `sent` are at rest: nothing is owed there.

From every other state an order leads to `sent` or `error` that was found at its destination: evidence is never fenced.
"""


class FlowType(StrEnum):
    """What an integration moves. Further types arrive with their rooms."""

    ORDERS = "orders"
    ORDERS_DAILY = "orders_daily"
    HISTORY = "history"
    PUSH = "push"

    @property
    def reads_orders(self) -> bool:
        """Whether it is served by the one intake of its channel."""
        return self is not FlowType.PUSH


class RunState(StrEnum):
    """State of one sync run."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FINISHED_PARTIALLY = "finished_partially"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will be counted in it."""
        return self not in (RunState.QUEUED, RunState.RUNNING)


class BackfillState(StrEnum):
    """How reading a channel's history stands."""

    READING = "reading"
    STOPPED = "stopped"
    FINISHED = "finished"


class AttemptOutcome(StrEnum):
    """How a push attempt ended; an attempt without one is still open."""

    SENT = "sent"
    NOTHING_DONE = "nothing_done"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NO_END = "no_end"


class Level(StrEnum):
    """Weight of a sync log entry."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class ChargeKind(StrEnum):
    """What a charge on an order is for."""

    SHIPPING = "shipping"
    TAX = "tax"
    DISCOUNT = "discount"
    TIP = "tip"
    FEE = "fee"
    GIFT_CARD = "gift_card"
