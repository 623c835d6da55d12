"""A request as a store remembers it."""

from dataclasses import dataclass

from stogly_tui.sandbox.wire import Json


@dataclass
class Seen:
    """A request a site received. ``status`` stays 0 while, or when, there is no answer."""

    method: str
    path: str
    query: str
    body: bytes
    status: int = 0

    def to_json(self) -> Json:
        """What the control endpoint tells of it."""
        return {"method": self.method, "path": self.path, "query": self.query, "status": self.status}
