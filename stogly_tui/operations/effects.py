"""What a change of settings will do, said before it is saved; and settings that cancel each other out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stogly_tui.domain.problems import FieldProblem
from stogly_tui.domain.states import AutoSend, ChannelState, Mode, PaymentStatus, SendWhen, SyncDirection
from stogly_tui.model import database as db
from stogly_tui.model.queries import golive
from stogly_tui.model.queries.channels import ChannelRow
from stogly_tui.operations import fields
from stogly_tui.operations.channels import ChannelDraft, named

Values = Mapping[str, Any]
GATES = (
    "import_statuses", "cancel_statuses", "financial_statuses", "fulfilment_statuses", "import_tags", "physical_only",
)  # fmt: skip
_PAID = {PaymentStatus.PAID.value, PaymentStatus.PARTIALLY_REFUNDED.value}


def cautions(draft: ChannelDraft, name: str | None = None) -> list[FieldProblem]:
    """Settings that cancel each other out: each alone is right, together they do nothing. They do not prevent saving."""
    channel = named(name) if name else None
    merged, _ = fields.read_settings(
        draft.platform, draft.settings, fields.values(channel) if channel else None
    )
    if not merged:
        return []
    return [*_cautions(merged, draft), *(_unknown_words(merged, channel) if channel else ())]


def effects(draft: ChannelDraft, name: str) -> list[str]:
    """What saving this draft of a channel would do, a sentence each; empty when nothing changes."""
    channel = named(name)
    stored = fields.values(channel)
    merged, _ = fields.read_settings(draft.platform, draft.settings, stored)
    changed = {key for key, value in merged.items() if stored.get(key) != value}
    told = [say(channel, merged) for key, say in _SAYS.items() if key in changed]
    if changed & {*GATES}:
        told.append(_judged_again(channel, merged))
    if draft.credentials:
        told.append("The new keys are verified first, then used from the next request on.")
    if draft.url and draft.url.rstrip("/") != channel.url.rstrip("/"):
        told.append("The new address is verified first: it has to be the same account.")
    rest = changed - _SAYS.keys() - {*GATES}
    if rest:
        known = {one.name: one.title for one in fields.settings_of(draft.platform)}
        told.append(
            f"{', '.join(known.get(key, key) for key in sorted(rest))}: in force from the next job on."
        )
    return list(dict.fromkeys(told))


def _cautions(values: Values, draft: ChannelDraft) -> Iterator[FieldProblem]:
    financial = {str(word).lower() for word in values.get("financial_statuses", ())}
    fulfilled = {str(word).lower() for word in values.get("fulfilment_statuses", ())}
    is_automatic = values.get("auto_send") != AutoSend.OFF and values.get("mode") == Mode.PUSH
    if not draft.role.gives_orders:
        return
    if values.get("sync_direction") == SyncDirection.PUSH_ONLY:
        yield FieldProblem(
            "sync_direction",
            "Push only reads no orders, and this channel is a source of them.",
            "Pull only reads.",
        )
    if is_automatic and values.get("send_when") == SendWhen.PAID and financial and not financial & _PAID:
        yield FieldProblem(
            "financial_statuses", "no paid order enters, and only paid ones are sent: nothing would ever leave.",
            "Add paid, or send when the buyer has committed.",
        )  # fmt: skip
    if is_automatic and fulfilled == {"fulfilled"}:
        yield FieldProblem(
            "fulfilment_statuses",
            "only fulfilled orders enter, and those are not sent by rule.",
            "Add unfulfilled.",
        )
    if values.get("auto_send") == AutoSend.MANAGED:
        yield FieldProblem(
            "auto_send",
            "Managed only sends nothing as long as no product is mapped.",
            "Always, or Off/Manual, works.",
        )
    if values.get("mode") == Mode.FULFIL_HERE and values.get("auto_send") != AutoSend.OFF:
        yield FieldProblem(
            "auto_send", "orders that are fulfilled here are not sent.", "Set Off/Manual, or mode push."
        )


def _unknown_words(values: Values, channel: ChannelRow) -> Iterator[FieldProblem]:
    """Statuses to import that no order of the channel has ever had: a slip of the pen keeps every order out."""
    with db.read():
        seen = golive.words_seen(channel.id)
    money = {word.lower() for _, financial, payment, _ in seen for word in (financial, payment) if word}
    known = {
        "import_statuses": money | {status.lower() for status, *_ in seen if status},
        "financial_statuses": money,
    }
    for field, words in known.items():
        given = {str(word).lower() for word in values.get(field, ())}
        odd = sorted(given - words - {payment.value for payment in PaymentStatus})
        if seen and odd:
            message = f"no order here has the status {', '.join(odd)}."
            yield FieldProblem(field, message, fields.nearest(odd[0], sorted(words)))


def _kept_out(channel: ChannelRow, values: Values) -> int:
    """How many orders that have not left the statuses to import would keep out."""
    wanted = {str(word).lower() for word in (*values["import_statuses"], *values["cancel_statuses"])}
    financial = {str(word).lower() for word in values["financial_statuses"]}
    with db.read():
        seen = golive.words_seen(channel.id)
    out = 0
    for status, own, payment, number in seen:
        money = {own.lower(), payment, payment.replace("authorised", "authorized")}
        is_in = not values["import_statuses"] or wanted & {status.lower(), *money}
        out += 0 if is_in and (not financial or financial & money) else number
    return out


def _judged_again(channel: ChannelRow, values: Values) -> str:
    with db.read():
        number = golive.may_be_judged(channel.id)
    out = _kept_out(channel, values)
    many = f"{number:,} orders that have not left are" if number != 1 else "1 order that has not left is"
    by_status = f" {out:,} would be kept out by their status." if out else ""
    return f"{many} judged again by the new import filter; none is lost.{by_status}"


def _prefix(channel: ChannelRow, values: Values) -> str:
    many = f"{channel.orders:,} orders get" if channel.orders != 1 else "1 order gets"
    return f"{many} the prefix {values['order_prefix'] or '(none)'} in the number, now."


def _auto_send(channel: ChannelRow, values: Values) -> str:
    if values["auto_send"] == AutoSend.OFF:
        return "Nothing is sent by itself any more; what is queued still goes (x takes it back)."
    when = "paid" if values["send_when"] == SendWhen.PAID else "committed to by the buyer"
    live = "" if channel.state is ChannelState.ACTIVE else ", once it is live"
    return f"Orders placed from now on are sent by themselves when {when}{live}; older ones are not."


def _destination(channel: ChannelRow, values: Values) -> str:
    wanted = values.get("destination")
    if not wanted:
        return "Its orders cannot be sent any more until a destination is set."
    before = f"; what was queued for {channel.destination} still goes there" if channel.destination else ""
    return f"Orders placed from now on go to {wanted}{before}. Older ones are sent by hand only."


def _mode(_channel: ChannelRow, values: Values) -> str:
    if values["mode"] == Mode.FULFIL_HERE:
        return "Its orders are fulfilled here: none is sent on."
    return "Its orders are sent to the destination; by rule only those placed from now on."


def _interval(_channel: ChannelRow, values: Values) -> str:
    return f"Its orders are read now, then every {values['pull_interval']} minutes."


def _direction(_channel: ChannelRow, values: Values) -> str:
    match values["sync_direction"]:
        case SyncDirection.PUSH_ONLY:
            return "No orders are read from it any more."
        case SyncDirection.PULL_ONLY:
            return "Nothing is written back to it."
        case _:
            return "Orders are read, and what happens to them may be written back."


def _counted_from(_channel: ChannelRow, values: Values) -> str:
    return f"Orders count from {values['orders_from']}: older ones are history, newer ones are taken in."


def _webhooks(_channel: ChannelRow, values: Values) -> str:
    if values["webhooks"]:
        return "It is asked to tell us of changes at once, where the receiver runs."
    return "Its webhooks are removed; orders are found by the interval."


_SAYS: dict[str, Callable[[ChannelRow, Values], str]] = {
    "order_prefix": _prefix,
    "auto_send": _auto_send,
    "destination": _destination,
    "mode": _mode,
    "pull_interval": _interval,
    "sync_direction": _direction,
    "orders_from": _counted_from,
    "webhooks": _webhooks,
}
