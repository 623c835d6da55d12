"""What operations need of the process they run in; set once by the composition root."""

from stogly_tui.config import Settings
from stogly_tui.sync.context import Context, Door
from stogly_tui.vault import Vault

_context: Context | None = None


def use(settings: Settings) -> Context:
    """Make this process able to act: its vault, its name as a worker, and where it can be reached."""
    global _context
    door = Door(settings.receiver, settings.receiver_host, settings.receiver_port, settings.public_url)
    _context = Context(Vault(settings.home, settings.secret_key), door=door)
    return _context


def context() -> Context:
    """The process as jobs see it."""
    if _context is None:
        raise RuntimeError("operations.workplace.use has not been called")
    return _context
