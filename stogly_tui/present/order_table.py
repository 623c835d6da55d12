"""The order list: its columns and what each shows of an order."""

from stogly_tui.domain.states import IntakeState, PushState
from stogly_tui.model.queries.orders import OrderRow
from stogly_tui.present import money, times, words
from stogly_tui.present.blocks import Tone, View, say
from stogly_tui.present.table import Cells, Head

HEADS = (
    Head("number", "Number", 12, cut_middle=True),
    Head("age", "Age", 3, right=True, below=120),
    Head("placed", "Placed", 12, from_width=120),
    Head("customer", "Customer", 9, most=22),
    Head("email", "E-mail", 9, from_width=120, most=28),
    Head("items", "Items", 5, right=True, from_width=100),
    Head("channel", "Channel", 10, from_width=100, most=14),
    Head("total", "Total", 12, right=True),
    Head("payment", "Pay", 6),
    Head("status", "Status", 10),
    Head("push", "Push", 4),
    Head("push_status", "Push Status", 11),
)


def cells(row: OrderRow, view: View, *, is_marked: bool) -> Cells:
    """What the columns show of one order; a marked one says ``Send`` in the Push column."""
    muted = row.intake in (IntakeState.HISTORY, IntakeState.FILTERED, IntakeState.SOURCE_DELETED)
    tone = Tone.MUTED if muted and row.push_state is PushState.NOT_SENT else Tone.PLAIN
    status, look = words.status_short(row), words.push_short(row)
    return {
        "number": say(row.number, tone),
        "age": say(times.age(row.placed_at, view.now), tone),
        "placed": say(times.short(row.placed_at, view.zone), tone),
        "customer": say(row.customer or "(not given)", tone if row.customer else Tone.MUTED),
        "email": say(row.email, tone),
        "items": say(row.items, tone),
        "channel": say(row.channel, tone),
        "total": say(money.aligned(row.total, row.currency), tone),
        "payment": say(
            words.PAYMENT_SHORT[row.payment],
            tone if row.payment.is_paid or tone is Tone.MUTED else Tone.WARN,
        ),
        "status": say(status.word, status.tone if tone is Tone.PLAIN else tone),
        "push": say("Send" if is_marked else "", Tone.STRONG),
        "push_status": look.segment,
    }
