"""What one person's consoles remember."""

import json
from typing import Any

from stogly_tui.model.queries.base import one


def value_of(owner: str, key: str) -> Any:
    """What is remembered under a key, or None."""
    found = one("SELECT value FROM preferences WHERE owner = ? AND key = ?", [owner, key])
    return json.loads(found[0]) if found else None
