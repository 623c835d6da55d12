"""What Connect found, as a page."""

from stogly_tui.platforms.base import Account
from stogly_tui.present.blocks import BLANK, Line, Tone, heading, line, say, wrapped


def found(account: Account, width: int) -> list[Line]:
    """The account, what our keys may do there, and what to know of it."""
    counts = [f"{account.orders:,} orders" if account.orders is not None else ""]
    counts.append(f"{account.products:,} products" if account.products is not None else "")
    told: list[Line] = [
        heading(account.title or account.account_id),
        line(", ".join(part for part in (*counts, account.currency, account.time_zone) if part)),
    ]
    for title, sentence in account.details:
        told += [BLANK, line(say(title, Tone.STRONG)), *wrapped(sentence, width - 2)]
    for warning in account.warnings:
        told += [BLANK, *wrapped(f"! {warning}", width - 2, tone=Tone.WARN)]
    return told
