"""doctor and backup."""

import argparse
from pathlib import Path

from stogly_tui.cli import exits
from stogly_tui.cli.output import put, put_json, say
from stogly_tui.cli.session import Session
from stogly_tui.operations.doctor import Verdict

_GLYPH = {Verdict.OK: "+", Verdict.NOTE: ".", Verdict.BAD: "!"}


def doctor(session: Session, args: argparse.Namespace) -> int:
    """What is configured, reachable, signed in and stuck."""
    from stogly_tui.operations import doctor as operations

    session.get_ready()
    findings = []
    for found in operations.examine(session.actor, session.settings):
        findings.append(found)
        if args.format == "text":
            put(f"{_GLYPH[found.verdict]} {found.subject:<16} {found.says}")
            if found.remedy:
                put(f"  {'':<16} {found.remedy}")
    bad = sum(found.verdict is Verdict.BAD for found in findings)
    if args.format == "json":
        put_json(
            {
                "ok": not bad,
                "findings": [
                    {
                        "subject": found.subject, "verdict": found.verdict.value, "says": found.says,
                        "remedy": found.remedy or None,
                    }
                    for found in findings
                ],
            }
        )  # fmt: skip
    say("All is well." if not bad else f"{bad} of {len(findings)} need somebody.")
    return exits.SOME_FAILED if bad else exits.DONE


def backup(session: Session, args: argparse.Namespace) -> int:
    """A consistent copy of the database while everything runs."""
    from stogly_tui.operations import backup as operations

    made = operations.make(session.actor, Path(args.file).expanduser())
    say(f"{made.path} holds {made.size:,} bytes, readable by you alone.")
    say("Opened, it sends nothing by itself until an admin has confirmed a plan: stogly-tui push --due.")
    say(
        "The key that opens its credentials is not in it: keep secret.key of the home, or STOGLY_SECRET_KEY, apart."
    )
    return exits.DONE
