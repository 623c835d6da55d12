"""What a platform can do to us, as the six errors that `sync` knows how to answer."""

from typing import TYPE_CHECKING

from stogly_tui.domain.codes import ErrorCode

if TYPE_CHECKING:
    from stogly_tui.platforms.base import Exchange


class PlatformError(Exception):
    """Base of all. ``detail`` is for people and comes from outside: untrusted, never holds a secret.

    ``status`` is the HTTP status, if a reply was seen; ``excerpt`` the beginning of its body; ``exchange``
    what went over the wire, None when nothing was sent.
    """

    code = ErrorCode.UNEXPECTED
    exchange: "Exchange | None" = None

    def __init__(self, detail: str, *, status: int | None = None, excerpt: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.excerpt = excerpt


class AuthFailed(PlatformError):
    """The platform refused our keys or their rights. Nothing was done."""

    code = ErrorCode.AUTH_FAILED


class RateLimited(PlatformError):
    """Told to slow down. Nothing was done. ``retry_after`` is in seconds, None when the platform named none."""

    code = ErrorCode.RATE_LIMIT

    def __init__(
        self, detail: str, *, retry_after: float | None = None, status: int | None = None, excerpt: str = ""
    ) -> None:
        super().__init__(detail, status=status, excerpt=excerpt)
        self.retry_after = retry_after


class Unavailable(PlatformError):
    """It could not be reached, or our gate closed before the first byte. Nothing was done.

    On reads it also stands for any answer that says "try again later", such as 503.
    """

    code = ErrorCode.UNREACHABLE


class TlsFailed(Unavailable):
    """The other side could not prove who it is. Nothing was sent."""

    code = ErrorCode.TLS


class OutcomeUnknown(PlatformError):
    """A write left us and no understood answer came back: it may have been done."""

    code = ErrorCode.OUTCOME_UNKNOWN


class Rejected(PlatformError):
    """A well-formed refusal (4xx): nothing was done, and a person is needed.

    ``remote_code`` is the platform's own code, ``field`` what it named. ``may_exist`` is set when the
    refusal may mean that the thing is already there.
    """

    code = ErrorCode.REJECTED

    def __init__(
        self,
        detail: str,
        *,
        remote_code: str = "",
        field: str = "",
        may_exist: bool = False,
        status: int | None = None,
        excerpt: str = "",
    ) -> None:
        super().__init__(detail, status=status, excerpt=excerpt)
        self.remote_code = remote_code
        self.field = field
        self.may_exist = may_exist


class NotFound(Rejected):
    """The platform says that this record does not exist."""


class ProtocolError(PlatformError):
    """The reply is not what the contract says. On a create it counts as `OutcomeUnknown`."""

    code = ErrorCode.PROTOCOL
