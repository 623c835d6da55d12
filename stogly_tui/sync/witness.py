"""The witness: a file beside the database that remembers how far it had got.

A database that is behind it was restored from an older copy: it no longer knows what it sent since then.
"""

import contextlib
import json
import os
from pathlib import Path

from stogly_tui.domain.codes import ErrorCode
from stogly_tui.domain.people import MACHINE
from stogly_tui.domain.states import Level
from stogly_tui.model import database as db
from stogly_tui.model.transitions import meta, runs

FILE = "witness.json"
_home: Path | None = None


def use_home(home: Path) -> None:
    """Where the file lives."""
    global _home
    _home = home


def step(tx: db.Tx, starts: int) -> None:
    """Count what is about to be sent, in the database now and in the file after the commit."""
    count = int(meta.get("starts") or 0) + starts
    meta.put(tx, "starts", str(count))
    identity = meta.put_if_missing(tx, "identity", db.new_token())
    db.after_commit(lambda: _write(identity, count))


def look() -> str:
    """Compare database and file at start; lock automatic sending when the database is behind, or is a copy.

    Returns why sending is locked; blank when it is not.
    """
    with db.write(MACHINE) as tx:
        identity = meta.put_if_missing(tx, "identity", db.new_token())
        count = int(meta.get("starts") or 0)
        locked = meta.get("sending_locked") or ""
        seen_identity, seen = _read()
        why = ""
        if meta.get("stamped_copy"):
            why = "this database is a copy (a backup)"
            meta.put(tx, "stamped_copy", "")
        elif seen_identity == identity and seen > count:
            why = f"this database is behind: {seen - count} sends are not in it"
        if why and not locked:
            meta.put(tx, "sending_locked", why)
            runs.log(tx, Level.ERROR, ErrorCode.RESTORED_COPY, f"automatic sending is off: {why}")
            locked = why
    return locked


def confirm(tx: db.Tx) -> None:
    """An admin has confirmed a plan: automatic sending goes on from here."""
    meta.put(tx, "sending_locked", "")
    count = max(int(meta.get("starts") or 0), _read()[1])
    meta.put(tx, "starts", str(count))


def _read() -> tuple[str, int]:
    if _home is None:
        return "", 0
    try:
        found = json.loads((_home / FILE).read_text(encoding="utf-8"))
        return str(found["identity"]), int(found["starts"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0


def _write(identity: str, count: int) -> None:
    if _home is None:
        return
    with contextlib.suppress(OSError):
        draft = _home / f"{FILE}.{os.getpid()}"
        draft.write_text(json.dumps({"identity": identity, "starts": count}), encoding="utf-8")
        draft.replace(_home / FILE)
