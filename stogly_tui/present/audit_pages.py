"""What was done to something: who, when, what, before and after. Secrets are never among it; they are not stored there."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from stogly_tui.model.queries.audit import Activity, Deed
from stogly_tui.present import times
from stogly_tui.present.blocks import BLANK, Line, Tone, line, say, wrapped

VERBS = {
    "add_channel": "added the channel",
    "change_channel": "changed settings",
    "pause_channel": "paused the channel",
    "resume_channel": "resumed the channel",
    "remove_channel": "removed the channel",
    "go_live": "went live",
    "add_flow": "added a flow",
    "change_flow": "changed a flow",
    "start_flow": "started a flow",
    "stop_flow": "stopped a flow",
    "remove_flow": "removed a flow",
    "pull_order": "pulled one order",
    "refetch_window": "had a window read again",
    "repair_webhooks": "repaired the webhooks",
    "rebuild_search": "rebuilt the search index",
    "begin_sign_in": "began a sign-in",
    "sign_in": "signed in",
    "map_sku": "mapped a SKU",
    "pull": "had orders read from",
    "send": "sent",
    "recall": "took back",
    "hold": "held",
    "release": "released",
    "retry": "retried",
    "fetch_again": "fetched again",
    "look_now": "had looked up",
    "handled_manually": "handled manually",
    "settle": "settled",
    "reopen": "reopened",
    "send_anew": "sent anew",
    "resolve_change": "settled a change of",
    "correct_address": "corrected the address of",
    "assign": "assigned",
    "note": "noted on",
    "set_role": "gave a role",
    "confirm_sending": "let sending go on",
    "show_customer": "looked at the customer of",
    "verify_counts": "had the orders of a day counted",
    "write_handover": "wrote a handover note",
    "read_handovers": "read handover notes",
}
SECRETS = ("secret", "token", "password", "key")
"""Parts of names whose values are never shown, whatever was stored."""


BLANK_VALUE = "(blank)"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def page(deeds: Sequence[Deed], zone: tzinfo, width: int) -> list[Line]:
    """Latest first: a line for each deed, then what it changed."""
    told: list[Line] = []
    for deed in deeds:
        what = VERBS.get(deed.verb, deed.verb.replace("_", " "))
        told.append(line(f"{times.stamp(deed.at, zone)}  ", say(deed.actor, Tone.STRONG), f" {what}"))
        if deed.reason:
            told += wrapped(deed.reason, width, 4)
        for text in changes(deed.before, deed.after, zone):
            told += wrapped(text, width, 4)
        told.append(BLANK)
    return told or [line("Nothing was done to it by a person yet.")]


def named(one: Activity) -> str:
    """What it was done to: the first by name, and how many more."""
    told = " ".join(name for name in one.names if name) or (
        one.entity if one.count == 1 else f"{one.entity}s"
    )
    more = one.count - len(one.names)
    return f"{told} and {more:,} more" if more > 0 and one.names else told


def changes(before: Any, after: Any, zone: tzinfo = UTC) -> list[str]:
    """What differs, as ``name: before -> after``; what was only set or only taken away says so."""
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        if before is None and after is None:
            return []
        now = _shown("", after, zone)
        return [f"{_shown('', before, zone)} -> {now}" if before is not None else now]
    old, new = _mapping(before), _mapping(after)
    told = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = _shown(name, old.get(name), zone), _shown(name, new.get(name), zone)
        title = name.replace("_", " ")
        if name not in old:
            told += [f"{title}: {now}"] if now != BLANK_VALUE else []
        elif name not in new:
            told.append(f"{title}: {was} -> (taken away)")
        elif was != now:
            told.append(f"{title}: {was} -> {now}")
    return told


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {} if value is None else {"value": value}


def _shown(name: str, value: Any, zone: tzinfo) -> str:
    if value in (None, "", [], {}):
        return BLANK_VALUE
    if any(part in name.lower() for part in SECRETS):
        return "(never shown)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and MOMENT.match(value):
        return _moment(value, zone)
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _moment(text: str, zone: tzinfo) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return times.stamp(at if at.tzinfo else at.replace(tzinfo=UTC), zone)
