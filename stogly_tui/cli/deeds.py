"""channel history: what was done to a channel, by whom, with before and after. Looks, and imports nothing that acts."""

import argparse

from stogly_tui.cli import exits, which
from stogly_tui.cli.output import put, put_rows, say
from stogly_tui.cli.session import Session
from stogly_tui.cli.shapes import deed_json
from stogly_tui.domain.safe_text import safe_line
from stogly_tui.model import database as db
from stogly_tui.model.queries import audit
from stogly_tui.present import audit_pages, times


def history(session: Session, args: argparse.Namespace) -> int:
    """The audit trail of a channel, latest first; of removed ones too."""
    row = which.channel(args.name)
    with db.read():
        found = audit.of("channel", row.id, limit=args.limit)
    if args.format != "text":
        put_rows(args.format, [deed_json(deed) for deed in found], {})
        return exits.DONE
    for deed in found:
        reason = f"  ({deed.reason})" if deed.reason else ""
        at = times.stamp(deed.at, session.zone)
        what = audit_pages.VERBS.get(deed.verb, deed.verb.replace("_", " "))
        put(safe_line(f"{at}  {deed.actor}  {what}{reason}", 4000))
        for text in audit_pages.changes(deed.before, deed.after):
            put(f"    {safe_line(text, 4000)}")
    if not found:
        say(f"Nothing has been done to {row.name} by a person.")
    return exits.DONE
