"""The reference under which an order is known at its destination (push rule 1)."""

import hashlib
import re

MAX_LENGTH = 64
_UNFIT = re.compile(r"[^a-z0-9._:-]")


def make_reference(platform: str, account_id: str, remote_id: str, incarnation: str, generation: int) -> str:
    """Make the reference of one push: the same on every database that knows the order.

    ``[a-z0-9._:-]``, at most 64 characters; parts that do not fit, or would lose something by being
    written in that alphabet, are replaced by a digest of the whole. ``incarnation`` is blank for the
    first order a channel kept under this id.
    """
    parts = [platform, account_id, remote_id, str(generation)]
    if incarnation:
        parts.insert(3, incarnation)
    plain = ":".join(parts)
    if len(plain) <= MAX_LENGTH and not _UNFIT.search(plain) and not any(":" in part for part in parts):
        return plain
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_UNFIT.sub('', platform.lower())[:16]}:{digest[:40]}:{generation}"
