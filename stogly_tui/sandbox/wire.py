"""What goes over the wire: JSON as PHP writes it, replies, and WordPress' error shape."""

import json
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class WooError(Exception):
    """An answer that is an error: ``{code, message, data}`` (WooCommerce 10.5, recorded).

    ``data`` is ``{"status": …}`` plus ``extra``; a few errors carry a bare int there instead.
    """

    def __init__(
        self, status: int, code: str, message: str, *, extra: Json | None = None, bare_data: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data: Json | int = bare_data if bare_data is not None else {"status": status, **(extra or {})}

    def body(self) -> Json:
        """The error as it stands in the reply."""
        return {"code": self.code, "message": self.message, "data": self.data}


@dataclass(frozen=True)
class Reply:
    """One answer before faults and framing touch it. ``body`` is encoded already."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=UTF-8"

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def encode(value: object) -> bytes:
    """JSON as PHP's json_encode writes it: ASCII only, ``\\u`` escapes, slashes escaped."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True).replace("/", "\\/").encode("ascii")


def answer(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """A JSON reply."""
    return Reply(status, encode(value), headers or {})


def refusal(error: WooError, headers: dict[str, str] | None = None) -> Reply:
    """The reply that carries an error."""
    return answer(error.body(), error.status, headers)


def no_route() -> WooError:
    """Unknown path, or a method the path does not have (WooCommerce 10.5, recorded)."""
    return WooError(404, "rest_no_route", "No route was found matching the URL and request method.")


def critical_error() -> WooError:
    """A PHP fatal error, as WordPress words it (WooCommerce 9.9, recorded)."""
    return WooError(
        500,
        "internal_server_error",
        "<p>There has been a critical error on this website.</p>"
        '<p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">'
        "Learn more about troubleshooting WordPress.</a></p>",
    )


def html_page(title: str, text: str) -> bytes:
    """A small page as a theme, a proxy or a host would show it."""
    return (
        f"<!DOCTYPE html>\n<html dir='ltr'>\n<head>\n\t<title>{title}</title>\n</head>\n"
        f"<body>\n\t<h1>{title}</h1>\n\t<p>{text}</p>\n</body>\n</html>\n"
    ).encode()
