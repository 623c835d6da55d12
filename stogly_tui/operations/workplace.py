"""What operations need of the process they run in; set once by the composition root."""

from stogly_tui.config import Settings
from stogly_tui.sync.context import Context
from stogly_tui.vault import Vault

_context: Context | None = None


def use(settings: Settings) -> Context:
    """Make this process able to act: its vault and its name as a worker."""
    global _context
    _context = Context(Vault(settings.home, settings.secret_key))
    return _context


def context() -> Context:
    """The process as jobs see it."""
    if _context is None:
        raise RuntimeError("operations.workplace.use has not been called")
    return _context
