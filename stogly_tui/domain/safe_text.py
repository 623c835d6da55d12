"""Text from outside, made harmless to show: no control, no bidi override, no tab, a bounded length."""

import re
import unicodedata

MAX_SHOWN = 4000
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def safe_text(text: str, limit: int = MAX_SHOWN) -> str:
    """Make ``text`` safe for a terminal; line feeds stay, everything that could act is shown as `·`.

    The result holds no C0 (but LF), DEL, C1, bidi or zero-width character and no lone surrogate.
    """
    cleaned = _UNSAFE.sub(_visible, text) if _UNSAFE.search(text) else text
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def safe_line(text: str, limit: int = 400) -> str:
    """`safe_text` on one line: every run of white space becomes one blank."""
    return " ".join(safe_text(text, limit * 2).split())[:limit]


def storable(text: str) -> str:
    """Text as the model keeps it: what no database takes (NUL, lone surrogates) is replaced, nothing else."""
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def folded(text: str) -> str:
    """Text as it is compared in searches: case folded, without accents' composition differences."""
    return unicodedata.normalize("NFKC", text).casefold()


def _visible(match: re.Match[str]) -> str:
    return " " if match.group() in "\t\r\u2028\u2029" else "·"
