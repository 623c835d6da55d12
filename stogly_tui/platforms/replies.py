"""A reply as it comes over the wire: bounded, decompressed, with the server's own clock."""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

LONGEST_WAIT = 900.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came: status, headers, decompressed body, and the server's own clock if it told."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    server_time: datetime | None


class TooLarge(Exception):
    """The reply holds more than may be read."""


class NotDecoded(Exception):
    """The reply is compressed in a way that cannot be read, or was cut."""


def body_of(response: httpx.Response, *, limit: int, until: float) -> bytes:
    """The decompressed body, never more than ``limit``: a small reply cannot unfold into a large one.

    Raises:
        TooLarge, NotDecoded: it cannot be read.
        httpx.TransportError: the connection broke, or it lasted beyond ``until`` (`time.monotonic` seconds).
    """
    if response.is_stream_consumed:  # a transport of one's own answered with the whole body at once
        return response.content
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise NotDecoded
    unpack = zlib.decompressobj(wbits=47) if coding not in ("", "identity") else None
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_raw():
        if unpack is not None:
            try:
                chunk = unpack.decompress(chunk, limit + 1 - size)
            except zlib.error:
                raise NotDecoded from None
        size += len(chunk)
        if size > limit:
            raise TooLarge
        if time.monotonic() > until:
            raise httpx.ReadTimeout("the deadline of the whole request passed")
        chunks.append(chunk)
    if unpack is not None and size and not unpack.eof:
        raise NotDecoded
    return b"".join(chunks)


def http_date(text: str | None) -> datetime | None:
    """A date as headers have it, in UTC; None when it is none."""
    try:
        read = parsedate_to_datetime(text or "")
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from either form of Retry-After; None when it says nothing.

    Shopify sends a fraction (``2.0``), which the header's definition does not know.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    until = http_date(text)
    if until is None:
        return None
    now = http_date(headers.get("date")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)
